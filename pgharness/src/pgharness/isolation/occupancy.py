"""Check cheaply whether a database has rows other than its reference data."""

from collections.abc import Iterable

import psycopg
from psycopg import errors, sql

from pgharness.reset import large_objects
from pgharness.reset.catalog import RELATIONS_STAMP, Name
from pgharness.reset.foreign_keys import DependencyMap
from pgharness.reset.materialized_views import versions


class Occupancy:
    """Checks whether a database has rows other than its reference data: cheaper than a reset.

    Reference data are all rows of the given tables. A version of each table shows whether it was
    written: its file, its number of rows and the newest transaction that wrote a row.
    """

    def __init__(self, reference: Iterable[Name] = ()) -> None:
        self._reference = frozenset(reference)
        self._version = ""
        self._question: bytes | None = None
        """A query: whether the tables are the same as before, whether others have rows, and the
        version of the reference data."""

    def found(self, connection: psycopg.Connection) -> bool:
        """Return whether there are other rows, or changed reference data.

        The connection must be in autocommit mode.
        """
        occupied, version = self._answer(connection)
        return occupied or version != self._version

    def remember(self, connection: psycopg.Connection) -> None:
        """Take the current reference data as the expected ones."""
        _, self._version = self._answer(connection)

    def _answer(self, connection: psycopg.Connection) -> tuple[bool, str]:
        if self._question is not None:
            try:
                same, *answer = connection.execute(self._question).fetchone() or (False,)
            except errors.UndefinedTable:
                same = False
            if same:
                return answer[0], answer[1]
        map_ = DependencyMap.read(connection)
        reference = tuple(table for table in map_.tables if table in self._reference)
        others = (table for table in map_.tables if table not in self._reference)
        rows = ", ".join(f"EXISTS (SELECT FROM {map_.source(table)})" for table in others)
        (stamped,) = connection.execute(f"SELECT {RELATIONS_STAMP}".encode()).fetchone() or (None,)
        question = sql.SQL("SELECT {} = {}, true = ANY (ARRAY[{}]::bool[]) OR {}, {}").format(
            sql.SQL(RELATIONS_STAMP),
            stamped,
            sql.SQL(rows),
            sql.SQL(large_objects.ANY),
            versions(reference) if reference else sql.SQL("''"),
        )
        self._question = question.as_bytes(connection)
        _, occupied, version = connection.execute(self._question).fetchone() or (None, True, "")
        return occupied, version
