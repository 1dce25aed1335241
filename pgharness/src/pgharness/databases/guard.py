"""The guard: nothing is emptied but what the harness itself has made, and made for this run.

A database is known by its mark alone, whatever its name. There is no way to switch this off.
"""

from dataclasses import dataclass
from typing import Final

import psycopg

from pgharness.core.foreign_text import decoded, shown
from pgharness.core.refusal import Refusal
from pgharness.databases import marks
from pgharness.databases.marks import Mark, Purpose

IDENTITY: Final = f"""
    SELECT *, pg_is_in_recovery()
      FROM ({marks.FOUND} WHERE datname = current_database()) AS database (name, oid, comment)
"""  # noqa: S608 (nothing in it comes from outside)
"""What the guard must know about the connected database."""

COMMENT: Final = """
    SELECT description FROM pg_shdescription
     WHERE classoid = 'pg_database'::regclass AND objoid = {oid}
"""
"""What of it can become another while one is connected: neither its name can, nor its oid, nor
whether its server is a replica."""


class NotOurs(Refusal):
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
    if (lacking := marks.missing(found.name, found.oid, found.comment)) is not None:
        return lacking
    mark = Mark.parse(found.comment)
    assert mark is not None, "nothing is missing"
    if mark.purpose is not Purpose.RUN:
        return f"by its mark it was not made for scenarios ({mark.purpose})"
    if mark.run not in marks.RUNS_OF_THIS_PROCESS and marks.is_alive(connection, mark.run):
        return f"by its mark it belongs to another run, {mark.run}, which is still going on"
    return None
