"""`python -m checks.freezing`: check that committed revisions do not change.

`check` compares every revision with its record, without a server. `freeze` records new revisions
and their effect on the schema, which it reads from a new server.
"""

import sys
from contextlib import ExitStack
from typing import Final

from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg import sql

from features.support.service import MIGRATIONS, ROOT
from migrations import catalogue, records
from migrations.records import Record
from pgharness.core import exits
from pgharness.core.run_directory import Run
from pgharness.servers import embedded, provision

USAGE: Final = "python -m checks.freezing check | freeze"
DATABASE: Final = "freezing"


def scripts() -> ScriptDirectory:
    """Return the revisions."""
    return ScriptDirectory.from_config(Config(toml_file=ROOT / "pyproject.toml"))


def check() -> int:
    """Print the differences from the records; return 1 if there are any."""
    found = list(records.problems(scripts()))
    print(*found, sep="\n")
    return 1 if found else 0


def freeze() -> int:
    """Record all new revisions; return 1 if an older one has changed."""
    history = records.history(scripts())
    with ExitStack() as cleanups:
        run = Run.begin()
        cleanups.callback(run.close)
        server = embedded.start(run, cleanups)
        url = server.url.set(database=DATABASE)
        with provision.connect(server.url) as admin:
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        facts = records.EMPTY
        for script in history:
            MIGRATIONS.migrate(url, script.revision)
            with provision.connect(url) as connection:
                was, facts = facts, catalogue.read(connection)
            if Record.read(script.revision) is None:
                Record.of(script, was, facts).write(script.revision)
                print(f"{script.revision} is frozen")
    return check()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["check"]:
            exits.program(check)
        case ["freeze"]:
            exits.program(freeze)
        case _:
            sys.exit(USAGE)
