"""Faults in the middle of a transaction, and the errors by which its caller learns of them."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from psycopg.errors import QueryCanceled
from sqlalchemy.exc import DBAPIError

from domain import DomainError
from domain.database.connections import ConnectionLost, LimitExceeded
from domain.errors import Entity, NotFound, RuleBroken
from domain.transactions import TenantWork
from features.support.arrange.known_work import WorkState
from features.support.operations.registry import UNKNOWN_ID
from features.support.transactions import connection_loss, constraint_violations
from features.support.transactions.state import TransactionState
from features.support.unit_of_work import connection_of
from features.support.world import World
from pgharness.core.waiting import cancel_when_waiting
from pgharness.faults.statement_faults import InjectedError, terminate, wait_until_gone


@dataclass(frozen=True)
class TransactionFault:
    """Something that goes wrong in a transaction."""

    inject: Callable[[World, TenantWork], None]
    error: type[Exception] | None = None
    """The error that the caller gets, or None where only a later statement or COMMIT fails."""
    entity: Entity | None = None
    """What the error must be about, if it is a `NotFound`."""


TRANSLATED: Final = (RuleBroken, LimitExceeded, ConnectionLost)
"""Errors that a savepoint or a transaction raises for one of the database."""


def _fail_program(_: World, __: TenantWork) -> None:
    raise InjectedError("the mail server is away")


def _refuse_operation(_: World, tx: TenantWork) -> None:
    tx.tasks.get(UNKNOWN_ID)


def _refuse_statement(_: World, tx: TenantWork) -> None:
    tx.tasks.submit("Sing", payload=None, agent_id=UNKNOWN_ID)


def _wait_for_lock(world: World, tx: TenantWork) -> None:
    with _locked_project(world) as project_id:
        tx.workspace.delete_project(project_id)


def _lose_connection(world: World, tx: TenantWork) -> None:
    terminate(world.reader, connection_of(tx).info.backend_pid)
    tx.tasks.list()


def _open_no_connection(_: World, tx: TenantWork) -> None:
    tx.tasks.list()


def _leave_result_unread(_: World, tx: TenantWork) -> None:
    connection_of(tx).pgconn.send_query(b"SELECT 1")
    tx.tasks.list()


def _be_idle(world: World, tx: TenantWork) -> None:
    wait_until_gone(world.reader, connection_of(tx).info.backend_pid)


def _cancel_statement(world: World, tx: TenantWork) -> None:
    pid = connection_of(tx).info.backend_pid
    with ThreadPoolExecutor(max_workers=1) as thread, _locked_project(world) as project_id:
        cancelling = thread.submit(cancel_when_waiting, world.reader, lambda: pid)
        try:
            tx.workspace.delete_project(project_id)
        except DBAPIError as error:
            cancelling.result()
            _check_kind(error.orig, QueryCanceled)
            raise


FAULTS: Final[dict[str, TransactionFault]] = {
    "the program raises an error": TransactionFault(_fail_program, InjectedError),
    "the service refuses an operation": TransactionFault(_refuse_operation, NotFound, Entity.TASK),
    "the database refuses a statement": TransactionFault(_refuse_statement, NotFound, Entity.AGENT),
    "a lock is not granted in time": TransactionFault(_wait_for_lock, LimitExceeded),
    "the connection is lost": TransactionFault(_lose_connection, ConnectionLost),
    "a connection cannot be opened": TransactionFault(_open_no_connection, ConnectionLost),
    "a result is left unread": TransactionFault(_leave_result_unread, ConnectionLost),
    "the program is idle for too long": TransactionFault(_be_idle),
    "an administrator cancels a statement": TransactionFault(_cancel_statement, DBAPIError),
    **{name: TransactionFault(lose) for name, lose in connection_loss.LOSSES.items()},
    **{
        name: TransactionFault(do, RuleBroken)
        for name, do in constraint_violations.IMMEDIATE.items()
    },
    **{name: TransactionFault(do) for name, do in constraint_violations.DEFERRED.items()},
}
"""Each fault, by the words of the features."""


def inject(world: World, tx: TenantWork, name: str) -> None:
    """Raise the error of the fault. Fails if it raises none, or another one."""
    state = world.state(TransactionState)
    fault = FAULTS[name]
    state.fault = name
    try:
        fault.inject(world, tx)
    except (DomainError, DBAPIError, InjectedError) as error:
        state.raised = error
        _check_kind(error, *_kinds_inside(fault))
        _check_entity(error, fault.entity)
        raise
    assert fault.error is None, f"{name}: no error was raised"


def check_is_of_fault(world: World, error: Exception | None) -> None:
    """Fail unless this is the error that the caller must get of the fault that was injected."""
    state = world.state(TransactionState)
    assert state.raised is not None, "no fault was injected"
    expected = FAULTS[state.fault].error
    if expected in TRANSLATED:
        assert type(error) is expected, f"the caller got {error!r}"
    else:
        assert error is state.raised, f"the caller got {error!r}"


def _kinds_inside(fault: TransactionFault) -> tuple[type[Exception], ...]:
    """Return the kinds of error that the fault may raise in the transaction."""
    if fault.error is None:
        return ()
    return (fault.error, DBAPIError) if fault.error in TRANSLATED else (fault.error,)


def _check_entity(error: Exception, entity: Entity | None) -> None:
    found = getattr(error, "entity", None)
    assert found is entity, f"the error is about {found}: {error!r}"


def _check_kind(error: BaseException | None, *kinds: type[Exception]) -> None:
    assert isinstance(error, kinds), f"the error is {error!r}"


@contextmanager
def _locked_project(world: World) -> Iterator[int]:
    """Lock the scenario's only project in another session; yields its id."""
    (project,) = world.state(WorkState).projects.values()
    with world.reader.transaction():
        world.reader.execute("SELECT FROM projects WHERE id = %s FOR UPDATE", [project.id])
        yield project.id
