"""Faults of requirements: one that is not shown, or failed, appears as shown."""

import dataclasses
from typing import Any

from _pytest.monkeypatch import MonkeyPatch

import test_requirements as tests
from breaking import fault
from pgharness.results import requirements
from pgharness.results.model import Case, Run, Status


@fault(
    "a requirement counts as shown although one of its cases failed",
    noticed_by=tests.test_the_status_is_the_worst_of_the_cases_with_the_tag,
)
def the_best_case_counts(patch: MonkeyPatch) -> None:
    patch.setattr(requirements, "worst", lambda _: Status.PASSED)


@fault(
    "all cases of a rule count for a requirement that only some of them name",
    noticed_by=tests.test_the_status_is_the_worst_of_the_cases_with_the_tag,
)
def other_cases_count(patch: MonkeyPatch) -> None:
    real = requirements.shown

    def broken(run: Run, catalogue: requirements.Catalogue) -> tuple[requirements.Chapter, ...]:
        def tagged(cases: tuple[Case, ...]) -> tuple[Case, ...]:
            tags = tuple(tag for case in cases for tag in case.tags)
            return tuple(dataclasses.replace(case, tags=tags) for case in cases)

        features = tuple(
            dataclasses.replace(
                feature,
                rules=tuple(
                    dataclasses.replace(rule, cases=tagged(rule.cases)) for rule in feature.rules
                ),
            )
            for feature in run.features
        )
        return real(dataclasses.replace(run, features=features), catalogue)

    patch.setattr(requirements, "shown", broken)


@fault(
    "a run of one feature reports requirements of all others as open",
    noticed_by=tests.test_what_was_not_part_of_the_run_is_not_open,
)
def what_was_not_run_is_open(patch: MonkeyPatch) -> None:
    real = requirements.shown
    patch.setattr(
        requirements,
        "shown",
        lambda run, catalogue: real(run, dataclasses.replace(catalogue, shown=None)),
    )


@fault(
    "a chapter that the service has nothing to do with is listed as open",
    noticed_by=tests.test_only_chapters_that_concern_the_service_are_shown,
)
def every_chapter_is_touched(patch: MonkeyPatch) -> None:
    real = requirements.shown

    def broken(run: Run, catalogue: requirements.Catalogue) -> tuple[requirements.Chapter, ...]:
        touched = frozenset(chapter.id for chapter in catalogue.chapters)
        return real(run, dataclasses.replace(catalogue, touched=touched))

    patch.setattr(requirements, "shown", broken)


@fault(
    "a tag of another standard names a requirement",
    noticed_by=tests.test_a_requirement_has_the_rules_whose_cases_name_it,
)
def every_prefix_counts(patch: MonkeyPatch) -> None:
    patch.setattr(requirements.Catalogue, "named_by", lambda _, tag: tag.partition("-")[2] or None)


@fault(
    "a tag with an id that does not exist goes unnoticed",
    noticed_by=tests.test_a_tag_that_names_no_requirement_is_unknown,
)
def unknown_ids_pass(patch: MonkeyPatch) -> None:
    patch.setattr(requirements.Catalogue, "unknown", lambda *_: ())


@fault(
    "an id twice in a catalogue is accepted",
    noticed_by=tests.test_a_wrong_catalogue_is_refused,
    before='id = "1.1.2"',
    after='id = "1.1.1"',
    expected="1.1.1 is in the file twice",
)
def ids_may_repeat(patch: MonkeyPatch) -> None:
    patch.setattr(requirements, "_check_order", lambda _: None)


@fault(
    "a misspelt key in a catalogue is ignored",
    noticed_by=tests.test_a_wrong_catalogue_is_refused,
    before="level = 1",
    after="lewel = 1",
    expected="requirement 1.1.1 has the key 'lewel'",
)
def unknown_keys_pass(patch: MonkeyPatch) -> None:
    real = requirements._check

    def broken(content: Any, keys: requirements.Keys, where: str) -> None:
        real({key: value for key, value in content.items() if key in keys}, keys, where)

    patch.setattr(requirements, "_check", broken)
