"""Faults of scopes that do not end well: what they do not report, and what they affect then."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from _pytest.monkeypatch import MonkeyPatch

import test_failing_scopes as failing
import test_scope_tags as tags
from breaking import fault
from faults_scopes import never_end, skip_the_check
from pgharness.adapters.behave import scope_tags
from pgharness.adapters.test_run import Harness
from pgharness.isolation.scopes import Scope, Scopes
from pgharness.isolation.snapshots import EMPTY, CleanupFailed
from pgharness.isolation.test_database import Database
from pgharness.results.recording.recorder import Recorder

IN_A_RULE: Final = (
    failing.test_after_a_failed_clean_up_within_a_rule_the_rule_goes_on_with_what_it_shares
)
HOOK_OF_A_RULE: Final = failing.test_a_failed_hook_of_a_rule_affects_no_other_scenario
HOOK_OF_A_FEATURE: Final = failing.test_a_failed_hook_of_a_feature_affects_no_other_scenario


@fault(
    "what a scenario leaves is removed when the next one begins",
    noticed_by=failing.test_a_failed_clean_up_is_an_error_of_its_scenario_and_the_next_is_clean,
)
def removed_by_the_next(patch: MonkeyPatch) -> None:
    patch.setattr(Scopes, "end", lambda *_: None)


@fault(
    "the clean-up of a feature's scope is missing",
    noticed_by=failing.test_after_a_failed_clean_up_of_a_rule_its_feature_goes_on_with_what_it_shares,
)
def feature_never_ends(patch: MonkeyPatch) -> None:
    never_end(patch, "feature")


@fault("what was put back is not looked at", noticed_by=IN_A_RULE)
def result_is_not_checked(patch: MonkeyPatch) -> None:
    skip_the_check(patch)


@fault("after a failed hook the scope of its rule goes on", noticed_by=HOOK_OF_A_RULE, when="after")
def rule_goes_on_after_a_failed_hook(patch: MonkeyPatch) -> None:
    never_end(patch, "rule")


@fault(
    "a failed hook of a feature ends what is kept to the end of the run",
    noticed_by=HOOK_OF_A_FEATURE,
    when="after",
    width="run",
)
def failed_hook_ends_what_is_kept(patch: MonkeyPatch) -> None:
    given = Harness.scope_of_the_run

    @contextmanager
    def scope_of_the_run(self: Harness[Any]) -> Iterator[None]:
        with given(self):
            yield
        self._kept_database = None

    patch.setattr(Harness, "scope_of_the_run", scope_of_the_run)


@fault("a failed clean-up lets the run pass", noticed_by=IN_A_RULE)
def failed_clean_up_passes(patch: MonkeyPatch) -> None:
    given = Scope.end

    def end(self: Scope) -> None:
        with suppress(CleanupFailed):
            given(self)

    patch.setattr(Scope, "end", end)


@fault("after a failed clean-up the next scenario gets what is left", noticed_by=IN_A_RULE)
def next_gets_what_is_left(patch: MonkeyPatch) -> None:
    patch.setattr(Database, "mend", lambda _: None)


@fault(
    "after a failed clean-up the next scenario gets nothing of what it should share",
    noticed_by=IN_A_RULE,
)
def next_gets_nothing(patch: MonkeyPatch) -> None:
    given = Database.mend

    def mend(self: Database[Any]) -> None:
        self._owed = EMPTY
        given(self)

    patch.setattr(Database, "mend", mend)


@fault(
    "a tag that means nothing is taken for one that does",
    noticed_by=tags.test_a_refused_scope_is_an_error_of_its_rule_or_scenario,
)
def mistakes_pass(patch: MonkeyPatch) -> None:
    patch.setattr(scope_tags, "mistake", lambda *_: None)


@fault("a failed cleanup is not reported", noticed_by=IN_A_RULE)
def failed_clean_up_is_not_reported(patch: MonkeyPatch) -> None:
    patch.setattr(Recorder, "_cleanup_failed", lambda *_: None)


@fault(
    "a failed hook of a rule or a feature is not reported", noticed_by=HOOK_OF_A_RULE, when="before"
)
def failed_hook_is_not_reported(patch: MonkeyPatch) -> None:
    patch.setattr(Recorder, "_finish_hook", lambda *_: None)
