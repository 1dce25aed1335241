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
