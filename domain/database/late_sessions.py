"""A session that takes a connection at its first statement and not before."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import PendingRollbackError
from sqlalchemy.orm import Session, SessionTransaction

SEES_EACH_MOMENT: Final = "READ COMMITTED"
"""The isolation level at which every statement sees what is committed when it begins."""


class LateSession(Session):
    """A session whose transaction begins at an isolation level, and with `begin` on its connection.

    While it has sent nothing, it keeps no connection from others.
    """

    def __init__(
        self, engine: Engine, isolation: str, begin: Callable[[Connection], None], **options: Any
    ) -> None:
        super().__init__(engine, **options)
        self.asked = False
        """Whether a statement was to be sent."""
        self.failed = False
        """Whether the transaction could not begin: nothing more is sent then."""
        self._isolation = isolation
        self._begin = begin
        event.listen(self, "after_begin", self._after_begin)

    @contextmanager
    def look(self) -> Iterator[None]:
        """Read in this block, and keep no connection from others when it ends.

        For what is judged at length and read anew before anything depends on it. Where somebody
        could tell, the transaction goes on: if anything was done in it before, in a savepoint, and
        at an isolation level at which all statements see one moment.
        """
        alone = not (self.asked or self.new or self.identity_map or self.in_nested_transaction())
        yield
        if alone and self._isolation == SEES_EACH_MOMENT:
            self.rollback()
            self.asked = False

    def get_bind(self, *arguments: Any, **options: Any) -> Engine | Connection:
        """Begin the transaction: SQLAlchemy asks this before it sends anything."""
        if self.failed:
            raise PendingRollbackError("the transaction could not begin")
        if not self.asked:
            self.asked = True
            try:
                self.connection(execution_options={"isolation_level": self._isolation})
            except BaseException:
                self.failed = True
                raise
        return super().get_bind(*arguments, **options)

    def _after_begin(
        self, _: Session, transaction: SessionTransaction, connection: Connection
    ) -> None:
        if not transaction.nested:
            self._begin(connection)
