"""Others who get in the way of a unit of work, so often, and what it then does."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from domain import Domain
from domain.transactions import TenantWork
from features.support.manual_clock import ManualClock
from features.support.transactions import mid_transaction_faults
from features.support.transactions.state import TransactionState
from features.support.world import World
from pgharness.faults.statement_faults import AT_COMMIT, driver_of

CONFLICTS: Final = {
    "a serialization failure": ("40001", False),
    "a deadlock": ("40P01", False),
    "a serialization failure at its end": ("40001", True),
}
"""Its SQLSTATE, and whether the server says so only when it is told to commit."""


class PatientClock(ManualClock):
    """Writes down how long was to be waited, and returns at once."""

    def __init__(self, world: World) -> None:
        super().__init__(world.clock.now())
        self._waits = world.state(TransactionState).waits

    def wait(self, duration: timedelta) -> None:
        """Write it down."""
        self._waits.append(duration)


class Longest(random.Random):  # noqa: S311 (no secret depends on it)
    """Chance that always draws the most there is."""

    def random(self) -> float:
        """Return the upper end."""
        return 1.0


def submit(world: World, person: str, title: str, mishap: str | None = None) -> None:
    """Submit a task by `Domain.run`, and count how often it is tried; then let this go wrong."""
    domain = Domain(
        world.engine, world.settings, PatientClock(world), world.hasher, jitter=Longest()
    )

    def work(tx: TenantWork) -> None:
        world.state(TransactionState).tries += 1
        tx.tasks.submit(title, payload=None)
        if mishap is not None:
            mid_transaction_faults.suffer(world, tx, mishap)

    domain.run(partial(domain.tenant, world.people[person].id), work)


@contextmanager
def in_the_way(world: World, conflict: str, times: int) -> Iterator[None]:
    """Have the server tell the first units of work within this block of a conflict."""
    sqlstate, at_the_end = CONFLICTS[conflict]
    if not at_the_end:
        with in_the_way_of(world, "INSERT INTO tasks", sqlstate, times):
            yield
        return
    left = times

    def before_commit(session: Session) -> None:
        nonlocal left
        if left:
            left -= 1
            driver_of(session.connection()).execute(AT_COMMIT.format(_raise(sqlstate)))

    event.listen(Session, "before_commit", before_commit)
    try:
        yield
    finally:
        event.remove(Session, "before_commit", before_commit)


@contextmanager
def in_the_way_of(world: World, beginning: str, sqlstate: str, times: int) -> Iterator[None]:
    """Have the server answer the first statements that begin like this with a conflict."""
    left = times

    def before_statement(
        _: Connection, __: object, statement: str, values: Any, *___: object
    ) -> tuple[str, Any]:
        nonlocal left
        if not left or not statement.startswith(beginning):
            return statement, values
        left -= 1
        return f"DO $$ BEGIN {_raise(sqlstate)}; END $$", {}

    event.listen(world.engine, "before_cursor_execute", before_statement, retval=True)
    try:
        yield
    finally:
        event.remove(world.engine, "before_cursor_execute", before_statement)


def _raise(sqlstate: str) -> str:
    return f"RAISE SQLSTATE '{sqlstate}'"
