"""Let an Alembic upgrade fail at one statement of a revision."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from psycopg import errors
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError

LOOKS_FOR_ITS_TABLE: Final = "SELECT pg_catalog.pg_class.relname"
READS_ITS_TABLE: Final = "SELECT alembic_version.version_num"
"""Alembic's first statements; the revision's follow."""
WRITES_ITS_TABLE: Final = ("INSERT INTO alembic_version", "UPDATE alembic_version")
"""Alembic's statement after a revision."""

FAILS: Final = "SELECT 1 / 0"


class Fault:
    """Replaces one statement of a revision, counted from 1, by one that fails.

    `after` is the number of revisions that run before it.
    """

    def __init__(self, at: int, *, after: int = 0) -> None:
        self._at = at
        self._before_it = after
        self._begun = self._ended = False
        self.statements: list[str] = []
        """The statements of the revision that were sent or replaced."""
        self.outside: list[str] = []
        """Those sent in autocommit mode."""

    @contextmanager
    def in_(self, connection: Connection) -> Iterator[None]:
        """Inject the fault, and suppress its error; all other errors are raised."""
        event.listen(connection, "before_cursor_execute", self._before, retval=True)
        try:
            yield
        except DBAPIError as error:
            if not self.struck or not isinstance(error.orig, errors.DivisionByZero):
                raise
            connection.rollback()
        finally:
            event.remove(connection, "before_cursor_execute", self._before)

    @property
    def struck(self) -> bool:
        """Whether the revision reached the statement."""
        return len(self.statements) >= self._at

    def _before(
        self,
        connection: Connection,
        _cursor: Any,
        statement: str,
        parameters: Any,
        _context: Any,
        executemany: bool,  # noqa: FBT001
    ) -> tuple[str, Any]:
        if statement.startswith((LOOKS_FOR_ITS_TABLE, READS_ITS_TABLE)):
            self._begun = True
        elif self._begun and self._before_it:
            self._before_it -= statement.startswith(WRITES_ITS_TABLE)
        elif self._begun and not self._ended and not self._count(connection, statement):
            return FAILS, [{}] if executemany else {}
        return statement, parameters

    def _count(self, connection: Connection, statement: str) -> bool:
        """Count a statement; return whether it is to be sent."""
        self.statements.append(statement)
        driver: Any = connection.connection.driver_connection
        if driver.autocommit:
            self.outside.append(statement)
        self._ended = statement.startswith(WRITES_ITS_TABLE)
        return len(self.statements) != self._at
