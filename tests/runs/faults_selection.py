"""Faults of what a run chooses."""

from pathlib import Path

from _pytest.monkeypatch import MonkeyPatch
from behave.configuration import Configuration
from behave.model import Feature
from behave.model_type import FileLocation

from breaking import fault
from pgharness.adapters.behave.parallel import number
from pgharness.adapters.behave.selection import (
    checking,
    feature_paths,
    line_numbers,
    stray_keywords,
    tag_expressions,
)
from pgharness.results.files.junit import JUnitDirectory
from tests.runs import test_selection as tests
from tests.support.running import SHORT


@fault(
    "a misspelt tag chooses nothing, and the run passes",
    noticed_by=tests.test_a_refused_run_has_failed_for_every_reader,
    argument="--tags=@acounts-2",
    sentence="no scenario has the tag @acounts-2",
)
def nothing_is_checked(patch: MonkeyPatch) -> None:
    def unchecked(config: Configuration, locations: list[FileLocation], _: Path) -> list[Feature]:
        config.tag_expression = tag_expressions.expression(config.tags)
        return feature_paths.parsed(locations, config.lang)

    patch.setattr(checking, "checked", unchecked)


@fault(
    "a misspelt tag beside one that is right is let through",
    noticed_by=tests.test_what_chooses_nothing_or_what_is_not_there_is_refused,
    arguments="--tags=@accounts-2 or @acounts-3",
    sentence="no scenario has the tag @acounts-3",
)
def tags_are_not_checked(patch: MonkeyPatch) -> None:
    patch.setattr(checking, "_check_tags", lambda *_: None)


@fault(
    "a line past the end of a file is the last scenario",
    noticed_by=tests.test_what_chooses_nothing_or_what_is_not_there_is_refused,
    arguments=f"{SHORT}:9999",
    sentence=f"no scenario is at line 9999 of {SHORT}",
)
def lines_are_not_checked(patch: MonkeyPatch) -> None:
    patch.setattr(line_numbers, "_is_between", lambda *_: False)


@fault(
    "a list may name what is not there",
    noticed_by=tests.test_every_line_of_a_list_leads_to_scenarios,
    lines="pets.feature\nno*.feature",
    sentence="there is no file no*.feature (in ",
)
def lists_are_not_checked(patch: MonkeyPatch) -> None:
    patch.setattr(feature_paths, "_check_list", lambda *_: None)


@fault(
    "a number of workers that means nothing is taken for another",
    noticed_by=tests.test_what_chooses_nothing_or_what_is_not_there_is_refused,
    arguments=f"--parallel=0|{SHORT}",
    sentence="-j 0 means nothing: use auto, or a number from 1 to 256.",
)
def jobs_are_not_checked(patch: MonkeyPatch) -> None:
    patch.setattr(number, "_number", lambda *_: 1)


@fault(
    "a run that is refused has no report",
    noticed_by=tests.test_a_refused_run_has_failed_for_every_reader,
    argument="-j0",
    sentence="-j 0 means nothing: ",
)
def nothing_is_reported(patch: MonkeyPatch) -> None:
    patch.setattr(JUnitDirectory, "_write_run", lambda *_: None)


@fault(
    "a second feature in a file is dropped",
    noticed_by=tests.test_a_line_that_begins_nothing_is_refused,
    text="Feature: A\n  Scenario: B\n  Feature: C",
    sentence=":3: only one feature may be in a file",
)
def descriptions_are_not_checked(patch: MonkeyPatch) -> None:
    patch.setattr(stray_keywords, "check", lambda _: None)


@fault(
    "of a misspelt keyword there is only what the parser says",
    noticed_by=tests.test_a_line_that_begins_nothing_is_refused,
    text="Featur: A\n  Scenario: B\n    Given c",
    sentence=':1: "Featur: A" begins nothing (the nearest is Feature)',
)
def parser_is_not_explained(patch: MonkeyPatch) -> None:
    patch.setattr(stray_keywords, "explained", lambda *_: None)


@fault(
    "any word before a colon is a misspelt keyword",
    noticed_by=tests.test_words_with_a_colon_may_be_in_a_description,
)
def every_word_is_a_keyword(patch: MonkeyPatch) -> None:
    patch.setattr(stray_keywords, "ALIKE", 0.0)


@fault(
    "a run without any step passes",
    noticed_by=tests.test_a_run_without_any_step_is_refused,
    scenarios=["Scenario: A", "Scenario: B"],
    sentence=tests.WITHOUT_STEPS,
)
def steps_are_not_counted(patch: MonkeyPatch) -> None:
    patch.setattr(checking, "any", lambda _: True, raising=False)
