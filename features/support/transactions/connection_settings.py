"""The server's settings as the service's connections and transactions find them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from typing import Final

import psycopg
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from domain import engine_for
from domain.database.connections import reset_session
from features.support.transactions.state import TransactionState
from features.support.world import World
from pgharness.faults.statement_faults import driver_of

DURABLE: Final = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
"""What an acknowledged commit needs to survive a crash (PostgreSQL's manual, 28.1)."""

NAMES: Final = (
    *("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"),
    *DURABLE,
)
"""The settings that are read."""

READ_SETTINGS: Final = "SELECT name, current_setting(name) FROM unnest(%s::text[]) AS name"

UNLIMITED: Final = """
    SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0
"""


def of_connections(world: World, number: int) -> dict[str, dict[str, str]]:
    """Return the settings of a number of connections of the service that are open together."""
    with ExitStack() as opened:
        drivers = [driver_of(opened.enter_context(world.engine.connect())) for _ in range(number)]
        found = {f"process {driver.info.backend_pid}": _read(driver) for driver in drivers}
    assert len(found) == number, f"there were {len(found)} connections"
    return found


def of_transactions(world: World) -> dict[str, dict[str, str]]:
    """Return the settings of one transaction of each kind, at its end."""
    person = next(iter(world.people))
    openings: dict[str, Callable[[], AbstractContextManager[object]]] = {
        "identity": world.domain.identity,
        "tenant": lambda: world.tenant(person),
        "worker": world.domain.worker,
    }
    found: dict[str, dict[str, str]] = {}
    for kind, opening in openings.items():
        with _read_at_the_end(found, kind), opening():
            pass
    assert found.keys() == openings.keys(), f"only these have ended: {', '.join(found)}"
    return found


def lift_timeouts(world: World, person: str) -> None:
    """Have a transaction lift all timeouts of its connection, the only one of the pool, for good.

    The pool does not reset it: a reset puts the timeouts back as well, and a transaction must not
    need that.
    """
    world.add_cleanup(partial(setattr, world, "engine", world.engine))
    engine = engine_for(world.url, world.settings, name="limited", pool_size=1)
    world.add_cleanup(engine.dispose)
    event.remove(engine.pool, "reset", reset_session)
    world.engine = engine

    def lift(connection: Connection) -> None:
        driver_of(connection).execute(UNLIMITED, prepare=False)

    event.listen(engine, "commit", lift, once=True)
    with world.tenant(person) as tx:
        tx.tasks.submit("Water", payload=None)
    (settings,) = of_connections(world, 1).values()
    lifted = {settings[name] for name in NAMES if name.endswith("timeout")}
    assert lifted == {"0"}, f"the timeouts were not lifted: {settings}"


def check_in_force(world: World, expected: dict[str, str]) -> None:
    """Fail unless these settings were read, with these values, wherever they were read."""
    found = world.state(TransactionState).settings
    assert found, "no settings were read"
    wrong = {
        where: settings
        for where, settings in found.items()
        if {name: settings.get(name) for name in expected} != expected
    }
    assert not wrong, f"the settings are {wrong}"


@contextmanager
def _read_at_the_end(found: dict[str, dict[str, str]], where: str) -> Iterator[None]:
    def read(session: Session) -> None:
        found[where] = _read(driver_of(session.connection()))

    event.listen(Session, "before_commit", read)
    try:
        yield
    finally:
        event.remove(Session, "before_commit", read)


def _read(driver: psycopg.Connection) -> dict[str, str]:
    return dict(driver.execute(READ_SETTINGS, [list(NAMES)]).fetchall())
