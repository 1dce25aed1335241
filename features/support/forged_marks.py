"""Comments on databases that are marks of ours, or not quite."""

import json
from collections.abc import Callable
from typing import Any, Final

import psycopg
from psycopg import sql

Fields = dict[str, Any]

CLAIMS: Final[dict[str, Callable[[Fields], object]]] = {
    "says what is true": lambda mark: mark,
    "is not there at all": lambda _: None,
    "is a note of somebody": lambda _: "made by postgres-acceptance",
    "is of another suite": lambda mark: mark | {"made_by": "somebody"},
    "is of an older format": lambda mark: mark | {"format": 0},
    "leaves the run out": lambda mark: {key: mark[key] for key in mark if key != "run"},
    "says more than there is": lambda mark: mark | {"extra": True},
    "is for an unknown purpose": lambda mark: mark | {"purpose": "production"},
    "is that of another database": lambda mark: mark | {"database": "app"},
    "is that of an older database": lambda mark: mark | {"oid": mark["oid"] - 1},
    "is of a template": lambda mark: mark | {"purpose": "template"},
    "is of a database to be kept": lambda mark: mark | {"purpose": "kept"},
}
"""What a comment may say, beside what a genuine mark would."""


def claim(genuine: str, says: str) -> str | None:
    """Return a comment that is, or is not quite, the mark of a database."""
    claimed = CLAIMS[says](json.loads(genuine))
    return None if claimed is None else json.dumps(claimed)


def write(connection: psycopg.Connection, text: str | None) -> None:
    """Write a comment on the connected database, as whoever owns it may."""
    connection.execute(
        sql.SQL("COMMENT ON DATABASE {} IS {}").format(
            sql.Identifier(connection.info.dbname), sql.Literal(text)
        )
    )


def read(connection: psycopg.Connection) -> str:
    """Return the comment on the connected database."""
    (comment,) = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
        " WHERE datname = current_database()"
    ).fetchone() or ("",)
    return str(comment)
