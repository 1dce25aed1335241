"""The sessions of a schedule: each takes its steps in a thread, in a transaction of its own.

The transaction is a block, which may be the unit of work of a service: a session enters it with its
first step, and leaves it with its last, or by the error of a step.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, NamedTuple, NoReturn

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from pgharness.interleaving.actors import DEADLINE

NOT_SERIALIZABLE: Final = "40001"  # SQLSTATE serialization_failure

SESSION_TIMEOUT: Final = timedelta(minutes=1)
"""The lock timeout of the sessions: longer than any deadline here."""

GLANCE: Final = 0.02
"""Seconds within which most steps end: then the server is asked whether the step waits."""

Operation = Callable[..., str | None]
"""Takes a session and the fields of its phrase; returns its result as text, if it has one."""

Phrases = Mapping[str, Operation]
"""Patterns of phrases in the syntax of `parse`, and their operations."""


class RolledBack(Exception):
    """Leaves the block of a transaction that is rolled back."""


def _commit(_: Session) -> None:
    """Leave it to the end of the block."""


def _roll_back(_: Session) -> NoReturn:
    raise RolledBack


ENDS: Final[Phrases] = {"commits": _commit, "rolls back": _roll_back}
"""The last steps of a session, by which it leaves the block of its transaction."""


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """Open a transaction that commits at the end of the block; an exception rolls it back."""
    with Session(engine) as session:
        yield session
        session.commit()


def sqlstate(error: Exception) -> str | None:
    """Return the SQLSTATE of a driver's error, or the attribute `sqlstate` of a service's own."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return getattr(cause, "sqlstate", None)


def described(error: Exception) -> str:
    """Return the SQLSTATE or the type of an error, and what it says."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return f"{sqlstate(error) or type(error).__name__}, {cause}"


def not_serializable(error: Exception) -> bool:
    """Tell whether a transaction was refused because of a concurrent one."""
    return sqlstate(error) == NOT_SERIALIZABLE


class Done(NamedTuple):
    """A completed step and its result."""

    phrase: str
    answer: str | None


@dataclass
class ScheduledSession:
    """One session with its own thread and connection, and its progress."""

    name: str
    engine: Engine
    """Its own engine, with `SESSION_TIMEOUT` as the lock timeout."""
    opening: Callable[[Engine], AbstractContextManager[Session]] = transaction
    """Opens the transaction: the unit of work of a service, for example."""
    refused: Callable[[Exception], bool] = not_serializable
    """Tells whether the error that leaves the transaction is a refusal."""
    done: list[Done] = field(default_factory=list)
    pid: int = 0
    """The server process; 0 before the first step."""
    phrase: str = "nothing yet"
    """The last step."""
    held_up: bool = False
    end: str = ""
    """'commits', 'rolls back' or 'is refused'; empty before the end."""

    def __post_init__(self) -> None:
        self._session: Session
        self._block = ExitStack()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=self.name)
        self.step: Future[str | None] = Future()
        self.step.set_result(None)

    def start(self, phrase: str, operation: Callable[[Session], str | None]) -> None:
        """Start an operation; `step` is its future."""
        if not self.pid:
            self._thread.submit(self._begin).result(DEADLINE)
        self.phrase = phrase
        self.step = self._thread.submit(self._take, operation)

    def close(self, observer: psycopg.Connection) -> None:
        """Cancel a running statement and close the connection."""
        while not wait([self.step], timeout=GLANCE).done:
            observer.execute("SELECT pg_cancel_backend(%s)", [self.pid])
        self._thread.submit(self._leave)
        self._thread.shutdown()
        self.engine.dispose()

    def _begin(self) -> None:
        self._session = self._block.enter_context(self.opening(self.engine))
        driver = self._session.connection().connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        self.pid = driver.info.backend_pid

    def _take(self, operation: Callable[[Session], str | None]) -> str | None:
        """Execute a step. The last one leaves the block, and so does an error."""
        try:
            answer = operation(self._session)
            if self.phrase in ENDS:
                self._block.close()
        except RolledBack:
            self._leave()
        except Exception:
            with self._block:
                raise
        else:
            return answer
        return None

    def _leave(self) -> None:
        """Roll back what has not ended."""
        with suppress(RolledBack), self._block:
            raise RolledBack
