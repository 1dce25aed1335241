"""Rules of the database that are broken past the service: some are judged at once, some at last."""

from collections.abc import Callable
from typing import Final

from sqlalchemy import text

from domain.transactions import TenantWork
from features.support.transactions.state import TransactionState
from features.support.unit_of_work import session_of
from features.support.world import World

GOAL: Final = "Ada's secret goal"


def _past_the_service(tx: TenantWork, statement: str) -> None:
    session_of(tx).execute(text(statement))


def _unknown_task(_: World, tx: TenantWork) -> None:
    _past_the_service(
        tx,
        "INSERT INTO turns (owner_id, task_id, actor, intent, text, created_at)"
        " SELECT owner_id, max(id) + 1000, 'user', 'answer', 'Well', now() FROM tasks GROUP BY 1",
    )


def _nameless(_: World, tx: TenantWork) -> None:
    tx.tasks.list().items[0].title = " "


def _twice(_: World, tx: TenantWork) -> None:
    _past_the_service(
        tx,
        "INSERT INTO objective_history (owner_id, objective_id, text, constraints, valid_from)"
        " SELECT owner_id, id, text, constraints, since FROM objectives",
    )


def _past_history(_: World, tx: TenantWork) -> None:
    tx.objectives.list().items[0].text = "Something else"


def _without_history(_: World, tx: TenantWork) -> None:
    _past_the_service(
        tx,
        "INSERT INTO objectives (owner_id, text, since)"
        " SELECT owner_id, 'Another', now() FROM objectives",
    )


def _mended(world: World, tx: TenantWork) -> None:
    objective = tx.objectives.list().items[0]
    _past_history(world, tx)
    tx.objectives.list()
    objective.text = GOAL


BREACHES: Final[dict[str, Callable[[World, TenantWork], None]]] = {
    "something is said about a task that is not there": _unknown_task,
    "a task is edited to have no title": _nameless,
    "a second entry of an objective's history is opened": _twice,
    "an objective is edited past its history": _past_history,
    "an objective is stored without a history": _without_history,
    "an objective is edited past its history, and back": _mended,
}
"""Each of them, in a unit of work."""

WHEN: Final = {False: "at once", True: "at its end, and not before"}
"""Whether the work had come to its end."""


def break_rule(world: World, person: str, breach: str) -> None:
    """Break a rule in the middle of other work, and note whether the work comes to its end."""
    state = world.state(TransactionState)
    state.came_to_its_end = False
    with world.tenant(person) as tx:
        tx.tasks.submit("Water", payload=None)
        BREACHES[breach](world, tx)
        tx.tasks.submit("Feed", payload=None)
        tx.objectives.list()
        state.came_to_its_end = True
