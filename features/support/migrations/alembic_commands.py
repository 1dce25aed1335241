"""Alembic's commands as an operator runs them, but within this process.

Alembic's context is global: of two concurrent upgrades one needs a process of its own.
"""

from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from io import StringIO
from typing import Any

import psycopg
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import Script, ScriptDirectory
from psycopg import sql
from sqlalchemy import URL, Connection

from features.support import data
from features.support.migrations import schema_eras
from features.support.migrations.state import DatabaseState
from features.support.service import ROOT
from migrations import catalogue, records
from migrations.catalogue import Facts
from pgharness.core.session_settings import WITHOUT_LIMITS, options
from pgharness.isolation.prepared import PreparedDatabases
from pgharness.reset.reset import Reset
from pgharness.servers import provision

LOSSES_ALLOWED = "allow-data-loss=yes"
"""The option that permits a downgrade to lose data."""


def config(*options: str, connection: Connection | None = None) -> Config:
    """Return a configuration as `alembic -x option …` has it, without its logging."""
    made = Config(cmd_opts=Namespace(x=list(options)), stdout=StringIO())
    made.set_main_option("script_location", str(ROOT / "migrations").replace("%", "%%"))
    if connection is not None:
        made.attributes["connection"] = connection
    return made


def upgrade(url: URL, revision: str = "head", *extra: str) -> None:
    """Upgrade a database, as with `-x url=…`. Raises `CommandError`."""
    upgrade_as(config(f"url={written(url)}", *extra), revision)


def downgrade(url: URL, revision: str, *extra: str) -> None:
    """Downgrade a database, as with `-x url=…`. Raises `CommandError`."""
    downgrade_as(config(f"url={written(url)}", *extra), revision)


def upgrade_as(made: Config, revision: str) -> None:
    """Upgrade as a configuration says. Raises `CommandError`.

    As `alembic upgrade` does, but the revisions are loaded only once per process.
    """

    def upgrade(current: Any, _: object) -> Any:
        return scripts()._upgrade_revs(revision, current)  # noqa: SLF001 (as Alembic does)

    _run(made, upgrade, revision)


def downgrade_as(made: Config, revision: str) -> None:
    """Downgrade as a configuration says, likewise. Raises `CommandError`."""

    def downgrade(current: Any, _: object) -> Any:
        return scripts()._downgrade_revs(revision, current)  # noqa: SLF001 (as Alembic does)

    _run(made, downgrade, revision)


def _run(made: Config, steps: Callable[[Any, object], Any], revision: str) -> None:
    """Run the steps in Alembic's environment; `env.py` knows the command by their name."""
    with EnvironmentContext(made, scripts(), fn=steps, destination_rev=revision):
        scripts().run_env()


def written(url: URL) -> str:
    """Return the URL with its password, for a session without time limits."""
    without_limits = f"{options(WITHOUT_LIMITS)} {url.query.get('options', '')}".strip()
    return url.update_query_dict({"options": without_limits}).render_as_string(hide_password=False)


@contextmanager
def connected(url: URL) -> Iterator[Connection]:
    """Open a connection that several migrations can use, one after the other."""
    engine = provision.engine(url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@cache
def scripts() -> ScriptDirectory:
    """Return the revisions."""
    return ScriptDirectory.from_config(config())


def history() -> list[Script]:
    """Return all revisions, oldest first."""
    return records.history(scripts())


def history_to(target: str) -> list[Script]:
    """Return the revisions up to one, oldest first; all of them for `head`."""
    return [script for script in history() if target == "head" or script.revision <= target]


def span(first: str, last: str) -> list[Script]:
    """Return the revisions from one to another, oldest first; `head` is the latest."""
    return [script for script in history_to(last) if script.revision >= first]


def former(script: Script) -> str | None:
    """Return the predecessor of a revision."""
    return str(script.down_revision) if script.down_revision else None


def head() -> str:
    """Return the latest revision."""
    return history()[-1].revision


def prepared(databases: PreparedDatabases, revision: str) -> URL:
    """Return a database at a revision, to be copied; it is made once in a run.

    It is upgraded from the one at the nearest earlier revision that was made before.
    """
    earlier = [databases.find(script.revision) for script in history_to(revision)]
    nearest = next((url for url in reversed(earlier) if url is not None), None)
    return databases.make(revision, lambda url: upgrade(url, revision), like=nearest)


def facts(url: URL) -> Facts:
    """Return a database's schema, as facts of the catalogue."""
    with provision.connect(url) as connection:
        return catalogue.read(connection)


def recorded(connection: psycopg.Connection) -> list[str]:
    """Return the revisions that a database's version table records."""
    if connection.execute("SELECT to_regclass('public.alembic_version')").fetchone() == (None,):
        return []
    found = connection.execute("SELECT version_num FROM alembic_version ORDER BY 1")
    return [revision for (revision,) in found]


def state(url: URL) -> DatabaseState:
    """Return a database's revision, schema and rows."""
    with provision.connect(url, row_security="off") as connection:
        return state_seen(connection)


def state_seen(connection: psycopg.Connection) -> DatabaseState:
    """Return the same over a connection, which must bypass policies."""
    return DatabaseState(
        recorded(connection), catalogue.read(connection), data.fingerprint(connection)
    )


def changes(before: DatabaseState, after: DatabaseState) -> list[str]:
    """Return the differences between two states, in words."""
    moved = [f"it is at {after.revisions}"] if before.revisions != after.revisions else []
    return [
        *moved,
        *catalogue.differences(before.schema, after.schema),
        *(f"rows of {what}" for what in data.differences(before.rows, after.rows)),
    ]


def fill(url: URL, revision: str) -> list[str]:
    """Reset the database and fill every table at this revision; return those without a row."""
    with provision.connect(url, row_security="off") as connection:
        Reset(connection)()
        schema_eras.fill(connection, revision)
        return [
            table
            for table in data.tables(connection)
            if not connection.execute(
                sql.SQL("SELECT FROM {} LIMIT 1").format(sql.Identifier(table))
            ).rowcount
        ]


def printed(direction: Callable[..., None], revisions: str) -> list[str]:
    """Return the statements that `--sql` prints for these revisions."""
    buffer = Statements()
    made = config()
    made.output_buffer = buffer
    direction(made, revisions, sql=True)
    return buffer.statements


class Statements(StringIO):
    """Collects statements: Alembic writes each with one call."""

    def __init__(self) -> None:
        super().__init__()
        self.statements: list[str] = []

    def write(self, text: str) -> int:
        """Keep a statement."""
        if text.strip():
            self.statements.append(text.strip())
        return len(text)


def run_printed(url: URL, statements: list[str]) -> None:
    """Run statements one after the other in autocommit mode, as `psql` does."""
    with provision.connect(url) as connection:
        for statement in statements:
            connection.execute(statement.encode())
