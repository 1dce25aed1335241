"""People who work at the same time, step by step, each in a thread and a connection of their own.

Whether somebody waits for somebody else is asked of the server; nothing is timed.
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
"""What a unit of work offers."""

S = TypeVar("S")
"""What an actor works with: the application, connected by an engine of the actor's own."""

DEADLINE: Final = 10.0
"""Seconds after which a step that neither ends nor waits is an error of the scenario."""


class Gate:
    """A place in somebody's work where they stop until they are let on."""

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
    """One person in the middle of one unit of work.

    The server knows the engine's connections by the actor's name (`application_name`). The
    actor disposes of the engine.
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
        """Open the unit of work."""
        self._thread.submit(self._open, opening).result(DEADLINE)

    def do(self, operation: Callable[[Work], object]) -> None:
        """Start one operation in the unit of work; `step` tells what becomes of it."""
        self.step = self._thread.submit(lambda: operation(self._work))

    def run(self, work: Callable[[S], object]) -> None:
        """Start whole units of work of one's own; `step` tells what becomes of them."""
        self.step = self._thread.submit(lambda: work(self._subject))

    def stop_before(self, statement: str) -> None:
        """Have the person stop before the next statement that begins like this."""
        self._gate = Gate(self._engine, statement)

    def wait_until_stopped(self) -> None:
        """Return when the person has come to the statement to stop before."""
        assert self._gate is not None, f"{self.name} was not told to stop"
        assert self._gate.reached.wait(DEADLINE), (
            f"{self.name} never came to {self._gate.statement!r}"
        )

    def go_on(self) -> None:
        """Let a person go on who has stopped."""
        assert self._gate is not None, f"{self.name} was not told to stop"
        self._gate.opened.set()

    def commit(self) -> None:
        """End the unit of work."""
        self._thread.submit(self._transaction.close).result(DEADLINE)

    def try_to_commit(self) -> None:
        """Start to end the unit of work; `step` tells what becomes of it."""
        self.step = self._thread.submit(self._transaction.close)

    def outcome(self) -> object:
        """Return what the last operation returned; its error rolls the unit of work back."""
        try:
            return self.step.result(DEADLINE)
        except Exception as error:
            self._thread.submit(self._roll_back, error).result(DEADLINE)
            raise

    def answer(self) -> object:
        """Return what the last operation returned, or the refusal that it raised."""
        try:
            return self.outcome()
        except self._refusal as refusal:
            return refusal

    def give_up(self) -> None:
        """Leave the unit of work by an error of the person's own."""
        self._thread.submit(self._roll_back, RuntimeError("gave up")).result(DEADLINE)

    def close(self) -> None:
        """Give up whatever is still open, and do not wait for whoever holds it up."""
        if self._gate is not None:
            self._gate.opened.set()
        if self._connection is not None and not self.step.done():
            self._connection.cancel_safe(timeout=DEADLINE)
        self.give_up()
        self._thread.shutdown()
        self._engine.dispose()

    def wait_until_blocked(self, by: str | None, observer: psycopg.Connection) -> None:
        """Return when the server says that the last operation waits for a lock of `by`'s.

        Without a name, it may wait for anybody: in a queue, most wait for the one before them.
        """
        assert self._waits(by, observer), (
            f"{self.name} was expected to wait for {by or 'somebody'}, and did not"
        )

    def check_never_blocked(self, observer: psycopg.Connection) -> None:
        """Fail if the server says that the last operation waits, for whomever, before it ends."""
        assert not self._waits(None, observer), f"{self.name} has to wait for somebody"

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

    def _roll_back(self, error: BaseException) -> None:
        """End the unit of work as a `with` does that `error` has left."""
        try:
            self._transaction.__exit__(type(error), error, error.__traceback__)
        except BaseException as raised:
            if raised is not error:
                raise
