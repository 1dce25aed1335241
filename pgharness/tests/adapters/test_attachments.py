"""What a failed scenario attaches to the reports of behave, and a failed test to pytest's."""

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from xml.etree import ElementTree as ET

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL

from behave_projects import OURS, BehaveProject
from pgharness.servers import embedded, psql
from small_projects import Project

RUNNERS: Final = pytest.mark.parametrize("settings", ["", OURS], ids=["behave's", "ours"])

SQL: Final = "text/x.pgharness.sql+plain"
PSQL: Final = "text/x.pgharness.psql+plain"
TABLE: Final = "application/vnd.pgharness.table-difference+json"
SECRET: Final = "violet-teapots"

FAILS: Final = "  Scenario: Fails\n    Given the note a\n    Then it fails\n"

RECORDER: Final = """
import json
from behave.formatter.base import Formatter

class Recorder(Formatter):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.stream = self.open()
        self.name = None

    def scenario(self, scenario):
        self.name = scenario.name

    def result(self, step):
        for media_type, text in getattr(step.exception, "attachments", ()):
            self.embedding(media_type, text.encode())

    def embedding(self, mime_type, data):
        if self.name is not None:  # some belong to the run
            self.stream.write(json.dumps([self.name, mime_type, data.decode()]) + "\\n")

class Refusing(Formatter):
    def __init__(self, *arguments):
        super().__init__(*arguments)

    def embedding(self, mime_type, data):
        raise OSError("the disk is full")
"""

STEPS: Final = """
import os, signal
from behave import given, then, when
from pgharness.data import data_tables
from pgharness.interleaving.actors import Actor
from sqlalchemy import create_engine, text

def sending(statement):
    return lambda work: work.execute(text(statement))

@given("{name} renames the note {title}")
@when("{name} renames the note {title}")
def renames(context, name, title):
    engine = create_engine(context.database.url, connect_args={"application_name": name})
    actor = Actor(name, engine, engine)
    context.world.add_cleanup(actor.close)
    actor.begin(lambda engine: engine.begin())
    actor.do(sending(f"UPDATE notes SET text = '{title}!' WHERE text = '{title}'"))
    try:
        actor.wait_until_blocked("Ada", context.database.observer)
    except AssertionError:
        actor.outcome()

@when("all notes are read")
def read(context):
    context.session.execute(text("SELECT text FROM notes"))

@then("the notes are")
def are(context):
    found = context.database.observer.execute("SELECT text FROM notes ORDER BY text")
    data_tables.expect(context.table, [{"text": text} for text, in found])

@then("it fails")
def fails(context):
    assert False, "it fails"

@then("the observer is in a failed transaction")
def failed_transaction(context):
    context.world.add_cleanup(lambda: context.database.observer.execute("ROLLBACK"))
    context.database.observer.execute("BEGIN")
    try:
        context.database.observer.execute("SELECT 1 / 0")
    finally:
        context.database.observer.execute("SELECT 1")

@then("the server is killed and it fails")
def killed(context):
    context.database.crash()
    assert False, "it fails"

@then("the connections of the harness are ended")
def ended(context):
    with create_engine(context.database.url, isolation_level="AUTOCOMMIT").connect() as other:
        other.execute(
            text("SELECT pg_terminate_backend(:pid, 10000)"),
            {"pid": context.database.observer.info.backend_pid},
        )
    assert False, "it fails"
"""


class Recording:
    """Runs features with steps that fail, and with a formatter that takes attachments."""

    def __init__(self, project: BehaveProject) -> None:
        project.write({"recording.py": RECORDER, "features/steps/more.py": STEPS})
        self._project = project
        self.output = ""
        """What the run printed."""

    def run(
        self, feature: str, settings: str = "", *arguments: str
    ) -> dict[str, list[tuple[str, str]]]:
        """Run a feature that fails; return the attachments of each scenario that has some."""
        file = self._project.folder / "attachments.ndjson"
        given = ("-f", "recording:Recorder", "-o", file.name, "-f", "plain", *arguments)
        code, self.output = self._project.behave(feature, settings, *given)
        assert code == 1, self.output
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for line in file.read_text("utf-8").splitlines():
            name, media_type, text = json.loads(line)
            found[name].append((media_type, text))
        return found


@contextmanager
def nothing_kept(admin: psycopg.Connection) -> Iterator[None]:
    """Remove the databases that a run in this block keeps, with its folder."""
    try:
        yield
    finally:
        kept = admin.execute("SELECT datname FROM pg_database WHERE datname ~ '^acceptance_kept_'")
        for (name,) in kept.fetchall():
            admin.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
        embedded.sweep()


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


