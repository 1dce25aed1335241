"""One operation in a transaction that is rolled back: its result, and what it had changed."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from psycopg.pq import TransactionStatus
from sqlalchemy.orm import Session

from features.support import data
from features.support.operations import examples
from features.support.operations.examples import Scene
from features.support.world import World
from pgharness.faults.statement_faults import driver_of

WRITTEN: Final = "SELECT pg_current_xact_id_if_assigned() IS NOT NULL"
"""The server gives a transaction an id when it first writes."""


class _RollBack(Exception):
    """Ends a transaction that is not to be committed."""


@dataclass
class RolledBack:
    """One operation in a transaction of its own, which was rolled back."""

    result: Any = None
    error: Exception | None = None
    """The error that the caller got, of the service or of anything else."""
    changed: list[str] = field(default_factory=list)
    """The rows that were changed just before the rollback, in words, where that was compared."""


def run(
    world: World,
    scene: Scene,
    operation: tuple[str, str],
    call: Callable[[Any], object],
    *,
    compare: bool = False,
) -> RolledBack:
    """Run an operation, flush it, compare the rows if asked to, and roll it back.

    The operation is named by the kind of caller and its name, as examples are. The recording of a
    refusal is committed all the same.
    """
    caller, name = operation
    found = RolledBack()
    try:
        _roll_back(
            world, scene, caller, partial(_run, found, name, call, world if compare else None)
        )
    except Exception as error:  # noqa: BLE001 (a step judges which error it is)
        found.error = error
    return found


def _roll_back(world: World, scene: Scene, caller: str, do: Callable[[Any], object]) -> None:
    with suppress(_RollBack), examples.opened(world.domain, caller, scene) as tx:
        do(tx)
        raise _RollBack


def _run(
    found: RolledBack, name: str, call: Callable[[Any], object], compared: World | None, tx: Any
) -> None:
    session: Session = getattr(tx, name.partition(".")[0])._session  # noqa: SLF001 (only the session can flush)
    try:
        found.result = call(tx)
        session.flush()
    except Exception as error:  # noqa: BLE001 (a step judges which error it is)
        found.error = error
    if compared is not None:
        found.changed = _changed(compared, session)


def _changed(world: World, session: Session) -> list[str]:
    """Return what the transaction has changed; nothing if it has been rolled back already."""
    if not session.in_transaction() or not session.is_active:
        return []
    driver = driver_of(session.connection())
    if driver.info.transaction_status is not TransactionStatus.INTRANS:
        return []
    (written,) = driver.execute(WRITTEN).fetchone() or (False,)
    if not written:
        return []
    driver.execute("SELECT set_config('role', 'none', true)")
    return data.differences(data.fingerprint(world.reader), data.fingerprint(driver))
