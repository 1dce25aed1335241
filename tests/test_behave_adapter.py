"""A project that has nothing but features: two lines give its scenarios a database."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
import pytest
from sqlalchemy import URL

OURS: Final = '[tool.behave]\nrunner = "pgharness.adapters.starting:Runner"\n'
"""What a project says to have the runner of the harness instead of behave's own."""

RUNNERS: Final = pytest.mark.parametrize("settings", ["", OURS], ids=["behave's", "ours"])

PROJECT: Final = {
    "pyproject.toml": '[tool.pgharness]\nschema = "schema"\n',
    "schema/1.sql": "CREATE TABLE notes (id serial PRIMARY KEY, text text NOT NULL UNIQUE)",
    "features/environment.py": "from pgharness.adapters.behave import *\n",
    "features/steps/notes.py": """
import os, signal
from behave import given, then, when
from sqlalchemy import create_engine, text

@given("the note {title}")
def note(context, title):
    context.session.execute(text("INSERT INTO notes (text) VALUES (:text)"), {"text": title})
    context.session.commit()

@when("another connection stores the note {title}")
def elsewhere(context, title):
    engine = create_engine(context.database.url)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO notes (text) VALUES (:text)"), {"text": title})
    engine.dispose()

@when("the URL is told")
def told(context):
    print(context.database.url.render_as_string(hide_password=False))
    raise RuntimeError(context.database.url.render_as_string(hide_password=False))

@when("a session is left open")
def left_open(context):
    context.left = create_engine(context.database.url).connect()

@when("the process gets SIGTERM")
def terminated(context):
    os.kill(os.getpid(), signal.SIGTERM)

@when("the server is killed and started again")
def killed(context):
    context.database.crash()
    context.database.restart()

@when("the table is made")
def made(context):
    context.session.execute(text("CREATE TABLE notes (text text)"))
    context.session.commit()

@then("there are the notes {titles}")
def there_are(context, titles):
    found = context.database.observer.execute("SELECT text FROM notes ORDER BY text").fetchall()
    assert [text for text, in found] == titles.split(), found

@then("there is no note")
def there_is_none(context):
    assert context.database.observer.execute("SELECT FROM notes").fetchall() == []
""",
}


@dataclass(frozen=True)
class Project:
    """A folder with a project in it, and the server that its scenarios are run on."""

    folder: Path
    url: URL

    def write(self, files: Mapping[str, str]) -> None:
        """Write files, by their paths within the folder."""
        for name, text in files.items():
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")

    def behave(self, feature: str, settings: str = "", *arguments: str) -> tuple[int, str]:
        """Run a feature; return the exit code and what was printed."""
        toml = PROJECT["pyproject.toml"] + settings
        self.write({"pyproject.toml": toml, "features/a.feature": f"Feature: Notes\n{feature}"})
        given = f"postgres={self.url.render_as_string(hide_password=False)}"
        done = subprocess.run(
            [sys.executable, "-m", "behave", "--no-color", "-D", given, *arguments],
            cwd=self.folder,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def project(tmp_path: Path, url: URL, admin: psycopg.Connection) -> Iterator[Project]:
    before = databases(admin)
    made = Project(tmp_path, url)
    made.write(PROJECT)
    yield made
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
def test_what_scenarios_commit_is_real_and_removed(project: Project, settings: str) -> None:
    code, output = project.behave(COMMITTED, settings)
    assert code == 0, output
    assert "2 scenarios passed, 0 failed, 0 skipped" in output


@RUNNERS
def test_tags_choose_the_database(project: Project, settings: str) -> None:
    code, output = project.behave(ISOLATED, settings)
    assert code == 0, output
    assert "7 scenarios passed, 0 failed, 0 skipped" in output


@RUNNERS
def test_a_rolled_back_scenario_is_refused_a_second_connection(
    project: Project, settings: str
) -> None:
    code, output = project.behave(
        "  @fixture.rollback\n  Scenario: Two\n    When another connection stores the note a\n",
        settings,
    )
    assert code == 1, output
    assert "for a further connection: @fixture.rollback (" in output


@RUNNERS
def test_a_connection_that_is_left_open_fails_its_scenario(project: Project, settings: str) -> None:
    code, output = project.behave("  Scenario: Open\n    When a session is left open\n", settings)
    assert code == 1, output
    assert "left open" in output


@RUNNERS
def test_nobody_reads_the_password(project: Project, settings: str) -> None:
    code, output = project.behave("  Scenario: Told\n    When the URL is told\n", settings)
    assert code == 1, output
    assert str(project.url.password) not in output
    assert ":***@" in output


def test_a_hook_can_be_wrapped(project: Project) -> None:
    project.write(
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
    code, output = project.behave("  Scenario: One\n    Then there are the notes wrapped\n")
    assert code == 0, output


@RUNNERS
def test_without_a_schema_the_run_fails_in_one_sentence(project: Project, settings: str) -> None:
    code, output = project.behave(COMMITTED, settings, "-D", "schema=nowhere")
    assert code == 1, output
    assert "Cannot run: there is no file " in output
    assert "2 scenarios were not run; each counts as an error." in output


def test_an_interrupted_run_of_behaves_own_runner_cleans_up(project: Project) -> None:
    code, output = project.behave(
        f"  Scenario: One\n    When the process gets SIGTERM\n{COMMITTED}"
    )
    assert code == 1, output
    assert "Interrupted: cleaning up … (SIGTERM)" in output
    assert "0 steps passed, 0 failed, 1 error, 0 skipped, 4 untested" in output


def test_a_server_of_its_own_may_be_killed(project: Project) -> None:
    scenario = """
  @fixture.server
  Scenario: Killed
    Given the note a
    When the server is killed and started again
    Then there are the notes a
"""
    code, output = project.behave(scenario, "", "-D", "postgres=embedded")
    assert code == 0, output
    assert "1 scenario passed, 0 failed, 0 skipped" in output
