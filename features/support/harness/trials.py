"""Helpers and per-scenario state of the steps about the test database."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, Final
from weakref import WeakKeyDictionary

import psycopg
from behave.model import Rule
from psycopg import sql
from sqlalchemy import URL, select, update

from domain.identity.accounts import User
from features.support import connecting
from features.support.world import World
from pgharness.adapters.test_run import Harness
from pgharness.databases import ownership
from pgharness.servers import provision

ACCOUNTS_OF_RULE: Final[WeakKeyDictionary[Rule, set[str]]] = WeakKeyDictionary()
"""The addresses of the accounts that a rule's scenarios have stored, remembered by this process."""

OF_A_RUN: Final = re.compile(r"acceptance_(?:template_.*|.*_([0-9a-f]{16}))")
"""The names of databases that runs make; each ends with its run's id, or is for several runs."""

MOVED: Final = """
    SELECT sequencename, last_value FROM pg_sequences
     WHERE schemaname = 'public' AND last_value IS NOT NULL
"""


class TrialState:
    """Per-scenario state of the steps about databases beside the scenario's own."""

    def __init__(self) -> None:
        self.url: URL
        """The database without a mark."""
        self.databases: set[str] = set()
        """The server's databases before the other run."""
        self.of_other_run: set[str] = set()
        """The databases that the other run created."""
        self.read = ""
        """The name that a session has read."""


def moved_sequences(connection: psycopg.Connection) -> dict[str, int]:
    """Return the last value of each sequence that is past its start."""
    return dict(connection.execute(MOVED).fetchall())


def outside(world: World) -> closing[psycopg.Connection]:
    """Open a connection of its own, even where the scenario is one transaction."""
    info = world.reader.info
    return closing(psycopg.connect(info.dsn, password=info.password, autocommit=True))


@contextmanager
def unmarked_database(harness: Harness[Any]) -> Iterator[URL]:
    """Create a database, and remove the comment that marks it as this run's."""
    with harness.another_database() as url, provision.connect(url) as connection:
        mark = ownership.mark_of(connection, connection.info.dbname)
        assert mark is not None, "the database was made by this run"
        _comment(connection, None)
        try:
            yield url
        finally:
            ownership.write(connection, connection.info.dbname, mark.run, mark.purpose)


def _comment(connection: psycopg.Connection, comment: str | None) -> None:
    statement = sql.SQL("COMMENT ON DATABASE {} IS {}")
    name = sql.Identifier(connection.info.dbname)
    connection.execute(statement.format(name, sql.Literal(comment)))


def databases(world: World) -> set[str]:
    """Return the names of the server's databases."""
    return {name for (name,) in world.reader.execute("SELECT datname FROM pg_database")}


def is_lasting(name: str, run_id: str) -> bool:
    """Return whether no run but this one may drop a database: the names of others have ids."""
    of_a_run = OF_A_RUN.fullmatch(name)
    return of_a_run is None or of_a_run[1] == run_id


def rename(world: World, person: str, name: str) -> str:
    """Rename an account in a test session, commit, and return the name that is read then."""
    with world.session_factory() as sessions, sessions.rolled_back() as session:
        session.execute(update(User).where(_is(person)).values(display_name=name))
        session.commit()
        return session.scalars(select(User.display_name).where(_is(person))).one()


def rename_asynchronously(world: World, person: str, name: str) -> str:
    """Do the same in an asynchronous session."""
    from pgharness.sessions.sessions_async import AsyncTestSessionFactory  # all runs load this file

    async def renamed() -> str:
        factory = AsyncTestSessionFactory(
            world.url, opener=world.scenario, engine_options=connecting.options(world.url)
        )
        async with factory as sessions, sessions.rolled_back() as session:
            await session.execute(update(User).where(_is(person)).values(display_name=name))
            await session.commit()
            return (await session.scalars(select(User.display_name).where(_is(person)))).one()

    return asyncio.run(renamed())


def _is(person: str) -> Any:
    return User.email == f"{person.lower()}@example.org"
