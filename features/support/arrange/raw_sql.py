"""Statements that go past the service, and the database's answers."""

from collections.abc import Iterable
from typing import Any

import psycopg
from psycopg import sql

from features.support import data
from features.support.world import World


def attempt(
    world: World,
    statement: sql.Composed | sql.SQL,
    values: dict[str, Any] | None = None,
    role: str = "",
) -> None:
    """Run a statement in a transaction of its own, and keep the database's refusal, if any.

    Without a role, the owner of the tables sends it. It may be several statements: they are never
    prepared.
    """
    world.before = data.fingerprint(world.reader)
    world.database_refusal = None
    with world.engine.connect() as connection:
        driver: psycopg.Connection = connection.connection.driver_connection  # type: ignore[assignment]
        try:
            if role:
                driver.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
            driver.execute(statement, values, prepare=False)
            driver.commit()
        except psycopg.Error as refusal:
            world.database_refusal = refusal
            driver.rollback()


def insertion(table: str, columns: Iterable[str]) -> sql.Composed:
    """Return an INSERT into these columns."""
    names = list(columns)
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join(map(sql.Placeholder, names)),
    )
