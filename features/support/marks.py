"""The mark by which alone a database may be reset or dropped.

It is a comment on the database and names the database itself, its oid and the run that made it,
so that a copy, a restored dump or another database of that name does not carry a valid one.
"""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final, Self

import psycopg
from psycopg import sql

MADE_BY: Final = "postgres-acceptance"
FORMAT: Final = 1


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
        """Return the mark in a comment, or None where there is no mark of this format."""
        try:
            fields: dict[str, Any] = json.loads(comment or "")
            if (fields.pop("made_by"), fields.pop("format")) != (MADE_BY, FORMAT):
                return None
            return cls(**{**fields, "purpose": Purpose(fields["purpose"])})
        except (ValueError, TypeError, KeyError, AttributeError):
            return None


@dataclass(frozen=True)
class Marked:
    """A database of the server with its valid mark, if it has one."""

    name: str
    mark: Mark | None


def read(connection: psycopg.Connection, like: str = "%") -> list[Marked]:
    """Return the databases whose names match, each with its mark if that is its own."""
    rows = connection.execute(
        "SELECT datname, oid, shobj_description(oid, 'pg_database') FROM pg_database"
        " WHERE datname LIKE %s ORDER BY datname",
        [like],
    )
    marked = []
    for name, oid, comment in rows:
        mark = Mark.parse(comment)
        own = mark is not None and (mark.database, mark.oid) == (name, oid)
        marked.append(Marked(name, mark if own else None))
    return marked


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
