"""Fixtures: roles on the shared server, each gone after its test, and a server of another kind.

A plugin, not a `conftest.py`: `tests/test_harness_faults.py` runs the tests of this folder too.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL

from pgharness.core.run_directory import Run
from pgharness.databases.templates import RunDatabases
from pgharness.servers import embedded, provision
from pgharness.servers.embedded import EmbeddedServer

ODD_NAME: Final = 'q a/"o\'dd"@%'
ODD_PASSWORD: Final = 'correct "horse" it\'s \\ 100% @:/?#[] violät'


@pytest.fixture
def qa(admin: psycopg.Connection, url: URL, template: RunDatabases) -> Iterator[URL]:
    """The URL of an ordinary role."""
    assert template, "the group roles are there"
    with ordinary(admin, url, "qa", "pa55") as theirs:
        yield theirs


@pytest.fixture
def odd(admin: psycopg.Connection, url: URL, template: RunDatabases) -> Iterator[URL]:
    """The URL of a role, with a password and a database, that are hard to spell."""
    assert template, "the group roles are there"
    database = sql.Identifier(ODD_NAME)
    with ordinary(admin, url, ODD_NAME, ODD_PASSWORD) as theirs:
        admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(database, sql.Identifier(ODD_NAME))
        )
        yield theirs.set(database=ODD_NAME)
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))


@contextmanager
def ordinary(admin: psycopg.Connection, url: URL, name: str, password: str) -> Iterator[URL]:
    """Make a role that a run can have, on a server where the group roles are; yield its URL."""
    role = sql.Identifier(name)
    admin.execute(
        sql.SQL("CREATE ROLE {} LOGIN CREATEDB CREATEROLE BYPASSRLS PASSWORD {}").format(
            role, sql.Literal(password)
        )
    )
    try:
        admin.execute(
            sql.SQL("GRANT app_identity, app_tenant, app_worker TO {} WITH ADMIN TRUE").format(role)
        )
        yield url.set(username=name, password=password)
    finally:
        admin.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(role))
        admin.execute(sql.SQL("DROP ROLE {}").format(role))


@pytest.fixture
def in_ascii() -> Iterator[EmbeddedServer]:
    """A server whose database `postgres` has no encoding; `app` has one."""
    with ExitStack() as cleanups:
        run = Run.begin()
        cleanups.callback(run.close)
        server = embedded.start(run, cleanups)
        with provision.connect(server.url.set(database="template1")) as admin:
            admin.execute("DROP DATABASE postgres")
            admin.execute(
                "CREATE DATABASE postgres TEMPLATE template0 ENCODING 'SQL_ASCII'"
                " LOCALE_PROVIDER libc LOCALE 'C'"
            )
            admin.execute("CREATE DATABASE app")
        yield server
