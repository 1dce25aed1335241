"""A unit of work that is done and then given up: what was told of it, and what it had changed."""

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


class _GivenUp(Exception):
    """The unit of work is not to be committed."""


@dataclass
class Work:
    """What came of one operation in a unit of work of its own."""

    answer: Any = None
    told: Exception | None = None
    """The error that went up, whoever raised it."""
    changed: list[str] = field(default_factory=list)
    """What was not as before, in words, just before it was given up, if somebody looked."""


def work(
    world: World,
    scene: Scene,
    operation: tuple[str, str],
    call: Callable[[Any], object],
    *,
    look: bool = False,
) -> Work:
    """Do an operation, with all that it would write at the end, look at it, and give it up.

    The operation is told by the kind of caller and its name, as examples are.
    What must be remembered of a refusal is committed all the same.
    """
    caller, name = operation
    found = Work()
    try:
        _give_up(world, scene, caller, partial(_do, found, name, call, world if look else None))
    except Exception as error:  # noqa: BLE001 (which it is is what is asked)
        found.told = error
    return found


def _give_up(world: World, scene: Scene, caller: str, do: Callable[[Any], object]) -> None:
    with suppress(_GivenUp), examples.opened(world.domain, caller, scene) as tx:
        do(tx)
        raise _GivenUp


def _do(
    found: Work, name: str, call: Callable[[Any], object], looker: World | None, tx: Any
) -> None:
    session: Session = getattr(tx, name.partition(".")[0])._session  # noqa: SLF001 (what is stored late is to be sent)
    try:
        found.answer = call(tx)
        session.flush()
    except Exception as error:  # noqa: BLE001 (which it is is what is asked)
        found.told = error
    if looker is not None:
        found.changed = _changed(looker, session)


def _changed(world: World, session: Session) -> list[str]:
    """Return what the transaction has changed; nothing if it is undone already."""
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
