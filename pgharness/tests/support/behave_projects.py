"""A project that has nothing but features, and behave run over it as its developers run it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import URL

import fork_server

OURS: Final = '[tool.behave]\nrunner = "pgharness.adapters.starting:Runner"\n'
"""What a project says to have the runner of the harness instead of behave's own."""

FILES: Final = {
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

@given("the database ignores each DELETE from notes")
def ignored(context):
    context.database.observer.execute(
        "CREATE RULE lasting AS ON DELETE TO notes DO INSTEAD NOTHING;"
        "ALTER TABLE notes ENABLE ALWAYS RULE lasting"
    )

@when("another connection stores the note {title}")
def elsewhere(context, title):
    engine = create_engine(context.database.url)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO notes (text) VALUES (:text)"), {"text": title})
    engine.dispose()

@when("the URL is printed")
def print_url(context):
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

@when("all notes are deleted")
def deleted(context):
    context.session.execute(text("DELETE FROM notes"))
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
class BehaveProject:
    """A folder with a project in it, and the server that its scenarios are run on."""

    folder: Path
    url: URL

    def write(self, files: Mapping[str, str]) -> None:
        """Write files, by their paths within the folder."""
        for name, text in files.items():
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")

    def behave(
        self, feature: str, settings: str = "", *arguments: str, alone: bool = False
    ) -> tuple[int, str]:
        """Run a feature beside what was written; return the exit code and what was printed."""
        toml = FILES["pyproject.toml"] + settings
        self.write({"pyproject.toml": toml, "features/a.feature": f"Feature: Notes\n{feature}"})
        return self.run(*arguments, alone=alone)

    def run(
        self, *arguments: str, started_in: Path | None = None, alone: bool = False
    ) -> tuple[int, str]:
        """Run all features; return the exit code and what was printed.

        `alone`: in an interpreter of its own, which has imported nothing.
        """
        given = f"postgres={self.url.render_as_string(hide_password=False)}"
        inherited = {k: v for k, v in os.environ.items() if k != "TEST_DATABASE_URL"}
        run = fork_server.run_alone if alone else fork_server.run
        done = run(
            *("behave", "--no-color", "-D", given, *arguments),
            folder=started_in or self.folder,
            env=inherited,
        )
        return done.returncode, done.stdout
