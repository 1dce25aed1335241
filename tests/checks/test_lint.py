"""`checks.lint` reports tags that mean nothing."""

from dataclasses import replace

import pytest
from behave.parser import parse_feature

from checks import lint
from pgharness.results import requirements


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


def test_a_requirement_that_a_tag_names_is_in_the_catalogue_and_listed_there() -> None:
    feature = parse_feature("""
        @asvs-6.2.4
        Feature: Passwords
          @asvs-6.2.40
          Rule: The first
            @asvs-6.2.4
            Scenario Outline: <one>
              When nothing is done

              @asvs-16.5.3
              Examples:
                | one |
                | 1   |
    """)
    catalogue = requirements.read(lint.REQUIREMENTS)
    ids = {"6.2.4", "16.5.3"}
    assert list(
        lint._requirement_problems([feature], replace(catalogue, shown=frozenset(ids)))
    ) == ["<string>:5: @asvs-6.2.40 names no requirement of asvs-5.0.toml"]
    other = replace(catalogue, shown=frozenset({"6.2.1", "16.5.3"}))
    assert list(lint._requirement_problems([feature], other))[1:] == [
        "asvs-5.0.toml: 6.2.4 has a rule that shows it: add it to `shown`",
        "asvs-5.0.toml: 6.2.1 has no rule that shows it: remove it from `shown`",
    ]


def test_a_note_on_a_requirement_names_rules_that_exist() -> None:
    feature = parse_feature("""
        Feature: Passwords
          @passwords-2
          Rule: The first
            Example: One
              When nothing is done
    """)
    catalogue = requirements.read(lint.REQUIREMENTS)
    problems = list(lint._note_problems([feature], catalogue))
    assert "asvs-5.0.toml: the note of 7.5.2 names sessions-18, which is no rule" in problems
    assert not [problem for problem in problems if "passwords-2" in problem]


def test_the_catalogue_of_requirements_is_of_short_titles() -> None:
    catalogue = requirements.read(lint.REQUIREMENTS)
    for chapter in catalogue.chapters:
        assert chapter.sections, chapter.title
        for each in chapter.requirements:
            assert 4 <= len(each.title.split()) <= 12, each.title
            assert each.level in {1, 2, 3}, each.id
    assert catalogue.shown
    assert {chapter.id for chapter in catalogue.chapters} == catalogue.touched


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
