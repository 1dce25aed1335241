"""Connections that are lost: in a transaction, during its COMMIT, or in the pool."""

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import Final

import psycopg
from sqlalchemy import Connection

from domain import engine_for
from domain.transactions import TenantWork
from features.support.transactions.state import TransactionState
from features.support.unit_of_work import connection_of
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

LOCK_KEY: Final = 7_700_077
"""The advisory lock that a COMMIT waits for."""

POOLED: Final = """
    SELECT pid FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = %s
"""


def _terminate(world: World, tx: TenantWork) -> None:
    pid = connection_of(tx).info.backend_pid
    world.state(TransactionState).lost_pids = [pid]
    terminate(world.reader, pid)


def _cut(world: World, tx: TenantWork) -> None:
    driver = connection_of(tx)
    world.state(TransactionState).lost_pids = [driver.info.backend_pid]
    cut(driver)


def _forbid_rollback(world: World, tx: TenantWork) -> None:
    """Leave a block of the driver open: it refuses all other ROLLBACKs in it."""
    driver = connection_of(tx)
    state = world.state(TransactionState)
    state.lost_pids = [driver.info.backend_pid]
    state.open_block = driver.transaction()
    state.open_block.__enter__()


LOSSES: Final[dict[str, Callable[[World, TenantWork], None]]] = {
    "the server ends the connection": _terminate,
    "the connection is cut": _cut,
    "the driver is kept from rolling back": _forbid_rollback,
}
"""How a connection is lost before the service notices."""


def _let_commit(world: World, _: int) -> None:
    world.reader.execute("SELECT pg_advisory_unlock(%s)", [LOCK_KEY])


def _abort_commit(world: World, pid: int) -> None:
    terminate(world.reader, pid)


COMMIT_ENDS: Final[dict[str, Callable[[World, int], None]]] = {
    "succeeds": _let_commit,
    "fails": _abort_commit,
}
"""How a COMMIT ends on the server after its connection was cut."""


def make_unreachable(world: World) -> None:
    """Have the service connect to a port of this machine at which nothing listens."""
    line = socket.socket()
    world.add_cleanup(line.close)
    line.bind(("127.0.0.1", 0))
    url = world.url.set(host="127.0.0.1", port=line.getsockname()[1], query={})
    world.add_cleanup(partial(setattr, world, "engine", world.engine))
    world.engine = engine_for(url, world.settings)
    world.add_cleanup(world.engine.dispose)


def lose_pool(world: World, number: int) -> None:
    """Use a number of connections of the service's pool, and have the server end all of them."""
    with ExitStack() as transactions:
        for _ in range(number):
            transactions.enter_context(world.domain.identity()).accounts.list()
    pids = world.state(TransactionState).lost_pids = pooled_pids(world)
    assert len(pids) >= number, f"the pool had {len(pids)} connections"
    for pid in pids:
        terminate(world.reader, pid)


def pooled_pids(world: World) -> list[int]:
    """Return the server's processes for the connections of the service's pool."""
    state = world.state(TransactionState)
    if not state.pool_name:  # asked while the pool has a connection: it opens none for this
        with world.engine.connect() as connection:
            found = driver_of(connection).info.parameter_status("application_name")
        state.pool_name = found or ""
    return [pid for (pid,) in world.reader.execute(POOLED, [state.pool_name])]


def cut_during_commit(
    world: World, commit: Callable[[], None], end: Callable[[World, int], None]
) -> None:
    """Commit, cut the connection once the server is committing, and then end the COMMIT.

    Raises the error of the caller, which does not learn how the COMMIT ends.
    """
    held = _HeldCommit(COMMIT, world.reader)

    def run() -> None:
        with held.injected(world.engine):
            commit()

    world.reader.execute("SELECT pg_advisory_lock(%s)", [LOCK_KEY])
    with ExitStack() as cleanups:
        thread = cleanups.enter_context(ThreadPoolExecutor(max_workers=1))
        cleanups.callback(world.reader.execute, "SELECT pg_advisory_unlock(%s)", [LOCK_KEY])
        committing = thread.submit(run)
        driver = _wait_until_committing(held, world.reader)
        pid = driver.info.backend_pid
        cut(driver)
        error = committing.exception(WAIT_SECONDS)
        end(world, pid)
    wait_until_gone(world.reader, pid)
    assert error is not None, "the caller got no error"
    raise error


class _HeldCommit(StatementFault):
    """Has the server wait while it commits."""

    driver: psycopg.Connection | None = None
    """The connection, from the moment when the server is told to commit."""

    def at_commit(self, connection: Connection) -> None:
        driver = driver_of(connection)
        waiting = AT_COMMIT.format(f"PERFORM pg_advisory_xact_lock({LOCK_KEY})")
        driver.execute(waiting, prepare=False)
        self.driver = driver


def _wait_until_committing(held: _HeldCommit, observer: psycopg.Connection) -> psycopg.Connection:
    """Return the connection that waits while it commits, as soon as it does."""

    def committing() -> psycopg.Connection | None:
        driver = held.driver
        return driver if driver and waits(observer, driver.info.backend_pid) else None

    return wait_for(committing, "the transaction never came to its COMMIT")
