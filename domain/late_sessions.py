"""A session that takes a connection at its first statement and not before."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import PendingRollbackError
from sqlalchemy.orm import Session, SessionTransaction


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
