"""Scopes in whole runs: any order, any one alone, beside what is kept for a look."""

import re
from collections.abc import Mapping
from pathlib import Path

import psycopg
import pytest
from behave.parser import parse_feature
from psycopg import sql
from sqlalchemy import URL

from checks import lint
from pgharness.servers import embedded, provision
from tests.forked import Preloaded
from tests.running import databases

SCOPES = "features/harness/scopes.feature"
WITHIN = "features/harness/scopes_within.feature"

BACKWARDS = """
from behave.model import ScenarioContainer
given = ScenarioContainer.run
def run(self, runner):
    self.run_items.reverse()
    return given(self, runner)
ScenarioContainer.run = run
"""

NAMED_AT_THE_END = """
from pgharness.adapters.test_run import Harness
given = Harness.close
def close(self):
    print('Until now:', self._kept_database.url.database)
    given(self)
Harness.close = close
"""

SUITE = """
Feature: Something is shared
  @fixture.cleanup.rule
  Rule: It is shared here
    Example: Ada is first
      When Ada comes
      Then before, there was exactly what earlier examples of this rule had left

    @fixture.cleanup.scenario
    Example: Bram fails
      When Bram comes
      Then there was nothing before

    Example: Chen is last
      When Chen comes
      Then before, there was exactly what earlier examples of this rule had left
"""


LASTING = """
Feature: Something is shared
  @fixture.cleanup.rule
  Rule: It is shared here
    Example: Ada is first
      When Ada comes
      Then before, there was exactly what earlier examples of this rule had left

    Example: Bram is last, and fails
      Given the database keeps all users against everybody's will
      When Bram comes
      Then there was nothing before

  Rule: Nothing is shared here
    Example: Nobody was there
      When Ada comes
      Then there was nothing before
"""


def written(suite: str, folder: Path) -> str:
    """Write a suite that has our steps and our hooks; return where its feature is."""
    (folder / "suite" / "steps").mkdir(parents=True)
    (folder / "suite" / "environment.py").write_text(
        "from features.environment import *\n", "utf-8"
    )
    feature = folder / "suite" / "shared.feature"
    feature.write_text(suite, "utf-8")
    return str(feature)


def test_examples_hold_in_the_other_order_and_nothing_is_left(
    loaded: Preloaded, admin: psycopg.Connection, tmp_path: Path
) -> None:
    before = databases(admin)
    ended = loaded.run(WITHIN, SCOPES, reports=tmp_path / "run", code=BACKWARDS)
    assert ended.exit_code == 0, ended.output
    assert databases(admin) == before


def test_what_is_kept_to_the_end_of_the_run_is_dropped_then(
    loaded: Preloaded, admin: psycopg.Connection, tmp_path: Path
) -> None:
    tags = "--tags=fixture.cleanup.run"
    ended = loaded.run(SCOPES, tags, reports=tmp_path / "run", code=NAMED_AT_THE_END)
    assert ended.exit_code == 0, ended.output
    (kept,) = re.findall(r"Until now: (acceptance_lasting_\w+)", ended.output)
    assert kept not in databases(admin)


@pytest.mark.parametrize("title", ["known again", "deletes the account"])
def test_an_example_holds_alone(title: str, loaded: Preloaded, tmp_path: Path) -> None:
    ended = loaded.run(SCOPES, f"--name={title}", reports=tmp_path / "run")
    assert ended.exit_code == 0, ended.output
    assert "1 scenario passed" in ended.output


def test_what_is_kept_for_a_look_is_what_the_failed_scenario_has_seen(
    loaded: Preloaded, admin: psycopg.Connection, url: URL, tmp_path: Path
) -> None:
    """The copy is made before its scope ends, and the scope around it goes on."""
    suite = written(SUITE, tmp_path)
    ended = loaded.run("-D", "keep=failed", suite, reports=tmp_path / "run")
    assert [case.verdict for case in ended.cases] == ["passed", "failure", "passed"], ended.output
    kept = re.findall(r"acceptance_kept_\w+", ended.output)[-1]
    try:
        with provision.connect(url.set(database=kept)) as look:
            names = look.execute("SELECT display_name FROM users ORDER BY id").fetchall()
        assert names == [("Ada",), ("Bram",)]
    finally:
        admin.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(kept)))
        embedded.sweep()


