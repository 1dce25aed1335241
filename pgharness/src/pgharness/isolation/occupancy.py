"""Whether anything is stored in a database at all."""

import psycopg
from psycopg import errors, sql

from pgharness.reset import large_objects
from pgharness.reset.catalog import RELATIONS_STAMP
from pgharness.reset.foreign_keys import DependencyMap


class Occupancy:
    """Asks whether any table has rows, or there is a large object: cheaper than a reset."""

    def __init__(self) -> None:
        self._question: bytes | None = None
        """Whether the tables are those it was made for, and whether something is stored."""

    def found(self, connection: psycopg.Connection) -> bool:
        """Tell it. The connection commits by itself."""
        if self._question is not None:
            try:
                same, occupied = connection.execute(self._question).fetchone() or (False, False)
            except errors.UndefinedTable:
                same = False
            if same:
                return bool(occupied)
        map_ = DependencyMap.read(connection)
        rows = ", ".join(f"EXISTS (SELECT FROM {map_.source(t)})" for t in map_.tables)
        (stamped,) = connection.execute(f"SELECT {RELATIONS_STAMP}".encode()).fetchone() or (None,)
        question = sql.SQL("SELECT {} = {}, true = ANY (ARRAY[{}]::bool[]) OR {}").format(
            sql.SQL(RELATIONS_STAMP), stamped, sql.SQL(rows), sql.SQL(large_objects.ANY)
        )
        self._question = question.as_bytes(connection)
        (_, occupied) = connection.execute(self._question).fetchone() or (False, False)
        return bool(occupied)
