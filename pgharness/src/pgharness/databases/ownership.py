"""Which databases are the harness's own, by the mark that they carry, and the guard that reads it.

Nothing is emptied or dropped but what carries a valid mark; there is no way to switch this off. The
mark is a comment on the database and names the database itself, its oid and the run that made it,
so that a copy, a restored dump or another database of that name does not carry a valid one.

A run is alive as long as one of its connections holds its advisory lock, which all of the server
can see.
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

OURS: Final = re.compile(rb"[a-z0-9_]+")
"""What the names of our databases are made of, so that they are the same in every encoding."""

RUN: Final = re.compile("[0-9a-f]+")
"""The id of a run."""

LONGEST: Final = 1000
"""Bytes beyond which a comment is no mark, and is not read."""

COMMENT: Final = f"""
    SELECT CASE WHEN octet_length(description) <= {LONGEST} THEN {octets("description")}
                ELSE '' END
      FROM pg_shdescription
     WHERE objoid = pg_database.oid AND classoid = 'pg_database'::regclass
"""  # noqa: S608 (nothing in it comes from outside)

FOUND: Final = f"""
    SELECT {octets("datname")}, oid, ({COMMENT}) FROM pg_database
"""  # noqa: S608 (likewise)
"""The name of a database, its oid and its comment; an empty one stands for one that is too long."""

IDENTITY: Final = f"""
    SELECT *, pg_is_in_recovery()
      FROM ({FOUND} WHERE datname = current_database()) AS database (name, oid, comment)
"""  # noqa: S608 (nothing in it comes from outside)
"""What the guard must know about the connected database."""

COMMENT_OF: Final = """
    SELECT description FROM pg_shdescription
     WHERE classoid = 'pg_database'::regclass AND objoid = {oid}
"""
"""What of it can become another while one is connected: neither its name can, nor its oid, nor
whether its server is a replica."""

RUNS_OF_THIS_PROCESS: Final[set[str]] = set()
"""The runs that are our own, ended ones too; whoever else is alive is somebody else."""

HOLDERS: Final = """
    SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
       AND classid = %s::bigint::oid AND objid = %s::bigint::oid
"""

OTHER_HOLDERS: Final = f"{HOLDERS} AND pid <> pg_backend_pid()"


class Purpose(StrEnum):
    """What a database was made for."""

    RUN = "run"
    TEMPLATE_IN_THE_MAKING = "template in the making"
    TEMPLATE = "template"
    KEPT = "kept"


@dataclass(frozen=True)
class Mark:
    """What the harness wrote on a database that it made."""

    database: str
    oid: int
    run: str
    purpose: Purpose

    def text(self) -> str:
        """Return the comment's text."""
        return json.dumps({"made_by": MADE_BY, "format": FORMAT, **asdict(self)})

    @classmethod
    def parse(cls, comment: str | None) -> Self | None:
        """Return the mark in a comment, or None where it is not, to the letter, a mark's text."""
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
    """A database of the server with its valid mark, if it has one."""

    name: str
    mark: Mark | None


def missing(name: str, oid: int, comment: str | None) -> str | None:
    """Return what a comment lacks to be the mark of this database, or None."""
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
    """Return why a comment cannot be read as a mark."""
    fields = _fields(comment)
    if fields.get("made_by") != MADE_BY:
        return "its comment says something else"
    if fields.get("format") != FORMAT:
        return f"its comment is one of format {fields.get('format')!r}, not {FORMAT}"
    return "its comment is not complete"


def _fields(comment: str) -> dict[str, Any]:
    """Return what a comment says as JSON: nothing, if it is not an object."""
    try:
        fields = json.loads(comment)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def read(connection: psycopg.Connection, prefix: str) -> list[Marked]:
    """Return the databases whose names begin so and could be ours, each with its own mark."""
    begins = f"{FOUND} WHERE substr({octets('datname')}, 1, %s) = %s ORDER BY datname"
    rows = connection.execute(begins, [len(prefix), prefix.encode()])
    return [_marked(*row) for row in rows if OURS.fullmatch(row[0])]