def test_a_rule_that_cannot_be_cleaned_up_fails_the_run_beside_what_failed_before(
    loaded: Preloaded, tmp_path: Path
) -> None:
    ended = loaded.run(written(LASTING, tmp_path), reports=tmp_path / "run")
    assert ended.exit_code == 1
    assert [case.verdict for case in ended.cases] == ["passed", "failure", "passed"], ended.output
    assert "users: 2 instead of 0 rows" in ended.cases[1].message
    assert "the example found what it should not have" in ended.cases[1].message
    assert "users: 2 instead of 0 rows" in ended.output


@pytest.mark.parametrize(
    ("element", "tags"),
    [
        ("Feature", "fixture.cleanup.rule"),
        ("Rule", "fixture.cleanup.scenario"),
        ("Rule", "fixture.cleanup.feature"),
        ("Example", "fixture.cleanup.rule"),
        ("Outline", "fixture.cleanup.feature"),
        ("Rule", "fixture.cleanup.run @fixture.database"),
    ],
)
def test_a_tag_that_means_nothing_where_it_stands_is_told(element: str, tags: str) -> None:
    assert told({element: f"@{tags}"})


@pytest.mark.parametrize(
    ("tags", "why"),
    [
        ({"Rule": "rollback cleanup.rule"}, "nothing is left to share"),
        ({"Feature": "rollback", "Rule": "cleanup.rule"}, "nothing is left to share"),
        ({"Rule": "rollback", "Example": "cleanup.scenario"}, "nothing is left to share"),
        ({"Example": "rollback cleanup.scenario"}, "nothing is left to share"),
        ({"Rule": "empty_database cleanup.rule"}, "not tables"),
        ({"Feature": "empty_database", "Rule": "cleanup.rule"}, "not tables"),
        ({"Rule": "empty_database", "Example": "cleanup.scenario"}, "not tables"),
        ({"Feature": "database", "Outline": "empty_database cleanup.scenario"}, "not tables"),
    ],
)
def test_a_scope_that_could_not_keep_its_word_is_told(tags: Mapping[str, str], why: str) -> None:
    problems = told({on: fixtures(names) for on, names in tags.items()})
    assert problems
    assert all(why in problem for problem in problems), problems


@pytest.mark.parametrize(
    "tags",
    [
        {"Rule": "cleanup.rule", "Example": "rollback"},
        {"Feature": "cleanup.feature", "Rule": "rollback"},
        {"Rule": "cleanup.rule", "Example": "empty_database"},
        {"Feature": "empty_database", "Rule": "database cleanup.rule"},
        {"Feature": "empty_database", "Rule": "cleanup.run"},
        {"Rule": "cleanup.run rollback"},
    ],
)
def test_a_scope_beside_others_that_keeps_its_word_is_not_told(tags: Mapping[str, str]) -> None:
    assert told({on: fixtures(names) for on, names in tags.items()}) == []


def fixtures(names: str) -> str:
    """Return the tags that ask for these fixtures."""
    return " ".join(f"@fixture.{name}" for name in names.split())


def test_tags_that_mean_something_are_not_told() -> None:
    widths = {"Feature": "feature", "Rule": "rule", "Example": "scenario", "Outline": "scenario"}
    assert told({on: f"@fixture.cleanup.{width}" for on, width in widths.items()}) == []
    assert told(dict.fromkeys(widths, "@fixture.cleanup.run")) == []


def told(tags: Mapping[str, str]) -> list[str]:
    """Return what the checks have to say of a feature with these tags on its parts."""
    text = f"""
        {tags.get("Feature", "")}
        Feature: Of nothing
          {tags.get("Rule", "")}
          Rule: None
            {tags.get("Example", "")}
            Example: Nothing
              When Ada comes
            {tags.get("Outline", "")}
            Scenario Outline: Nothing twice
              When <who> comes
              Examples:
                | who  |
                | Bram |
    """
    return [problem for problem in lint._tag_problems(parse_feature(text)) if "means" in problem]
