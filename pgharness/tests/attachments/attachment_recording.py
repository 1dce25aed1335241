"""Runs of behave whose formatter records what a failed scenario attaches."""

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
import pytest
from psycopg import sql

from behave_projects import OURS, BehaveProject
from pgharness.servers import embedded

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
