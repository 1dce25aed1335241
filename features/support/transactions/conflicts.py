"""Conflicts with other transactions, as the server reports them, and retries after them."""

import random
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final, Self

from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from domain import Clock, Domain
from domain.clock import SystemClock
from domain.transactions import TenantWork
from features.support.manual_clock import ManualClock
from features.support.transactions import mid_transaction_faults
from features.support.transactions.state import TransactionState
from features.support.world import World
from pgharness.faults.statement_faults import AT_COMMIT, driver_of

SQLSTATES: Final = {"deadlock": "40P01", "serialization failure": "40001"}


@dataclass(frozen=True)
class Conflicts:
    """A number of conflicts, in as many attempts."""

    number: int
    sqlstate: str
    at_commit: bool

    PATTERN = rf"\d+ (?:{'|'.join(SQLSTATES)})s?(?: at COMMIT)?"

    @classmethod
    def read(cls, text: str) -> Self:
        """Return what a feature calls "2 serialization failures at COMMIT"."""
        number, kind, at_commit = re.fullmatch(r"(\d+) (.*?)s?( at COMMIT)?", text).groups()  # type: ignore[union-attr]
        return cls(int(number), SQLSTATES[kind], at_commit=bool(at_commit))

    @contextmanager
    def injected(self, world: World, statement: str = "INSERT INTO tasks") -> Iterator[None]:
        """Have the server report these conflicts first, at such a statement or at COMMIT."""
        injecting = self._at_commit() if self.at_commit else self._at_statement(world, statement)
        with injecting:
            yield

    @contextmanager
    def _at_commit(self) -> Iterator[None]:
        left = self.number

        def before_commit(session: Session) -> None:
            nonlocal left
            if left:
                left -= 1
                driver = driver_of(session.connection())
                driver.execute(AT_COMMIT.format(self._raise), prepare=False)

        event.listen(Session, "before_commit", before_commit)
        try:
            yield
        finally:
            event.remove(Session, "before_commit", before_commit)

    @contextmanager
    def _at_statement(self, world: World, beginning: str) -> Iterator[None]:
        left = self.number

        def before_statement(
            _: Connection, __: object, statement: str, values: Any, *___: object
        ) -> tuple[str, Any]:
            nonlocal left
            if not left or not statement.startswith(beginning):
                return statement, values
            left -= 1
            return f"DO $$ BEGIN {self._raise}; END $$", {}

        event.listen(world.engine, "before_cursor_execute", before_statement, retval=True)
        try:
            yield
        finally:
            event.remove(world.engine, "before_cursor_execute", before_statement)

    @property
    def _raise(self) -> str:
        return f"RAISE SQLSTATE '{self.sqlstate}'"


class _RecordingClock(ManualClock):
    """Records the waits, and returns immediately."""

    def __init__(self, world: World) -> None:
        super().__init__(world.clock.now())
        self._waits = world.state(TransactionState).waits

    def wait(self, duration: timedelta) -> None:
        self._waits.append(duration)


class TimedClock(SystemClock):
    """The service's own clock; records how long it was told to wait, and how long it did."""

    def __init__(self, world: World) -> None:
        self._state = world.state(TransactionState)

    def wait(self, duration: timedelta) -> None:
        """Wait, and measure it."""
        began = time.monotonic()
        super().wait(duration)
        self._state.waits.append(duration)
        self._state.waited.append(timedelta(seconds=time.monotonic() - began))


class _MaxJitter(random.Random):  # noqa: S311 (no secret depends on it)
    """Always draws the upper end."""

    def random(self) -> float:
        return 1.0


def submit_with_retries(
    world: World, person: str, title: str, fault: str | None = None, clock: Clock | None = None
) -> None:
    """Submit a task by `Domain.run`, count the attempts, and inject this fault in each of them."""
    domain = Domain(
        world.engine,
        world.settings,
        clock or _RecordingClock(world),
        world.hasher,
        jitter=_MaxJitter(),
    )

    def work(tx: TenantWork) -> None:
        world.state(TransactionState).attempts += 1
        tx.tasks.submit(title, payload=None)
        if fault is not None:
            mid_transaction_faults.inject(world, tx, fault)

    domain.run(partial(domain.tenant, world.people[person].id), work)
