"""What a failed scenario attaches to the reports of behave."""

import json
from xml.etree import ElementTree as ET

import psycopg
import pytest
from sqlalchemy import URL

from attachment_recording import FAILS, PSQL, RUNNERS, SECRET, SQL, TABLE, Recording, nothing_kept
from behave_projects import BehaveProject
from pgharness.servers import psql


@RUNNERS
def test_the_statements_of_a_failed_scenario_are_attached(
    behave_project: BehaveProject, settings: str
) -> None:
    recording = Recording(behave_project)
    found = recording.run(
        """
  Background:
    Given the note basic
  Scenario: Passes
    Given the note a
  Scenario: Fails
    Given the note a
    When all notes are deleted
    Then there are the notes a
    And it fails
""",
        settings,
        "-Dsql=on",
    )
    assert list(found) == ["Fails"]
    assert [kind for kind, _ in found["Fails"]] == [SQL]
    ((_, text),) = found["Fails"]
    steps = [line for line in text.splitlines() if line.startswith("--")]
    assert steps == [
        "-- line 4: Given the note basic",
        "-- line 8: Given the note a",
        "-- line 9: When all notes are deleted",
    ]
    assert text.count("INSERT INTO notes (text) VALUES (:text)") == 2
    assert text.splitlines()[-2].endswith(" DELETE FROM notes")


def test_what_a_scenario_leaves_open_comes_with_its_statements(
    behave_project: BehaveProject,
) -> None:
    recording = Recording(behave_project)
    found = recording.run(
        "  Scenario: Leaks\n    Given the note a\n    When a session is left open\n", "", "-Dsql=on"
    )
    ((kind, text),) = found["Leaks"]
    assert kind == SQL
    assert "-- line 3: Given the note a\n" in text


@RUNNERS
def test_who_waits_for_whom_is_attached(behave_project: BehaveProject, settings: str) -> None:
    recording = Recording(behave_project)
    found = recording.run(
        """
  Scenario: Waits
    Given the note violet-teapots
    And Ada renames the note violet-teapots
    When Bram renames the note violet-teapots
    Then it fails
""",
        settings,
    )
    assert [kind for kind, _ in found["Waits"]] == ["image/svg+xml", "text/plain"]
    (_, svg), (_, text) = found["Waits"]
    renaming = "UPDATE notes SET text = '…' WHERE text = '…'"
    assert text.splitlines() == [
        "Bram waits for Ada.",
        "",
        "Ada: idle in transaction, holds the lock",
        f"  last statement: {renaming}",
        "",
        "Bram: active, waits for Ada (lock: transactionid)",
        f"  statement: {renaming}",
    ]
    title = ET.fromstring(svg).findtext("{*}title")  # noqa: S314 (our own)
    assert title == "Bram waits for Ada."
    assert SECRET not in svg + text


def test_an_open_transaction_is_attached_unless_it_is_that_of_the_test(
    behave_project: BehaveProject,
) -> None:
    recording = Recording(behave_project)
    found = recording.run(
        """
  Scenario: Open
    Given the note a
    When all notes are read
    Then it fails
  Scenario: Passes
    Given the note z
    When all notes are read
  Scenario: Closed
    Given the note b
    Then it fails
  @fixture.rollback
  Scenario: Rolled back
    Given the note c
    When all notes are read
    Then it fails
"""
    )
    assert list(found) == ["Open"]
    _, (_, text) = found["Open"]
    assert text.startswith("1 transaction is open.\n\n")
    assert text.endswith("idle in transaction\n  last statement: SELECT text FROM notes")


def test_the_line_that_opens_the_kept_database_is_attached(
    behave_project: BehaveProject, admin: psycopg.Connection, url: URL
) -> None:
    recording = Recording(behave_project)
    with nothing_kept(admin):
        found = recording.run(FAILS, "", "-Dkeep=failed")
    ((kind, line),) = found["Fails"]
    assert kind == PSQL
    assert line.startswith("psql '")
    assert f"user={url.username} dbname=acceptance_" in line
    assert str(url.password) not in line
    assert "/" not in line, "no path"


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("db.example.com", "psql 'port=5433 user=ada dbname=orders'"),
        ("127.0.0.1", "psql 'host=127.0.0.1 port=5433 user=ada dbname=orders'"),
        ("%2Ftmp%2Fsocket", "psql 'port=5433 user=ada dbname=orders'"),
    ],
)
def test_the_line_for_reports_names_no_host(host: str, shown: str) -> None:
    url = URL.create("postgresql+psycopg", "ada", SECRET, host, 5433, "orders")
    secret = {"sslrootcert": "/etc/ca.pem", "sslpassword": SECRET, "options": "-c x=1"}
    assert psql.line_for_reports(url.update_query_dict(secret)) == (
        f"{shown}  # the run printed the whole line at its end"
    )


def test_the_difference_of_a_table_comes_with_the_steps_error(
    behave_project: BehaveProject,
) -> None:
    recording = Recording(behave_project)
    found = recording.run(
        """
  Scenario: Differs
    Given the note a
    Then the notes are
      | text |
      | b    |
"""
    )
    assert [kind for kind, _ in found["Differs"]] == [TABLE, "text/plain"]
    (_, body), (_, text) = found["Differs"]
    assert json.loads(body)["rows"] == [{"sign": "≠", "expected": ["b"], "actual": ["a"]}]
    assert "≠ | »b«  |   | »a«  |" in text
