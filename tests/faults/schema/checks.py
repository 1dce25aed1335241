"""Checks that are gone, not validated, or differ by one limit, branch or comparison."""

from collections.abc import Iterator
from typing import Final

import psycopg

from tests.faults.schema import expressions
from tests.faults.schema.keys import NAMED
from tests.faults.schema.kinds import OURS, Found, Kind, by

DROPPED: Final = """
    SELECT relname, conname, format('ALTER TABLE %I DROP CONSTRAINT %I', relname, conname)
      FROM pg_constraint JOIN ours ON ours.oid = conrelid WHERE contype = 'c'
"""

NOT_VALID: Final = """
    SELECT relname, conname,
           format('ALTER TABLE %I DROP CONSTRAINT %I, ADD CONSTRAINT %I %s NOT VALID',
                  relname, conname, conname, pg_get_constraintdef(c.oid))
      FROM pg_constraint AS c JOIN ours ON ours.oid = conrelid WHERE contype = 'c'
"""

CONDITIONS: Final = f"""
    {OURS} SELECT relname, conname, pg_get_expr(conbin, conrelid)
      FROM pg_constraint JOIN ours ON ours.oid = conrelid WHERE contype = 'c'
"""


def _conditions(connection: psycopg.Connection) -> Iterator[Found]:
    for table, name, condition in connection.execute(CONDITIONS.encode()):
        for other in expressions.mutants(condition):
            yield Found(
                table,
                name,
                f"ALTER TABLE {table} DROP CONSTRAINT {name},"
                f" ADD CONSTRAINT {name} CHECK ({other})",
            )


KINDS: Final = (
    Kind("checks dropped", by(DROPPED), NAMED, parts=2),
    Kind("checks not validated", by(NOT_VALID), parts=2, features=(), recorded=True),
    Kind("checks of another condition", _conditions, NAMED, parts=12),
)
