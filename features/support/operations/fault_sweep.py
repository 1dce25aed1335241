"""Every operation of the service, with a fault at each of its statements and at its COMMIT."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import psycopg
from sqlalchemy import Connection

from domain.database.connections import CommitOutcome, ConnectionLost
from features.support import data
from features.support.operations.examples import Example, Scene, examples, opened
from features.support.operations.rolled_back_work import WRITTEN
from features.support.world import World
from pgharness.faults.statement_faults import (
    COMMIT,
    ConnectionFault,
    ProgramFault,
    ServerFault,
    StatementFault,
    driver_of,
)

STATEMENT_FAULTS: Final[dict[str, type[StatementFault]]] = {
    "an error of the program": ProgramFault,
    "an error of the server": ServerFault,
    "a lost connection": ConnectionFault,
}
"""Each kind of fault, by the words of the features."""

OTHER_SEQUENCES: Final = """
    SELECT c.relname FROM pg_class AS c
     WHERE c.relkind = 'S' AND NOT EXISTS (
           SELECT FROM pg_depend AS d
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i')
     ORDER BY 1
"""
"""Sequences of no identity column. A rollback never restores a sequence: that costs an identity
column nothing but an unused id, while numbers with a meaning must have no gaps."""


@dataclass(frozen=True)
class Operation:
    """An operation, and what it was observed to send."""

    caller: str
    name: str
    example: Example
    statements: int
    writes: bool

    @property
    def row(self) -> dict[str, str]:
        """The operation in a table of the features."""
        return {"for": self.caller, "operation": self.name, "statements": str(self.statements)}


@dataclass(frozen=True)
class Failure:
    """The result of one operation with a fault at one place."""

    place: str
    changed: list[str]
    """The rows that were changed, in words."""
    wrong_error: str
    """The error that the caller got, if it is not that of the fault."""


def observe_all(world: World, scene: Scene) -> list[Operation]:
    """Run every operation, and roll it back just before its COMMIT, to observe what it sends.

    It writes if the server has given its transaction an id. Fails if one that writes has changed
    nothing then: its example would prove nothing.
    """
    return [
        observed(world, scene, caller, name, example)
        for (caller, name), example in examples().items()
    ]


def observed(world: World, scene: Scene, caller: str, name: str, example: Example) -> Operation:
    """Run one operation, and roll it back just before its COMMIT, or that of its refusal.

    The recording of a refusal has a COMMIT of its own, after the operation was rolled back.
    """
    before = data.fingerprint(world.reader)
    fault = _RollBackAtCommit(COMMIT, world.reader)
    error = _run(world, scene, Operation(caller, name, example, 0, writes=False), fault)
    assert error is fault.error, f"{name} of {caller} was to go through, but {error!r}"
    changed = data.differences(before, fault.seen)
    assert bool(changed) == fault.writes, f"the example of {name} of {caller} changed {changed}"
    return Operation(caller, name, example, fault.statements, fault.writes)


def failures(
    world: World, scene: Scene, operation: Operation, kind: type[StatementFault]
) -> Iterator[Failure]:
    """Yield the results of the operation with this fault at each of its places in turn."""
    before = data.fingerprint(world.reader)
    for place in (*range(1, operation.statements + 1), COMMIT):
        fault = kind(place, world.reader)
        error = _run(world, scene, operation, fault)
        where = f"statement {place}" if place else "COMMIT"
        yield Failure(
            f"{operation.name} of {operation.caller} at {where}",
            data.differences(before, data.fingerprint(world.reader)),
            "" if _is_of_fault(error, fault, place) else f"{error!r}",
        )


def other_sequences(observer: psycopg.Connection) -> list[str]:
    """Return the sequences that belong to no identity column."""
    return [name for (name,) in observer.execute(OTHER_SEQUENCES)]


def _run(
    world: World, scene: Scene, operation: Operation, fault: StatementFault
) -> BaseException | None:
    """Return the error that the caller gets."""
    try:
        with (
            fault.injected(world.engine),
            opened(world.domain, operation.caller, scene) as tx,
        ):
            operation.example(scene, tx)
    except Exception as error:  # noqa: BLE001 (a step judges which error it is)
        return error
    return None


def _is_of_fault(error: BaseException | None, fault: StatementFault, place: int) -> bool:
    """Tell whether it is the error itself, or a lost connection with its correct outcome."""
    if isinstance(fault, ConnectionFault):
        known = CommitOutcome.UNDECIDED if place == COMMIT else CommitOutcome.NOT_COMMITTED
        return isinstance(error, ConnectionLost) and error.outcome is known
    return error is not None and error is fault.error


class _RollBackAtCommit(ProgramFault):
    """Ends a transaction at its COMMIT, after recording what it has changed."""

    def at_commit(self, connection: Connection) -> None:
        driver = driver_of(connection)
        driver.execute("SELECT set_config('role', 'none', true)")
        (self.writes,) = driver.execute(WRITTEN).fetchone() or (False,)
        self.seen = data.fingerprint(driver)
        self.at_once(connection)
