"""The limits of the service's connections: what the server says they are, and their excess."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Final

import psycopg
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from domain import engine_for
from domain.transactions import TenantWork
from features.support.arrange.known_work import WorkState
from features.support.transactions import mid_transaction_faults
from features.support.transactions.mid_transaction_faults import AT_ONCE
from features.support.transactions.state import TransactionState
from features.support.unit_of_work import connection_of
from features.support.world import World
from pgharness.core.waiting import WAIT_SECONDS, cancel_when_waiting
from pgharness.faults.statement_faults import driver_of, wait_until_gone

NAME: Final = "limited"

LIMITS: Final = """
    SELECT current_setting('statement_timeout'), current_setting('lock_timeout'),
           current_setting('idle_in_transaction_session_timeout')
"""

UNLIMITED: Final = """
    SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0
"""


def asked(driver: psycopg.Connection) -> list[str]:
    """Return the limits in force, as the server names them."""
    return [str(value) for value in driver.execute(LIMITS).fetchone() or ()]


def all_asked(engine: Engine, number: int) -> tuple[list[int], list[list[str]]]:
    """Return so many connections that are open beside each other, and the limits of each."""
    with ExitStack() as opened:
        drivers = [driver_of(opened.enter_context(engine.connect())) for _ in range(number)]
        return [driver.info.backend_pid for driver in drivers], [asked(it) for it in drivers]


def pool(world: World, number: int) -> Engine:
    """Return a pool of the service's own kind, closed when the scenario ends."""
    engine = engine_for(world.url, world.settings, name=NAME, pool_size=number)
    world.add_cleanup(engine.dispose)
    return engine


@contextmanager
def noted(world: World) -> Iterator[None]:
    """Note the limits in force at the end of each unit of work in this block."""

    def note(session: Session) -> None:
        world.state(TransactionState).limits.append(asked(driver_of(session.connection())))

    event.listen(Session, "before_commit", note)
    try:
        yield
    finally:
        event.remove(Session, "before_commit", note)


def lift(world: World, person: str) -> int:
    """Lift all limits in a unit of work, not for itself but for its connection; return which."""
    lifted: list[psycopg.Connection] = []

    def lift_all(connection: Connection) -> None:
        lifted.append(driver_of(connection))
        lifted[0].execute(UNLIMITED)

    event.listen(world.engine, "commit", lift_all)
    try:
        with world.tenant(person) as tx:
            tx.tasks.submit("Water", payload=None)
    finally:
        event.remove(world.engine, "commit", lift_all)
    return lifted[0].info.backend_pid


def _wait_for_a_row(world: World, tx: TenantWork) -> None:
    with mid_transaction_faults.held(world):
        tx.workspace.delete_project(
            world.state(WorkState).projects[mid_transaction_faults.PROJECT].id
        )


def _be_idle(world: World, tx: TenantWork) -> None:
    wait_until_gone(world.reader, connection_of(tx).info.backend_pid)


def _be_idle_then_go_on(world: World, tx: TenantWork) -> None:
    _be_idle(world, tx)
    tx.tasks.submit("Feed", payload=None)


EXCESSES: Final[dict[str, tuple[str, Callable[[World, TenantWork], None]]]] = {
    "a statement takes too long": ("statement", _wait_for_a_row),
    "a wait for a lock takes too long": ("lock", _wait_for_a_row),
    "the program does nothing for too long and then ends": ("idle_in_transaction", _be_idle),
    "the program does nothing for too long and then goes on": (
        "idle_in_transaction",
        _be_idle_then_go_on,
    ),
}
"""Which limit is exceeded, and how."""


FAR_AWAY: Final = {
    name: timedelta(minutes=1) for name in ("statement", "lock", "idle_in_transaction")
}


def exceed(world: World, person: str, excess: str) -> None:
    """Do something for too long, in the middle of other work; all other limits are far away."""
    name, goes_on = EXCESSES[excess]
    mid_transaction_faults.limit(world, **{**FAR_AWAY, name: AT_ONCE})
    with world.tenant(person) as tx:
        tx.tasks.submit("Water", payload=None)
        goes_on(world, tx)


def cancelled(world: World, person: str) -> BaseException | None:
    """Have a statement cancelled while it waits, and return what the caller is told."""
    mid_transaction_faults.limit(world, **FAR_AWAY)
    pids: list[int] = []

    def remove() -> None:
        with world.tenant(person) as tx:
            pids.append(connection_of(tx).info.backend_pid)
            tx.workspace.delete_project(
                world.state(WorkState).projects[mid_transaction_faults.PROJECT].id
            )

    with ThreadPoolExecutor(max_workers=1) as thread, mid_transaction_faults.held(world):
        removing = thread.submit(remove)
        cancel_when_waiting(world.reader, lambda: pids[0] if pids else None)
        return removing.exception(WAIT_SECONDS)
