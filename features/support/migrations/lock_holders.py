"""Clients that are in the way of an upgrade: in a transaction that does not end."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Final

from psycopg import sql
from sqlalchemy import URL

from pgharness.servers import provision

SECRET: Final = "secret"  # noqa: S105 (it is not one)

HOLDING: Final = {
    "written to users": "UPDATE users SET objective = {secret}",
    "read users": "SELECT {secret} FROM users",
    "locked the version table": "LOCK TABLE alembic_version IN SHARE MODE; SELECT {secret}",
}
"""What a client has done last, and thereby holds."""


@contextmanager
def holding(url: URL, name: str, held: str) -> Iterator[None]:
    """Have a client hold something until this ends, and then take back what it did."""
    with (
        provision.connect(url, name=name) as connection,
        connection.transaction(force_rollback=True),
    ):
        connection.execute(sql.SQL(HOLDING[held]).format(secret=sql.Literal(SECRET)))
        yield


@contextmanager
def writing(url: URL, name: str) -> Iterator[None]:
    """Have a client be about to write to every table, as long as this lasts."""
    with provision.connect(url, name=name) as connection, connection.transaction():
        connection.execute(
            "DO $$ DECLARE name text; BEGIN"
            " FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename <> 'alembic_version' LOOP"
            " EXECUTE format('LOCK TABLE %I IN ROW EXCLUSIVE MODE', name); END LOOP; END $$"
        )
        yield


@contextmanager
def ended_early(holding: AbstractContextManager[None]) -> Iterator[ExitStack]:
    """Let a client's transaction be ended before the scenario is: by closing what is returned."""
    with ExitStack() as client:
        client.enter_context(holding)
        yield client
