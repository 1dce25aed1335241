"""Ownership marks of databases, and the guard that refuses to empty a database without one.

Only databases with a valid mark are emptied or dropped; this cannot be switched off. The mark is a
comment on the database that contains its name, its oid and the id of the run that created it: so a
copy, a restored dump or another database of the same name has no valid mark.

A run is alive as long as one of its connections holds its advisory lock, which is visible to all
connections of the server.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final, Self

import psycopg
from psycopg import sql

from pgharness.core.errors import HarnessError
from pgharness.core.foreign_text import decoded, octets, shown

MADE_BY: Final = "postgres-acceptance"
FORMAT: Final = 1

DATABASE_NAME: Final = re.compile(rb"[a-z0-9_]+")
"""Names of databases of the harness: ASCII, which is the same in every encoding."""

RUN: Final = re.compile("[0-9a-f]+")
"""The id of a run."""

LONGEST: Final = 1000
"""The maximum length of a mark in bytes; longer comments are not read."""

COMMENT: Final = f"""
    SELECT CASE WHEN octet_length(description) <= {LONGEST} THEN {octets("description")}
                ELSE '' END
      FROM pg_shdescription
     WHERE objoid = pg_database.oid AND classoid = 'pg_database'::regclass
"""  # noqa: S608 (nothing in it comes from outside)

FOUND: Final = f"""
    SELECT {octets("datname")}, oid, ({COMMENT}) FROM pg_database
"""  # noqa: S608 (likewise)
"""Name, oid and comment of databases; a comment that is too long becomes an empty one."""

IDENTITY: Final = f"""
    SELECT *, pg_is_in_recovery()
      FROM ({FOUND} WHERE datname = current_database()) AS database (name, oid, comment)
"""  # noqa: S608 (nothing in it comes from outside)
"""The connected database, as the guard needs it."""

COMMENT_OF: Final = """
    SELECT description FROM pg_shdescription
     WHERE classoid = 'pg_database'::regclass AND objoid = {oid}
"""
"""The only part of `IDENTITY` that can change during a connection."""

RUNS_OF_THIS_PROCESS: Final[set[str]] = set()
"""The ids of the runs of this process, including those that have ended."""

HOLDERS: Final = """
    SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
       AND classid = %s::bigint::oid AND objid = %s::bigint::oid
"""

OTHER_HOLDERS: Final = f"{HOLDERS} AND pid <> pg_backend_pid()"


class Purpose(StrEnum):
    """The purpose of a database of the harness."""

    RUN = "run"
    TEMPLATE_IN_THE_MAKING = "template in the making"
    TEMPLATE = "template"
    KEPT = "kept"


@dataclass(frozen=True)
class Mark:
    """The content of an ownership mark."""

    database: str
    oid: int
    run: str
    purpose: Purpose

    def text(self) -> str:
        """Return the comment's text."""
        return json.dumps({"made_by": MADE_BY, "format": FORMAT, **asdict(self)})

    @classmethod
    def parse(cls, comment: str | None) -> Self | None:
        """Parse a comment; return None unless it is exactly the text of a mark."""
        fields = _fields(comment or "")
        try:
            if (fields.pop("made_by"), fields.pop("format")) != (MADE_BY, FORMAT):
                return None
            mark = cls(**{**fields, "purpose": Purpose(fields["purpose"])})
            is_genuine = (
                (type(mark.database), type(mark.oid)) == (str, int)
                and RUN.fullmatch(mark.run)
                and mark.text() == comment
            )
        except (ValueError, TypeError, KeyError, RecursionError):
            return None
        return mark if is_genuine else None


@dataclass(frozen=True)
class Marked:
    """A database with its mark, or None if it has no valid one."""

    name: str
    mark: Mark | None


def missing(name: str, oid: int, comment: str | None) -> str | None:
    """Return why a comment is not the mark of this database, or None if it is."""
    if comment is None:
        return "it carries no mark of this suite: it has no comment"
    mark = Mark.parse(comment)
    if mark is None:
        return f"it carries no mark of this suite: {_fault(comment)}"
    if mark.database != name:
        return f"its mark is that of a database called {shown(mark.database)}"
    if mark.oid != oid:
        return f"its mark is that of an earlier database of this name (oid {mark.oid}, now {oid})"
    return None


def _fault(comment: str) -> str:
    """Return why a comment cannot be parsed as a mark."""
    fields = _fields(comment)
    if fields.get("made_by") != MADE_BY:
        return "its comment says something else"
    if fields.get("format") != FORMAT:
        return f"its comment is one of format {fields.get('format')!r}, not {FORMAT}"
    return "its comment is not complete"


