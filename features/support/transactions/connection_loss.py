"""Connections that are lost, also while the server commits what they have told it to."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Final

import psycopg
from sqlalchemy import Connection

from features.support.transactions.state import TransactionState
from features.support.world import World
from pgharness.core.waiting import WAIT_SECONDS, wait_for, waits
from pgharness.faults.statement_faults import (
    AT_COMMIT,
    COMMIT,
    StatementFault,
    cut,
    driver_of,
    terminate,
    wait_until_gone,
)

HELD: Final = 7_700_077
"""The advisory lock that a COMMIT waits for."""

POOLED: Final = """
    SELECT pid FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'domain'
"""


def end(world: World, pid: int) -> None:
    """Have the server end a connection."""
    terminate(world.reader, pid)


def _ended(world: World, driver: psycopg.Connection) -> None:
    world.state(TransactionState).pids = [driver.info.backend_pid]
    terminate(world.reader, driver.info.backend_pid)


def _cut(world: World, driver: psycopg.Connection) -> None:
    world.state(TransactionState).pids = [driver.info.backend_pid]
    cut(driver)


LOSSES: Final[dict[str, Callable[[World, psycopg.Connection], None]]] = {
    "is ended by the server": _ended,
    "is cut": _cut,
}
"""How a connection may be lost."""


def _goes_on(world: World, _: int) -> None:
    world.reader.execute("SELECT pg_advisory_unlock(%s)", [HELD])


def _is_stopped(world: World, pid: int) -> None:
    terminate(world.reader, pid)


ENDS: Final[dict[str, Callable[[World, int], None]]] = {
    "which then succeeds": _goes_on,
    "which then fails": _is_stopped,
}
"""What becomes of a COMMIT whose caller is cut off."""


def connections(observer: psycopg.Connection) -> list[int]:
    """Return the connections of the service's pool, as the server knows them."""
    return [pid for (pid,) in observer.execute(POOLED)]


def cut_off(world: World, person: str, title: str, ends: Callable[[World, int], None]) -> None:
    """Submit a task and cut the connection while the server commits it.

    Raises what the caller is told, who hears no more; then the COMMIT ends like this.
    """
    held = _Held(COMMIT, world.reader)

    def submit() -> None:
        with held.injected(world.engine), world.tenant(person) as tx:
            tx.tasks.submit(title, payload=None)

    world.reader.execute("SELECT pg_advisory_lock(%s)", [HELD])
    with ExitStack() as cleanups:
        thread = cleanups.enter_context(ThreadPoolExecutor(max_workers=1))
        cleanups.callback(world.reader.execute, "SELECT pg_advisory_unlock(%s)", [HELD])
        submitting = thread.submit(submit)
        driver = _wait_until_committing(held, world.reader)
        pid = driver.info.backend_pid
        cut(driver)
        told = submitting.exception(WAIT_SECONDS)
        ends(world, pid)
    wait_until_gone(world.reader, pid)
    assert told is not None, "the caller was told that it is committed"
    raise told


class _Held(StatementFault):
    """Has the server wait while it commits."""

    driver: psycopg.Connection | None = None
    """The connection, from the moment when the server is told to commit."""

    def at_commit(self, connection: Connection) -> None:
        driver = driver_of(connection)
        driver.execute(AT_COMMIT.format(f"PERFORM pg_advisory_xact_lock({HELD})"))
        self.driver = driver


def _wait_until_committing(held: _Held, observer: psycopg.Connection) -> psycopg.Connection:
    """Return the connection that waits while it commits, when it does."""

    def committing() -> psycopg.Connection | None:
        driver = held.driver
        return driver if driver and waits(observer, driver.info.backend_pid) else None

    return wait_for(committing, "the work never came to its commit")