def mark_of(connection: psycopg.Connection, database: str) -> Mark | None:
    """Return the mark of a database, if it carries its own."""
    row = connection.execute(f"{FOUND} WHERE datname = %s", [database]).fetchone()
    return _marked(*row).mark if row else None


def _marked(name: bytes, oid: int, comment: bytes | None) -> Marked:
    database, said = decoded(name), decoded(comment)
    return Marked(database, None if missing(database, oid, said) else Mark.parse(said))


def write(connection: psycopg.Connection, database: str, run: str, purpose: Purpose) -> None:
    """Mark a database that the run has just made, or change what it is for."""
    row = connection.execute("SELECT oid FROM pg_database WHERE datname = %s", [database])
    (oid,) = row.fetchone() or (0,)
    comment = Mark(database, oid, run, purpose).text()
    connection.execute(
        sql.SQL("COMMENT ON DATABASE {} IS {}").format(
            sql.Identifier(database), sql.Literal(comment)
        )
    )


def lock_key(name: str) -> int:
    """Return the advisory lock key of a name: 64 bits, signed."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def announce(connection: psycopg.Connection, run: str) -> None:
    """Let everybody on the server see that a run is alive, for as long as the connection is.

    Several connections of a run may do so. Of such a one the server is asked to bear it idle,
    whatever it has been told for the role or for all.
    """
    connection.execute("SELECT set_config('idle_session_timeout', '0', false)")
    connection.execute("SELECT pg_advisory_lock_shared(%s)", [lock_key(run)])


def announce_maker(connection: psycopg.Connection) -> None:
    """Let a connection to a database that a run has made show that this run is alive."""
    if (mark := mark_of(connection, connection.info.dbname)) is not None:
        announce(connection, mark.run)


def is_alive(connection: psycopg.Connection, run: str) -> bool:
    """Tell whether a run holds its lock, from whichever database of the server."""
    return connection.execute(HOLDERS, _halves(run)).fetchone() is not None


def is_used_by_others(connection: psycopg.Connection, template: str) -> bool:
    """Tell whether anybody else holds a template's lock, from whichever database of the server."""
    return connection.execute(OTHER_HOLDERS, _halves(template)).fetchone() is not None


def _halves(name: str) -> list[int]:
    """Return a name's key as the server shows it: its upper and its lower 32 bits, unsigned."""
    return [lock_key(name) >> 32 & 0xFFFFFFFF, lock_key(name) & 0xFFFFFFFF]


class NotOurs(HarnessError):
    """A database that the harness did not make, or not for this run."""


@dataclass(frozen=True)
class Identity:
    """A database, as it presents itself."""

    name: str
    oid: int
    comment: str | None
    replica: bool
    """Whether its server only repeats what another one does."""


def guard(connection: psycopg.Connection) -> Identity:
    """Return what the connected database is. Raises `NotOurs` unless this process may empty it."""
    row = connection.execute(IDENTITY).fetchone()
    assert row is not None, "one is connected to a database that exists"
    name, oid, comment, replica = row
    found = Identity(decoded(name), oid, decoded(comment), replica)
    check(connection, found)
    return found


def check(connection: psycopg.Connection, found: Identity) -> None:
    """Raise `NotOurs` unless a database that presents itself so may be emptied by this process."""
    if (obstacle := _obstacle(connection, found)) is not None:
        raise NotOurs(
            f"the database {shown(found.name)} is not reset: {obstacle}; nothing in it was touched."
        )


def _obstacle(connection: psycopg.Connection, found: Identity) -> str | None:
    """Return why a database must not be emptied, or None."""
    if found.replica:
        return "its server is a replica of another one"
    if (lacking := missing(found.name, found.oid, found.comment)) is not None:
        return lacking
    mark = Mark.parse(found.comment)
    assert mark is not None, "nothing is missing"
    if mark.purpose is not Purpose.RUN:
        return f"by its mark it was not made for scenarios ({mark.purpose})"
    if mark.run not in RUNS_OF_THIS_PROCESS and is_alive(connection, mark.run):
        return f"by its mark it belongs to another run, {mark.run}, which is still going on"
    return None