def _fields(comment: str) -> dict[str, Any]:
    """Parse a comment as a JSON object; return an empty one if it is not."""
    try:
        fields = json.loads(comment)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def read(connection: psycopg.Connection, prefix: str) -> list[Marked]:
    """Return the databases with a name that the harness could have given, and this prefix."""
    begins = f"{FOUND} WHERE substr({octets('datname')}, 1, %s) = %s ORDER BY datname"
    rows = connection.execute(begins, [len(prefix), prefix.encode()])
    return [_marked(*row) for row in rows if DATABASE_NAME.fullmatch(row[0])]


def mark_of(connection: psycopg.Connection, database: str) -> Mark | None:
    """Return the valid mark of a database, or None."""
    row = connection.execute(f"{FOUND} WHERE datname = %s", [database]).fetchone()
    return _marked(*row).mark if row else None


def _marked(name: bytes, oid: int, comment: bytes | None) -> Marked:
    database, said = decoded(name), decoded(comment)
    return Marked(database, None if missing(database, oid, said) else Mark.parse(said))


def write(connection: psycopg.Connection, database: str, run: str, purpose: Purpose) -> None:
    """Write the mark of a database that the run created, or change its purpose."""
    row = connection.execute("SELECT oid FROM pg_database WHERE datname = %s", [database])
    (oid,) = row.fetchone() or (0,)
    comment = Mark(database, oid, run, purpose).text()
    connection.execute(
        sql.SQL("COMMENT ON DATABASE {} IS {}").format(
            sql.Identifier(database), sql.Literal(comment)
        )
    )


def lock_key(name: str) -> int:
    """Return the key of a name's advisory lock: 64 bits, signed."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def announce(connection: psycopg.Connection, run: str) -> None:
    """Take the run's advisory lock in shared mode for the rest of the connection.

    Several connections of a run may hold it. `idle_session_timeout` is switched off for them.
    """
    connection.execute("SELECT set_config('idle_session_timeout', '0', false)")
    connection.execute("SELECT pg_advisory_lock_shared(%s)", [lock_key(run)])


def announce_maker(connection: psycopg.Connection) -> None:
    """Take the advisory lock of the run that created the connected database, if it has a mark."""
    if (mark := mark_of(connection, connection.info.dbname)) is not None:
        announce(connection, mark.run)


def is_alive(connection: psycopg.Connection, run: str) -> bool:
    """Return whether any connection of the server holds the run's lock, in any database."""
    return connection.execute(HOLDERS, _halves(run)).fetchone() is not None


def is_used_by_others(connection: psycopg.Connection, template: str) -> bool:
    """Return whether another connection of the server holds a template's lock, in any database."""
    return connection.execute(OTHER_HOLDERS, _halves(template)).fetchone() is not None


def _halves(name: str) -> list[int]:
    """Return the upper and the lower 32 bits of a name's key, unsigned, as in pg_locks."""
    return [lock_key(name) >> 32 & 0xFFFFFFFF, lock_key(name) & 0xFFFFFFFF]


class ForeignDatabaseError(HarnessError):
    """The guard's refusal: the database was not created by the harness, or not for this run."""


@dataclass(frozen=True)
class Identity:
    """What the server says about the connected database."""

    name: str
    oid: int
    comment: str | None
    replica: bool
    """Whether its server is in recovery, as a physical replica is."""


def guard(connection: psycopg.Connection) -> Identity:
    """Check that this process may empty the connected database; return its identity.

    Raises `ForeignDatabaseError`.
    """
    row = connection.execute(IDENTITY).fetchone()
    assert row is not None, "the connected database is listed in pg_database"
    name, oid, comment, replica = row
    found = Identity(decoded(name), oid, decoded(comment), replica)
    check(connection, found)
    return found


def check(connection: psycopg.Connection, found: Identity) -> None:
    """Raise `ForeignDatabaseError` unless this process may empty the database."""
    if (obstacle := _obstacle(connection, found)) is not None:
        raise ForeignDatabaseError(
            f"the database {shown(found.name)} is not reset: {obstacle}; nothing in it was touched."
        )


def _obstacle(connection: psycopg.Connection, found: Identity) -> str | None:
    """Return why the database must not be emptied, or None."""
    if found.replica:
        return "its server is a replica of another one"
    if (lacking := missing(found.name, found.oid, found.comment)) is not None:
        return lacking
    mark = Mark.parse(found.comment)
    assert mark is not None, "nothing is missing"
    if mark.purpose is not Purpose.RUN:
        return f"by its mark it was not made for tests ({mark.purpose})"
    if mark.run not in RUNS_OF_THIS_PROCESS and is_alive(connection, mark.run):
        return f"by its mark it belongs to another run, {mark.run}, which is still going on"
    return None
