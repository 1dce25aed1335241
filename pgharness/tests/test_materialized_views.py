"""Materialized views are refreshed by a reset where they can hold other rows, and only there."""

from typing import Final

import psycopg
from sqlalchemy import URL

from pgharness.reset.reset import Reset, connect

TABLES: Final = """
    CREATE TABLE people (id serial PRIMARY KEY, name text);
    CREATE MATERIALIZED VIEW names AS SELECT name FROM people;
"""
"""A view with text has a TOAST table, which a refresh replaces by another one."""


def test_a_refresh_is_not_taken_for_a_change_of_the_schema(
    marked: URL, connection: psycopg.Connection
) -> None:
    connection.execute(TABLES)
    with connect(marked) as emptier:
        resetting = Reset(emptier)
        refreshed, plans = [], set()
        for _ in range(3):
            connection.execute("INSERT INTO people (name) VALUES ('Ada')")
            connection.execute("REFRESH MATERIALIZED VIEW names")
            refreshed.append(resetting().refreshed)
            plans.add(resetting._execution.sql)
        assert refreshed == [(("public", "names"),)] * 3
        assert len(plans) == 1
        assert resetting().refreshed == ()
