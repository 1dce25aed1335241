"""Cases that are rolled back, and units of work in them as an application does them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import URL, Engine, text
from sqlalchemy.orm import Session

from accounts import ROLE, Task
from pgharness.core.application import plain_engine_options
from pgharness.core.database_url import session_parameters
from pgharness.core.default_world import DefaultWorld
from pgharness.core.session_settings import SESSION
from pgharness.isolation.savepoints import OuterTransaction, rolled_back

LIMITS: Final = {
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "1min",
}
"""Of every connection of the application."""

FOR_ONE_TRANSACTION: Final = {
    "role": ROLE,
    "app.tenant": "7",
    "statement_timeout": "4s",
    "lock_timeout": "50ms",
    "idle_in_transaction_session_timeout": "3s",
}
"""What a unit of work sets for itself."""

STATE: Final = """
    SELECT current_user = session_user, coalesce(current_setting('app.tenant', true), ''),
           current_setting('statement_timeout'), current_setting('lock_timeout'),
           current_setting('idle_in_transaction_session_timeout')
"""


def options(url: URL) -> dict[str, Any]:
    """Return options of an engine whose pool resets each connection that is returned to it."""
    return plain_engine_options(url) | {
        "isolation_level": "READ COMMITTED",
        "pool_events": [(_discard, "reset")],
        "connect_args": session_parameters(url, {**SESSION, **LIMITS}),
    }


def _discard(connection: Any, *_: object) -> None:
    connection.rollback()
    connection.autocommit = True
    connection.execute("DISCARD ALL")
    connection.autocommit = False


@contextmanager
def outermost(url: URL) -> Iterator[OuterTransaction]:
    """Yield the one connection of the cases that are rolled back."""
    made = OuterTransaction(url, options(url))
    try:
        yield made
    finally:
        made.engine.dispose()


@contextmanager
def rolled_back_case(url: URL) -> Iterator[DefaultWorld]:
    """Yield one case that is rolled back at the end of the block."""
    with outermost(url) as connection:
        case = rolled_back(connection, DefaultWorld)
        try:
            yield case
        finally:
            case.close()


@contextmanager
def unit_of_work(engine: Engine, title: str = "Water the plants") -> Iterator[Session]:
    """Store a task as a role, for a tenant and with limits of this transaction alone."""
    with Session(engine) as session, session.begin():
        for name, value in FOR_ONE_TRANSACTION.items():
            session.execute(text(f"SELECT set_config('{name}', '{value}', true)"))
        session.add(Task(title=title))
        session.flush()
        yield session


def titles(case: DefaultWorld) -> list[str]:
    """Return the titles of all tasks as the harness reads them in a case."""
    return [t for (t,) in case.database.observer.execute("SELECT title FROM tasks ORDER BY id")]
