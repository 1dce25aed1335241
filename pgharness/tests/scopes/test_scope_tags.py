"""Tags of scopes that mean nothing on their element: each is refused, with the reason."""

from collections.abc import Mapping

import pytest
from behave.parser import parse_feature

from pgharness.adapters.behave import scope_tags
from small_suites import Suites

WIDTHS = {"Feature": "feature", "Rule": "rule", "Example": "scenario", "Outline": "scenario"}


@pytest.mark.parametrize(
    ("element", "names"),
    [
        ("Feature", "cleanup.rule"),
        ("Rule", "cleanup.scenario"),
        ("Rule", "cleanup.feature"),
        ("Rule", "cleanup.something"),
        ("Example", "cleanup.rule"),
        ("Outline", "cleanup.feature"),
    ],
)
def test_a_scope_of_another_width_than_its_element_is_refused(element: str, names: str) -> None:
    problems = refusals({element: names})
    assert problems
    assert all(f"@fixture.{names} means nothing on this " in problem for problem in problems)


@pytest.mark.parametrize("own", ["database", "empty_database", "server"])
def test_a_scope_of_the_run_beside_a_database_of_its_own_is_refused(own: str) -> None:
    (problem,) = refusals({"Rule": f"cleanup.run {own}"})
    assert "means nothing beside a database of one's own" in problem


@pytest.mark.parametrize(
    "tags",
    [
        {"Rule": "rollback cleanup.rule"},
        {"Feature": "rollback", "Rule": "cleanup.rule"},
        {"Rule": "rollback", "Example": "cleanup.scenario"},
        {"Example": "rollback cleanup.scenario"},
    ],
    ids=str,
)
def test_a_scope_where_everything_is_rolled_back_is_refused(tags: Mapping[str, str]) -> None:
    problems = refusals(tags)
    assert problems
    assert all("nothing is left to share" in problem for problem in problems), problems


@pytest.mark.parametrize(
    "tags",
    [
        {"Rule": "empty_database cleanup.rule"},
        {"Feature": "empty_database", "Rule": "cleanup.rule"},
        {"Rule": "empty_database", "Example": "cleanup.scenario"},
        {"Feature": "database", "Outline": "empty_database cleanup.scenario"},
    ],
    ids=str,
)
def test_a_scope_in_a_database_without_tables_is_refused(tags: Mapping[str, str]) -> None:
    problems = refusals(tags)
    assert problems
    assert all("not tables" in problem for problem in problems), problems


@pytest.mark.parametrize(
    "tags",
    [
        {"Feature": "cleanup.run", "Rule": "cleanup.rule", "Example": "cleanup.run"},
        {"Feature": "cleanup.run cleanup.feature", "Rule": "cleanup.run"},
        {"Rule": "cleanup.rule cleanup.run", "Outline": "cleanup.run"},
        {"Feature": "cleanup.run cleanup.feature", "Rule": "database", "Example": "cleanup.run"},
    ],
    ids=str,
)
def test_a_scope_of_the_run_in_a_narrower_one_of_its_database_is_refused(
    tags: Mapping[str, str],
) -> None:
    problems = refusals(tags)
    assert problems
    assert all("is put back there" in problem for problem in problems), problems


@pytest.mark.parametrize(
    "tags",
    [
        {on: f"cleanup.{width}" for on, width in WIDTHS.items()},
        dict.fromkeys(WIDTHS, "cleanup.run"),
        {"Rule": "cleanup.rule", "Example": "rollback"},
        {"Feature": "cleanup.feature", "Rule": "rollback"},
        {"Rule": "cleanup.rule", "Example": "empty_database"},
        {"Feature": "empty_database", "Rule": "database cleanup.rule"},
        {"Feature": "empty_database", "Rule": "cleanup.run"},
        {"Rule": "cleanup.run rollback"},
        {"Feature": "cleanup.feature", "Rule": "cleanup.run cleanup.rule"},
        {"Rule": "cleanup.run", "Outline": "cleanup.run cleanup.scenario"},
        {"Feature": "cleanup.run", "Rule": "database cleanup.rule", "Example": "cleanup.run"},
    ],
    ids=str,
)
def test_scopes_that_hold_are_not_refused(tags: Mapping[str, str]) -> None:
    assert refusals(tags) == []


def test_a_refused_scope_is_an_error_of_its_rule_or_scenario(suites: Suites) -> None:
    ran = suites.run("""
        Feature: Tags
          @fixture.cleanup.feature
          Rule: It cannot be as wide
            Example: in the rule
              When Ada comes
          Rule: It is not concerned
            Example: in another rule
              When Ada comes
            @fixture.rollback @fixture.cleanup.scenario
            Example: of its own
              When Ada comes
    """)
    assert ran.failed
    assert ran.verdicts == {
        "in the rule": "not run",
        "in another rule": "passed",
        "of its own": "error",
    }
    assert "@fixture.cleanup.feature means nothing on this Rule" in ran.hooks["before_rule"]
    assert "nothing is left to share" in ran.messages["of its own"]


def refusals(tags: Mapping[str, str]) -> list[str]:
    """Return why tags are refused of a feature with these fixtures on its parts."""
    written = {
        on: " ".join(f"@fixture.{name}" for name in names.split()) for on, names in tags.items()
    }
    feature = parse_feature(f"""
        {written.get("Feature", "")}
        Feature: Of nothing
          {written.get("Rule", "")}
          Rule: None
            {written.get("Example", "")}
            Example: Nothing
              When Ada comes
            {written.get("Outline", "")}
            Scenario Outline: Nothing twice
              When <who> comes
              Examples:
                | who  |
                | Bram |
    """)
    elements = [feature, *feature.rules, *feature.walk_scenarios(with_outlines=True)]
    mistakes = [
        scope_tags.mistake(tag, element)
        for element in elements
        for tag in element.tags
        if tag.startswith(scope_tags.PREFIX)
    ]
    return [mistake for mistake in mistakes if mistake is not None]
