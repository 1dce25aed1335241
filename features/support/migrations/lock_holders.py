"""Programs that hold locks which an upgrade needs, in an open transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy import URL

from pgharness.servers import provision

SECRET: Final = "secret"  # noqa: S105 (a value in the statements of the program)

HOLDING_STATEMENTS: Final = {
    "written to users": "UPDATE users SET objective = {secret}",
    "read users": "SELECT {secret} FROM users",
    "locked the version table": "LOCK TABLE alembic_version IN SHARE MODE; SELECT {secret}",
}
"""The last statement of a program, by which it holds a lock."""


def run(connection: psycopg.Connection, lock: str) -> None:
    """Run the statement that takes a lock; it contains the secret."""
    connection.execute(sql.SQL(HOLDING_STATEMENTS[lock]).format(secret=sql.Literal(SECRET)))


@contextmanager
def writing(url: URL, name: str) -> Iterator[None]:
    """Lock every table for writing, in a transaction of another connection."""
    with provision.connect(url, name=name) as connection, connection.transaction():
        connection.execute(
            "DO $$ DECLARE name text; BEGIN"
            " FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename <> 'alembic_version' LOOP"
            " EXECUTE format('LOCK TABLE %I IN ROW EXCLUSIVE MODE', name); END LOOP; END $$"
        )
        yield
