"""Statements past the service, and what the database says to them."""

from collections.abc import Iterable
from typing import Any

import psycopg
from psycopg import sql

from features.support import data
from features.support.world import World


def attempt(world: World, statement: sql.Composed, values: dict[str, Any] | None = None) -> None:
    """Run a statement in a transaction of its own, and keep the database's refusal, if any."""
    world.before = data.fingerprint(world.reader)
    world.database_refusal = None
    with world.engine.connect() as connection:
        driver: psycopg.Connection = connection.connection.driver_connection  # type: ignore[assignment]
        try:
            driver.execute(statement, values)
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
