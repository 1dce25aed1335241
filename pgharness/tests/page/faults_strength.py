"""Faults of the strength of rules: a wrong file is shown, or what is weak appears as strong."""

from typing import Any

from _pytest.monkeypatch import MonkeyPatch

import test_page_in_browser as in_browser
import test_strength as tests
from breaking import fault
from pgharness.results import strength
from pgharness.results.page import rendering


@fault(
    "an object with keys of any names and values is a strength",
    noticed_by=tests.test_what_is_wrong_with_a_file_is_said,
    parts={"rules": {"a-1": {**tests.CHANGES, "first": True}}},
    problem="'first' of the rule 'a-1' must be a number",
)
def nothing_is_checked(patch: MonkeyPatch) -> None:
    patch.setattr(strength, "_check", lambda *_: None)


@fault(
    "the faults that a rule alone noticed are not read",
    noticed_by=tests.test_the_strength_of_rules_is_read,
)
def alone_is_lost(patch: MonkeyPatch) -> None:
    original = strength._rule

    def rule(id_: str, content: Any) -> strength.RuleStrength:
        return original(id_, {**content, "alone": []})

    patch.setattr(strength, "_rule", rule)


@fault(
    "however many faults a rule alone noticed, all are shown at once",
    noticed_by=in_browser.test_the_strength_of_rules_is_shown_if_it_is_known,
)
def all_are_listed(patch: MonkeyPatch) -> None:
    patch.setattr(rendering, "LISTED_FAULTS", 1000)
