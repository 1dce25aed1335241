"""Every operation of the service, made to fail at each of its statements and at its COMMIT."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import psycopg
from sqlalchemy import Connection

from domain.database.connections import CommitOutcome, ConnectionLost
from features.support import data
from features.support.operations.examples import Example, Scene, examples, opened
from features.support.world import World
from pgharness.faults.statement_faults import (
    COMMIT,
    ConnectionFault,
    ProgramFault,
    ServerFault,
    StatementFault,
    driver_of,
)

WAYS: Final[dict[str, type[StatementFault]]] = {
    "an error of the service's own": ProgramFault,
    "an error of the server's": ServerFault,
    "a connection that is lost": ConnectionFault,
}
"""What goes wrong."""

OTHER_SEQUENCES: Final = """
    SELECT c.relname FROM pg_class AS c
     WHERE c.relkind = 'S' AND NOT EXISTS (
           SELECT FROM pg_depend AS d
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i')
     ORDER BY 1
"""
"""Those that are not an identity column's. Such a one is never put back, which costs nothing but
the id that nobody got; a number that means something to somebody must have no gaps."""


@dataclass(frozen=True)
class Operation:
    """An operation, and what it was seen to send."""

    caller: str
    name: str
    example: Example
    statements: int
    writes: bool

    @property
    def line(self) -> dict[str, str]:
        """The operation as the features write it."""
        return {"for": self.caller, "operation": self.name, "statements": str(self.statements)}


@dataclass(frozen=True)
class Failure:
    """What came of one operation that was made to fail at one place."""

    where: str
    changed: list[str]
    """What is not as it was before, in words."""
    misled: str
    """What the caller was told instead of the truth; nothing if they were told that."""


def survey(world: World, scene: Scene) -> list[Operation]:
    """Do every operation, and undo it just before its COMMIT, to see what it sends.

    It writes if the server has given its transaction an id. Fails if one that writes has changed
    nothing then: its example would prove nothing.
    """
    return [
        observed(world, scene, caller, name, example)
        for (caller, name), example in examples().items()
    ]


def observed(world: World, scene: Scene, caller: str, name: str, example: Example) -> Operation:
    """Do one operation, and undo it just before its COMMIT; if it is refused, that of the refusal.

    What must be remembered of a refusal is committed too, after the work has been rolled back.
    """
    before = data.fingerprint(world.reader)
    fault = _Undoing(COMMIT, world.reader)
    told = _failed(world, scene, Operation(caller, name, example, 0, writes=False), fault)
    assert told is fault.error, f"{name} of {caller} was to go through, but {told!r}"
    changed = data.differences(before, fault.seen)
    assert bool(changed) == fault.writes, f"the example of {name} of {caller} changed {changed}"
    return Operation(caller, name, example, fault.statements, fault.writes)


def failures(
    world: World, scene: Scene, operation: Operation, way: type[StatementFault]
) -> Iterator[Failure]:
    """Yield what comes of the operation when it fails at each of its places in turn."""
    before = data.fingerprint(world.reader)
    for place in (*range(1, operation.statements + 1), COMMIT):
        fault = way(place, world.reader)
        told = _failed(world, scene, operation, fault)
        where = f"{operation.name} of {operation.caller} at "
        where += f"statement {place}" if place else "COMMIT"
        yield Failure(
            where,
            data.differences(before, data.fingerprint(world.reader)),
            "" if _is_the_truth(told, fault, place) else f"{told!r}",
        )


def other_sequences(observer: psycopg.Connection) -> list[str]:
    """Return the sequences that count anything but ids."""
    return [name for (name,) in observer.execute(OTHER_SEQUENCES)]


def _failed(
    world: World, scene: Scene, operation: Operation, fault: StatementFault
) -> BaseException | None:
    """Return what the caller is told."""
    try:
        with (
            fault.injected(world.engine),
            opened(world.domain, operation.caller, scene) as tx,
        ):
            operation.example(scene, tx)
    except Exception as error:  # noqa: BLE001 (whatever it is, it is judged)
        return error
    return None


def _is_the_truth(told: BaseException | None, fault: StatementFault, place: int) -> bool:
    """Tell whether it is the error itself, or that the connection is lost and what that means."""
    if isinstance(fault, ConnectionFault):
        known = CommitOutcome.UNDECIDED if place == COMMIT else CommitOutcome.NOT_COMMITTED
        return isinstance(told, ConnectionLost) and told.outcome is known
    return told is not None and told is fault.error


class _Undoing(ProgramFault):
    """Undoes a unit of work at its COMMIT, after a look at what it has done."""

    def at_commit(self, connection: Connection) -> None:
        driver = driver_of(connection)
        driver.execute("SELECT set_config('role', 'none', true)")
        (self.writes,) = driver.execute(
            "SELECT pg_current_xact_id_if_assigned() IS NOT NULL"
        ).fetchone() or (False,)
        self.seen = data.fingerprint(driver)
        self.at_once(connection)
