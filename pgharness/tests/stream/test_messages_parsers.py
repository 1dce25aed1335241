"""A file that only behave's parser accepts has a whole stream all the same."""

from pathlib import Path
from typing import Final

import pytest
from cucumber_messages import GherkinDocument

from pgharness.results.model import Status
from pgharness.results.stream import reading
from recorded_projects import STREAM, Recorded, record

ONLY_BEHAVE: Final = {
    "single quotes": """
        @f
        Feature: Only behave's
          As it was before

          Background: All
            Given it passes

          @r-1
          Rule: Single quotes
            Background:
              Given it passes for the rule

            Scenario: A text
              When it passes for a text
                '''
                one
                  two
                '''

            @o
            Scenario Outline: Of <what>
              When it passes for <what>
                | what   |
                | <what> |

              @e
              Examples: Fruit
                | what   |
                | apples |
                | pears  |
        """,
    "several tables": """
        @f
        Feature: Only behave's
          As it was before

          Background: All
            Given it passes

          @r-1
          Rule: Several tables
            Background:
              Given it passes for the rule

            Scenario: A text
              When it passes for a text
                \"\"\"
                not this
                \"\"\"
                \"\"\"
                one
                  two
                \"\"\"

            @o
            Scenario Outline: Of <what>
              When it passes for <what>
                | what   |
                | <what> |

              @e
              Examples: Fruit
                | what   |
                | apples |
                | pears  |
        """,
}


@pytest.mark.parametrize("feature", ONLY_BEHAVE.values(), ids=ONLY_BEHAVE.keys())
def test_the_stream_is_whole(feature: str, tmp_path: Path) -> None:
    recorded = record(tmp_path, feature)
    assert documents(recorded)[0].comments == []
    run = recorded.run
    assert run.holds, recorded.output
    [read] = run.features
    assert (read.name, read.tags, read.line) == ("Only behave's", ("@f",), 2)
    assert read.description == "As it was before"
    [rule] = read.rules
    assert (rule.id, rule.line) == ("r-1", 9)
    assert [case.name for case in run.cases] == ["A text", "Of apples", "Of pears"]
    assert {case.status for case in run.cases} == {Status.PASSED}
    pears = recorded.case("Of pears")
    assert pears.tags == ("@f", "@r-1", "@o", "@e")
    assert (pears.row, pears.outline is not None) == ((("what", "pears"),), True)
    assert [(step.text, step.in_background) for step in pears.steps] == [
        ("it passes", True),
        ("it passes for the rule", True),
        ("it passes for pears", False),
    ]
    assert pears.steps[-1].table == (("what",), ("pears",))
    assert pears.steps[-1].keyword == "When"
    assert recorded.case("A text").steps[-1].doc_string == "one\n  two"
    lines = [line.strip() for line in (tmp_path / "features/a.feature").read_text().splitlines()]
    assert lines[pears.line - 1] == "| pears  |"
    assert lines[(pears.outline or 0) - 1] == "Scenario Outline: Of <what>"
    assert lines[pears.steps[-1].line - 1] == "When it passes for <what>"


def documents(recorded: Recorded) -> list[GherkinDocument]:
    found = (one.gherkin_document for one in reading.envelopes(recorded.folder / STREAM))
    return [document for document in found if document is not None]


ODD: Final = {
    "no features": "",
    "no scenario": "Feature: Nothing\n",
    "an outline without rows": (
        "Feature: A\n  Scenario Outline: B <n>\n    Given it passes\n    Examples:\n      | n |\n"
    ),
    "an outline without examples": ("Feature: A\n  Scenario Outline: B <n>\n    Given it passes\n"),
}


@pytest.mark.parametrize("feature", ODD.values(), ids=ODD.keys())
def test_without_a_scenario_the_stream_is_whole(feature: str, tmp_path: Path) -> None:
    recorded = record(tmp_path, feature, files={"features/b.feature": feature})
    run = recorded.run
    assert (list(run.cases), run.success) == ([], True), recorded.output
    assert run.finished is not None


@pytest.mark.parametrize(
    "cell",
    [r"a\nb", r"a\\b", r"a\|b", "<n>", "a  b"],
    ids=["newline", "backslash", "pipe", "placeholder", "spaces"],
)
def test_the_steps_are_those_that_behave_executes(cell: str, tmp_path: Path) -> None:
    recorded = record(
        tmp_path,
        f"""
        Feature: Cells
          Scenario Outline: Cells
            Given it passes for <n> and <m>

            Examples:
              | n      | m |
              | {cell} | 1 |
        """,
    )
    [case] = recorded.run.cases
    assert case.status is Status.PASSED
    executed = cell.replace(r"\|", "|")
    assert case.steps[0].text == f"it passes for {executed} and 1"


def test_two_scenarios_of_one_name_are_two_cases(tmp_path: Path) -> None:
    recorded = record(
        tmp_path,
        """
        Feature: Same
          Scenario: Same
            Given it passes
          Scenario: Same
            Given it fails
        """,
    )
    assert recorded.cases == ["2 Same: passed", "4 Same: failed"]


def test_lines_end_as_they_may(tmp_path: Path) -> None:
    record(tmp_path, "Feature: Lines\n  Scenario: Lines\n    Given it passes\n")
    file = tmp_path / "features/a.feature"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    recorded = record(tmp_path)
    assert recorded.cases == ["2 Lines: passed"], recorded.output


CONVERTING = """
from behave import register_type, step, use_step_matcher
from behave.cucumber_expression import (
    ParameterType, define_parameter_type, use_step_matcher_for_cucumber_expressions,
)

KNOWN = {}
CALLS = []

def known(text):
    CALLS.append(text)
    return KNOWN[text]

known.pattern = r"[a-z]+"
register_type(Known=known)

@step("{name:w} is known")
def is_known(context, name):
    KNOWN[name] = len(KNOWN)

@step("{who:Known} is found {times:d} time(s)")
@step("{times:d} time(s), {who:Known} is found")
def is_found(context, who, times):
    assert (who, len(CALLS)) == (0, times)

define_parameter_type(ParameterType("known", "[a-z]+", int, known))
use_step_matcher_for_cucumber_expressions()

@step("{known} is expected after {int}")
def is_expected(context, who, times):
    assert (who, len(CALLS)) == (0, times)

use_step_matcher("parse")
"""


def test_parameters_are_converted_once_and_when_behave_does(tmp_path: Path) -> None:
    feature = """
        Feature: F
          Scenario: S
            Given anna is known
            Then anna is found 1 time(s)
            And 2 time(s), anna is found
            And anna is expected after 3
        """
    done = record(tmp_path, feature, files={"features/steps/converting.py": CONVERTING})
    assert done.cases == ["2 S: passed"], done.output
    _, first, second, third = done.case("S").steps
    assert [first.text[a:b] for a, b in first.parameters] == ["anna", "1"]
    assert [second.text[a:b] for a, b in second.parameters] == ["2", "anna"]
    assert [third.text[a:b] for a, b in third.parameters] == ["anna", "3"]
