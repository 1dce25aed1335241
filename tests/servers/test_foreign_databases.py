"""Databases of others on the server: no name and no comment of theirs stops a run."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL

from pgharness.core.foreign_text import octets
from pgharness.databases import ownership
from pgharness.databases.ownership import ForeignDatabaseError, Mark, Purpose, guard
from pgharness.databases.templates import DATABASE_PREFIX
from pgharness.servers import provision
from tests.support.forked import Preloaded
from tests.support.running import SHORT, plain

ORIGIN: Final = "latin"
NAMES: Final = ("caf\xe9", "\xe9t\xe9", "%s", "o'n\"e", "two\nlines", "\x1b[2J", "Upper", "plain")
"""What their names have behind `acceptance_`; where they were made, in LATIN1, bytes as well."""

SEEN: Final = f"""
    SELECT {octets("datname")}, {octets("shobj_description(oid, 'pg_database')")}
      FROM pg_database
"""


@contextmanager
def latin(admin: psycopg.Connection, url: URL) -> Iterator[psycopg.Connection]:
    """A session of others in a database of theirs, which is encoded in LATIN1."""
    admin.execute(
        f"CREATE DATABASE {ORIGIN} TEMPLATE template0 ENCODING LATIN1"
        " LOCALE_PROVIDER libc LOCALE 'C'"
    )
    try:
        with provision.connect(url.set(database=ORIGIN), name="caf\xe9") as connection:
            yield connection
    finally:
        admin.execute(f"DROP DATABASE {ORIGIN} WITH (FORCE)")


@contextmanager
def others(origin: psycopg.Connection) -> Iterator[None]:
    """Databases and a role of theirs, named as they like, with a comment each."""
    with ExitStack() as cleanups:
        for name in (DATABASE_PREFIX + name for name in NAMES):
            database = sql.Identifier(name)
            origin.execute(sql.SQL("CREATE DATABASE {}").format(database))
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database)
            cleanups.callback(origin.execute, drop)
            comment(origin, name, "d\xe9j\xe0 vu: " + name * 1000)
        origin.execute('CREATE ROLE "caf\xe9"')
        cleanups.callback(origin.execute, 'DROP ROLE "caf\xe9"')
        origin.execute("SELECT 'caf\xe9'")
        yield


def comment(connection: psycopg.Connection, database: str, text: str) -> None:
    words = (sql.Identifier(database), sql.Literal(text))
    connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(*words))


def test_a_run_goes_on_beside_databases_of_any_name_and_comment(
    admin: psycopg.Connection, url: URL, loaded: Preloaded, tmp_path: Path
) -> None:
    with latin(admin, url) as origin, others(origin):
        before = set(admin.execute(SEEN))
        ended = loaded.run("-D", f"postgres={plain(url)}", SHORT, reports=tmp_path / "run")
        after = set(admin.execute(SEEN))
    assert ended.exit_code == 0, ended.output
    assert after == before
    said = [line for line in ended.output.splitlines() if "left alone" in line]
    assert said == [
        "The database acceptance_plain is not marked as made by this suite; it is left alone."
    ]


def test_a_comment_of_others_is_no_mark_and_does_no_harm(
    admin: psycopg.Connection, url: URL, marked: URL
) -> None:
    with provision.connect(marked) as connection, latin(admin, url) as origin:
        name = connection.info.dbname
        mark = Mark(name, oid_of(connection), "a" * 16, Purpose.RUN)
        for text in forgeries(mark):
            comment(origin, name, text)
            with pytest.raises(ForeignDatabaseError) as refused:
                guard(connection)
            assert str(refused.value).isprintable(), ascii(text[:100])
            assert ownership.mark_of(connection, name) is None, ascii(text[:100])
        comment(origin, name, mark.text())
        guard(connection)


def oid_of(connection: psycopg.Connection) -> int:
    """Return the oid of the connected database."""
    (oid,) = connection.execute(
        "SELECT oid FROM pg_database WHERE datname = current_database()"
    ).fetchone() or (0,)
    return int(oid)


def forgeries(mark: Mark) -> list[str]:
    """Return comments that are almost a mark, or that are hard to read as one."""
    genuine, oid, deep = mark.text(), str(mark.oid), "[" * 400 + "]" * 400
    fields = json.loads(genuine)
    return [
        "d\xe9j\xe0 vu",
        "[" * 990,
        genuine + "\xe9",
        genuine + " " * 5_000_000,
        genuine.replace(f'"{mark.database}"', deep),
        genuine.replace(oid, "NaN"),
        genuine.replace(oid, f"{oid}.0"),
        genuine.replace('"oid"', '"oid": 1, "oid"'),
        json.dumps({**fields, "run": "\ud800"}),
        json.dumps({**fields, "run": [mark.run]}),
        json.dumps({**fields, "database": "\x1b[2J\n"}),
        json.dumps({**fields, "oid": "\x1b[2J\n"}),
        json.dumps({**fields, "format": "\x1b[2J\n"}),
    ]
