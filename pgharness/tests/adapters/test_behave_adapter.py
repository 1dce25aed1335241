"""A project that has nothing but features: two lines give its scenarios a database."""

from collections.abc import Iterator
from typing import Final

import psycopg
import pytest

from behave_projects import OURS, BehaveProject

RUNNERS: Final = pytest.mark.parametrize("settings", ["", OURS], ids=["behave's", "ours"])


@pytest.fixture(autouse=True)
def no_database_left(admin: psycopg.Connection) -> Iterator[None]:
    before = databases(admin)
    yield
    assert databases(admin) == before


def databases(admin: psycopg.Connection) -> set[str]:
    return {name for (name,) in admin.execute("SELECT datname FROM pg_database")}


COMMITTED: Final = """
  Scenario: What is committed is seen by others
    Given the note a
    When another connection stores the note b
    Then there are the notes a b
  Scenario: Nothing is left of it
    Then there is no note
"""

ISOLATED: Final = """
  @fixture.rollback
  Scenario: One transaction
    Given the note a
    Then there are the notes a
  @fixture.database
  Scenario: A database
    Given the note b
    Then there are the notes b
  @fixture.empty_database
  Scenario: An empty database
    When the table is made
    Then there is no note
  Scenario: The database of the run
    Then there is no note
  @fixture.cleanup.rule
  Rule: Shared
    Scenario: It is stored
      Given the note c
    Scenario: It is still there
      Then there are the notes c
  Rule: Not shared
    Scenario: It is gone
      Then there is no note
"""


@RUNNERS
def test_what_scenarios_commit_is_real_and_removed(
    behave_project: BehaveProject, settings: str
) -> None:
    code, output = behave_project.behave(COMMITTED, settings)
    assert code == 0, output
    assert "2 scenarios passed, 0 failed, 0 skipped" in output


@RUNNERS
def test_tags_choose_the_database(behave_project: BehaveProject, settings: str) -> None:
    code, output = behave_project.behave(ISOLATED, settings)
    assert code == 0, output
    assert "7 scenarios passed, 0 failed, 0 skipped" in output


@RUNNERS
def test_a_rolled_back_scenario_is_refused_a_second_connection(
    behave_project: BehaveProject, settings: str
) -> None:
    code, output = behave_project.behave(
        "  @fixture.rollback\n  Scenario: Two\n    When another connection stores the note a\n",
        settings,
    )
    assert code == 1, output
    assert "for a second connection: @fixture.rollback (" in output


@RUNNERS
def test_a_connection_that_is_left_open_fails_its_scenario(
    behave_project: BehaveProject, settings: str
) -> None:
    code, output = behave_project.behave(
        "  Scenario: Open\n    When a session is left open\n", settings
    )
    assert code == 1, output
    assert "left open" in output


@RUNNERS
def test_no_output_contains_the_password(behave_project: BehaveProject, settings: str) -> None:
    code, output = behave_project.behave(
        "  Scenario: Printed\n    When the URL is printed\n", settings
    )
    assert code == 1, output
    assert str(behave_project.url.password) not in output
    assert ":***@" in output


def test_a_hook_can_be_wrapped(behave_project: BehaveProject) -> None:
    behave_project.write(
        {
            "features/environment.py": """
from pgharness.adapters.behave import *
from pgharness.adapters.behave import before_scenario as given_a_database

def before_scenario(context, scenario):
    given_a_database(context, scenario)
    context.execute_steps("Given the note wrapped")
"""
        }
    )
    code, output = behave_project.behave("  Scenario: One\n    Then there are the notes wrapped\n")
    assert code == 0, output


@pytest.mark.parametrize("runner", ["behave.runner:Runner", "pgharness.adapters.starting:Runner"])
def test_steps_find_the_projects_modules_from_any_folder(
    behave_project: BehaveProject, runner: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    behave_project.write(
        {
            "features/a.feature": "Feature: A\n  Scenario: One\n    Given the module of a\n",
            "features/steps/modules.py": """
from behave import given
from notes_of_a import NOTE

@given("the module of a")
def module(context):
    assert NOTE == "a"
""",
            "notes_of_a.py": 'NOTE = "a"\n',
        }
    )
    features, elsewhere = str(behave_project.folder / "features"), tmp_path_factory.mktemp("else")
    code, output = behave_project.run("--runner", runner, features, started_in=elsewhere)
    assert code == 0, output
    assert "1 scenario passed, 0 failed, 0 skipped" in output


@RUNNERS
def test_a_project_that_tells_nothing_is_told_where_to_tell_it(
    behave_project: BehaveProject, settings: str
) -> None:
    behave_project.behave(COMMITTED)
    behave_project.write({"pyproject.toml": settings})
    file = behave_project.folder / "pyproject.toml"
    code, output = behave_project.run()
    assert code == 1, output
    assert f"application in [tool.pgharness] of {file}.\n" in output
    file.unlink()
    code, output = behave_project.run()
    assert code == 1, output
    assert f"application in [tool.pgharness] of {file}, which is not there.\n" in output


@RUNNERS
def test_without_a_schema_the_run_fails_in_one_sentence(
    behave_project: BehaveProject, settings: str
) -> None:
    code, output = behave_project.behave(COMMITTED, settings, "-D", "schema=nowhere")
    assert code == 1, output
    assert "Cannot run: there is no file " in output
    assert "2 examples were not run." in output


def test_an_interrupted_run_of_behaves_own_runner_cleans_up(behave_project: BehaveProject) -> None:
    code, output = behave_project.behave(
        f"  Scenario: One\n    When the process gets SIGTERM\n{COMMITTED}"
    )
    assert code == 1, output
    assert "Interrupted: cleaning up … (SIGTERM)" in output
    assert "0 steps passed, 0 failed, 1 error, 0 skipped, 4 untested" in output


def test_a_server_of_its_own_may_be_killed(behave_project: BehaveProject) -> None:
    scenario = """
  @fixture.server
  Scenario: Killed
    Given the note a
    When the server is killed and started again
    Then there are the notes a
"""
    code, output = behave_project.behave(scenario, "", "-D", "postgres=embedded")
    assert code == 0, output
    assert "1 scenario passed, 0 failed, 0 skipped" in output
