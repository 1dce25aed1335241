"""Actors that work concurrently, step by step, each in its own thread and connection.

The server is asked whether an actor waits for a lock; nothing sleeps.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from threading import Event
from typing import Any, Final, Generic, TypeVar

import psycopg
from sqlalchemy import Engine, event

Work = Any
"""The object that a unit of work yields."""

S = TypeVar("S")
"""The application, connected by the actor's own engine."""

DEADLINE: Final = 10.0
"""Seconds within which a step must end or wait for a lock."""


class Gate:
    """Blocks an engine before the first statement with a prefix until `opened` is set."""

    def __init__(self, engine: Engine, statement: str) -> None:
        self.statement = statement
        self.reached = Event()
        self.opened = Event()
        event.listen(engine, "before_cursor_execute", self._before)

    def _before(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(self.statement):
            self.reached.set()
            self.opened.wait(DEADLINE)


class Actor(Generic[S]):
    """One user of the application, in its own thread and unit of work.

    The `application_name` of the engine's connections must be the actor's name. `close` disposes
    of the engine.
    """

    def __init__(
        self, name: str, engine: Engine, subject: S, refusal: type[Exception] = Exception
    ) -> None:
        self.name = name
        self._engine = engine
        self._subject = subject
        self._refusal = refusal
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._transaction = ExitStack()
        self._work: Work
        self._connection: psycopg.Connection | None = None
        event.listen(self._engine, "connect", self._connected)
        self.step: Future[object] = Future()
        self.step.set_result(None)
        self._gate: Gate | None = None

    def begin(self, opening: Callable[[S], AbstractContextManager[Work]]) -> None:
        """Open the unit of work in the actor's thread."""
        self._thread.submit(self._open, opening).result(DEADLINE)

    def do(self, operation: Callable[[Work], object]) -> None:
        """Start an operation in the unit of work; `step` is its future."""
        self.step = self._thread.submit(lambda: operation(self._work))

    def run(self, work: Callable[[S], object]) -> None:
        """Start a function that opens units of work itself; `step` is its future."""
        self.step = self._thread.submit(lambda: work(self._subject))

    def stop_before(self, statement: str) -> None:
        """Block the actor before the next statement with this prefix."""
        self._gate = Gate(self._engine, statement)

    def wait_until_stopped(self) -> None:
        """Wait until the actor has reached the statement of `stop_before`."""
        assert self._gate is not None, f"{self.name} has no gate: call stop_before first"
        assert self._gate.reached.wait(DEADLINE), (
            f"{self.name} sent no statement that begins with {self._gate.statement!r}"
        )

    def go_on(self) -> None:
        """Let the actor continue after `stop_before`."""
        assert self._gate is not None, f"{self.name} has no gate: call stop_before first"
        self._gate.opened.set()

    def commit(self) -> None:
        """Commit the unit of work, and wait for it."""
        self._thread.submit(self._transaction.close).result(DEADLINE)

    def try_to_commit(self) -> None:
        """Start to commit the unit of work; `step` is its future."""
        self.step = self._thread.submit(self._transaction.close)

    def outcome(self) -> object:
        """Return the result of the last operation; its error rolls back and is raised."""
        try:
            return self.step.result(DEADLINE)
        except Exception as error:
            self._thread.submit(self._exit_with, error).result(DEADLINE)
            raise

    def answer(self) -> object:
        """Return the result of the last operation, or the refusal that it raised."""
        try:
            return self.outcome()
        except self._refusal as refusal:
            return refusal

    def roll_back(self) -> None:
        """Leave the unit of work by an exception, so that it is rolled back."""
        self._thread.submit(self._exit_with, RuntimeError("rolled back")).result(DEADLINE)

    def close(self) -> None:
        """Cancel a running statement, roll back, and dispose of the engine."""
        if self._gate is not None:
            self._gate.opened.set()
        if self._connection is not None and not self.step.done():
            self._connection.cancel_safe(timeout=DEADLINE)
        self.roll_back()
        self._thread.shutdown()
        self._engine.dispose()

    def wait_until_blocked(self, by: str | None, observer: psycopg.Connection) -> None:
        """Wait until the last operation waits for a lock that the actor `by` holds.

        Without a name, any holder counts: in a queue, each waits for the one before it.
        """
        assert self._waits(by, observer), (
            f"{self.name} was expected to wait for a lock of {by or 'another session'}, and did not"
        )

    def check_never_blocked(self, observer: psycopg.Connection) -> None:
        """Wait until the last operation ends; fail if it waits for a lock."""
        assert not self._waits(None, observer), f"{self.name} waits for a lock"

    def _waits(self, by: str | None, observer: psycopg.Connection) -> bool:
        deadline = time.monotonic() + DEADLINE
        while not self.step.done() and time.monotonic() < deadline:
            blocked = observer.execute(
                "SELECT FROM pg_stat_activity AS waiting"
                " JOIN pg_stat_activity AS holding"
                "   ON holding.pid = ANY (pg_blocking_pids(waiting.pid))"
                " WHERE waiting.application_name = %s"
                "   AND holding.application_name = coalesce(%s, holding.application_name)",
                [self.name, by],
            )
            if blocked.fetchone() is not None:
                return True
        return False

    def _connected(self, connection: psycopg.Connection, _: object) -> None:
        self._connection = connection

    def _open(self, opening: Callable[[S], AbstractContextManager[Work]]) -> None:
        self._work = self._transaction.enter_context(opening(self._subject))

    def _exit_with(self, error: BaseException) -> None:
        """Exit the unit of work as a `with` block does after `error`."""
        try:
            self._transaction.__exit__(type(error), error, error.__traceback__)
        except BaseException as raised:
            if raised is not error:
                raise
