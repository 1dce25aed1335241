"""`checks.lint` reports tags that mean nothing."""

import pytest
from behave.parser import parse_feature

from checks import lint


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("fixture.cleanup.rule", []),
        ("fixture.cleanup.feature", ["@fixture.cleanup.feature means nothing on this Rule."]),
        ("fixture.cleanup.all", ["@fixture.cleanup.all is not a tag we use", "means nothing"]),
        ("fixture.something", ["@fixture.something is not a tag we use"]),
    ],
)
def test_a_tag_that_means_nothing_is_a_problem(tag: str, expected: list[str]) -> None:
    feature = parse_feature(f"""
        Feature: Of nothing
          @{tag}
          Rule: None
            Example: Nothing
              When nothing is done
    """)
    problems = list(lint._tag_problems(feature))
    assert len(problems) == len(expected), problems
    for problem, part in zip(problems, expected, strict=True):
        assert part in problem


def test_a_contract_is_a_whole_rule_or_feature() -> None:
    feature = parse_feature("""
        @contract
        Feature: Constraints
          @contract
          Rule: Every constraint
            @contract
            Example: One constraint
              When nothing is done
            @contract
            Scenario Outline: <one> constraint
              When nothing is done

              Examples:
                | one     |
                | Another |
    """)
    expected = "@contract stands only on a Feature or a Rule"
    lines = (7, 10, 15)  # the example, the outline, and its row
    assert list(lint._tag_problems(feature)) == [f"<string>:{line}: {expected}" for line in lines]


def test_an_id_has_one_rule() -> None:
    feature = parse_feature("""
        Feature: Tasks
          @tasks-1
          Rule: The first
            Example: One
              When nothing is done
          @tasks-1
          Rule: The second
            Example: Another
              When nothing is done
    """)
    expected = "<string>:8: @tasks-1 is the id of the rule at <string>:4;"
    free = " the next free one is @tasks-2"
    assert list(lint._id_problems(feature.rules)) == [expected + free]


@pytest.mark.parametrize(("title", "found"), [("<what>", 1), ("<a>: <b>", 1), ("A <what>", 0)])
def test_a_title_of_placeholders_identifies_no_case(title: str, found: int) -> None:
    feature = parse_feature(f"""
        Feature: Tasks
          Scenario Outline: {title}
            When nothing is done

            Examples:
              | what | a | b |
              | 1    | 2 | 3 |
    """)
    problems = [each for each in lint._title_problems(feature) if "identify the case" in each]
    assert len(problems) == found