@RUNNERS
def test_a_formatter_that_fails_keeps_nothing_from_the_others(
    behave_project: BehaveProject, settings: str
) -> None:
    recording = Recording(behave_project)
    # behave's own JSON formatter raises an IndexError after the last step.
    arguments = ("-f", "recording:Refusing", "-o", "a.txt", "-f", "json", "-o", "a.json")
    found = recording.run(
        FAILS,
        settings,
        *arguments,
        "-Dsql=on",
    )
    assert [kind for kind, _ in found["Fails"]] == [SQL]
    assert "0 scenarios passed, 1 failed, " in recording.output
    assert "hook_error" not in recording.output


def test_without_a_formatter_that_takes_attachments_nothing_is_asked(
    behave_project: BehaveProject, admin: psycopg.Connection
) -> None:
    Recording(behave_project)
    with nothing_kept(admin):
        code, output = behave_project.behave(FAILS, "", "-Dsql=on", "-Dkeep=failed")
    assert code == 1, output
    assert "0 scenarios passed, 1 failed, " in output
    assert "hook_error" not in output


def test_an_observer_that_cannot_answer_hides_no_failure(behave_project: BehaveProject) -> None:
    recording = Recording(behave_project)
    found = recording.run(
        """
  @fixture.database
  Scenario: In a failed transaction
    Given the note a
    Then the observer is in a failed transaction
  Scenario: After it
    Given the note a
    Then there are the notes a
""",
        "",
        "-Dsql=on",
    )
    assert [kind for kind, _ in found["In a failed transaction"]] == [SQL]
    assert "InFailedSqlTransaction" in recording.output
    assert "1 scenario passed, 0 failed, 1 error, 0 skipped" in recording.output


@RUNNERS
def test_a_server_that_is_gone_hides_no_failure(
    behave_project: BehaveProject, settings: str
) -> None:
    recording = Recording(behave_project)
    found = recording.run(
        """
  Scenario: It goes
    Given the note a
    Then the connections of the harness are ended
  Scenario: After it
    Given the note a
""",
        settings,
        "-Dsql=on",
    )
    assert [kind for kind, _ in found["It goes"]] == [SQL]
    assert "it fails" in recording.output
    assert (
        "Cannot run: the server is gone, the run ends here (terminating connection"
        in recording.output
    )
    assert recording.output.count("the server is gone") == 1


def test_a_server_that_the_scenario_kills_hides_no_failure(behave_project: BehaveProject) -> None:
    recording = Recording(behave_project)
    found = recording.run(
        """
  @fixture.server
  Scenario: It is killed
    Given the note a
    Then the server is killed and it fails
  Scenario: After it
    Given the note a
""",
        "",
        "-Dsql=on",
        "-Dpostgres=embedded",
    )
    assert [kind for kind, _ in found["It is killed"]] == [SQL]
    assert "1 scenario passed, 1 failed, 0 skipped" in recording.output


TESTS: Final = f"""
    import pytest
    from models import Customer
    from pgharness.interleaving.actors import Actor
    from sqlalchemy import create_engine, text

    def sending(statement):
        return lambda work: work.execute(text(statement))

    def test_passes(session):
        session.execute(text("SELECT 1"))

    def test_fails(session):
        session.add(Customer(name="{SECRET}"))
        session.commit()
        raise RuntimeError("it fails")

    def test_waits(database, world):
        with database.observer.transaction():
            database.observer.execute("INSERT INTO customers (name) VALUES ('Ada')")
        actors = []
        for name in ("Ada", "Bram"):
            engine = create_engine(database.url, connect_args={{"application_name": name}})
            actors.append(Actor(name, engine, engine))
            world.add_cleanup(actors[-1].close)
            actors[-1].begin(lambda engine: engine.begin())
            actors[-1].do(sending("UPDATE customers SET name = '{SECRET}'"))
            if name == "Ada":
                actors[-1].outcome()
        actors[-1].wait_until_blocked("Ada", database.observer)
        raise RuntimeError("it fails")

    def test_leaks(engine):
        global left
        left = engine.connect()
        left.execute(text("SELECT 2"))
"""


def test_a_failed_test_of_pytest_shows_the_same(project: Project) -> None:
    project.write(test_it=TESTS)
    ended = project.run("-D", "sql=on", "--tb=short")
    _, *parts = ended.output.partition("= FAILURES =")[2].split("___ test_")
    shown = {part.partition(" ")[0]: part for part in parts}
    assert set(shown) == {"fails", "waits"}
    assert "--- SQL of the test ---" in shown["fails"]
    assert "INSERT INTO customers (name) VALUES (:name)" in shown["fails"]
    assert "--- Sessions that wait ---" not in shown["fails"], "one open transaction is usual"
    assert "Bram waits for Ada.\n\nAda: idle in transaction, holds the lock" in shown["waits"]
    errors = ended.output.partition("= ERRORS =")[2].partition("= FAILURES =")[0]
    assert "SELECT 2" in errors, "of the test that leaves a connection open"
    assert SECRET not in ended.output
    assert ended.verdicts() == {
        "test_passes": "passed",
        "test_fails": "failure",
        "test_waits": "failure",
        "test_leaks": "error",
    }
