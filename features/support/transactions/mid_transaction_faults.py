"""What can go wrong in the middle of a unit of work, and what somebody does about it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Final

from sqlalchemy.exc import DBAPIError

from domain import DomainError
from domain.database.connections import ConnectionLost, LimitExceeded
from domain.errors import Entity, NotFound, RuleBroken
from domain.transactions import TenantWork
from features.support.arrange import factories, given_work
from features.support.arrange.known_work import WorkState
from features.support.error_phrases import Reason
from features.support.operations.registry import UNKNOWN_ID
from features.support.transactions.state import TransactionState
from features.support.unit_of_work import connection_of
from features.support.world import World
from pgharness.faults.statement_faults import InjectedError, terminate

PROJECT: Final = "engine"
"""Ada's project, which somebody else may hold a lock on."""

AT_ONCE: Final = timedelta(milliseconds=50)
"""How long something may take where it is to take too long."""


def _own(_: World, __: TenantWork) -> None:
    raise InjectedError("the mail server is away")


def _refused(_: World, tx: TenantWork) -> None:
    tx.tasks.get(UNKNOWN_ID)


def _rule(_: World, tx: TenantWork) -> None:
    tx.tasks.submit("Sing", payload=None, agent_id=UNKNOWN_ID)


def _edit(_: World, tx: TenantWork) -> None:
    tx.tasks.submit("Sing", payload=None).title = ""
    tx.tasks.list()


def _lock(world: World, tx: TenantWork) -> None:
    with held(world):
        tx.workspace.delete_project(world.state(WorkState).projects[PROJECT].id)


def _lost(world: World, tx: TenantWork) -> None:
    lose(world, tx)
    tx.tasks.list()


def _midway(_: World, tx: TenantWork) -> None:
    connection_of(tx).pgconn.send_query(b"SELECT 1")
    tx.tasks.list()


GoesWrong = Callable[[World, TenantWork], None]

MISHAPS: Final[dict[str, tuple[GoesWrong, Reason]]] = {
    "the program itself fails": (_own, Reason((InjectedError,))),
    "the service refuses something": (_refused, Reason((NotFound,), {"entity": Entity.TASK})),
    "the database refuses a statement": (_rule, Reason((NotFound,), {"entity": Entity.AGENT})),
    "what was edited cannot be stored": (_edit, Reason((RuleBroken,))),
    "a lock cannot be had in time": (_lock, Reason((LimitExceeded,))),
    "the connection is lost": (_lost, Reason((ConnectionLost,))),
    "an answer is broken off halfway": (_midway, Reason((ConnectionLost,))),
}
"""What goes wrong, and the error that tells."""


AT_THE_END: Final = (RuleBroken, LimitExceeded, ConnectionLost)
"""What leaves a unit of work or a savepoint is told by these; inside, it is the database's own."""


def suffer(world: World, tx: TenantWork, mishap: str) -> None:
    """Have this go wrong, by its error. Fails if it goes well, or goes wrong otherwise."""
    goes_wrong, expected = MISHAPS[mishap]
    try:
        goes_wrong(world, tx)
    except (DomainError, DBAPIError, InjectedError) as error:
        world.state(TransactionState).raised = error
        _check(error, expected)
        raise
    raise AssertionError(f"{mishap}? Nothing went wrong")


def _check(raised: Exception, expected: Reason) -> None:
    of_the_database = expected.kinds[0] in AT_THE_END and isinstance(raised, DBAPIError)
    assert of_the_database or expected.is_given_by(raised), f"what went wrong was {raised!r}"


@contextmanager
def swallowed() -> Iterator[None]:
    """Go on as if nothing had happened."""
    try:
        yield
    except (DomainError, DBAPIError, InjectedError):
        return


@contextmanager
def held(world: World) -> Iterator[None]:
    """Have somebody else hold a lock on Ada's project."""
    with world.reader.transaction():
        world.reader.execute(
            "SELECT FROM projects WHERE id = %s FOR UPDATE",
            [world.state(WorkState).projects[PROJECT].id],
        )
        yield


def limit(world: World, **limits: timedelta) -> None:
    """Set limits of the service."""
    timeouts = replace(world.settings.timeouts, **limits)
    world.settings = replace(world.settings, timeouts=timeouts)


def lose(world: World, tx: TenantWork) -> None:
    """Have the server end the connection of a unit of work; nobody is told."""
    terminate(world.reader, connection_of(tx).info.backend_pid)


def ground(world: World, person: str) -> None:
    """Store an account with a project, and have locks given up at once."""
    factories.account(world, person)
    given_work.project(world, person, PROJECT)
    limit(world, lock=AT_ONCE)
