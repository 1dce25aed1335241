"""Constraints that are violated past the service: checked at the statement or at COMMIT."""

from collections.abc import Callable
from typing import Final

from sqlalchemy import text

from domain.transactions import TenantWork
from features.support.unit_of_work import session_of
from features.support.world import World

Violate = Callable[[World, TenantWork], None]


def _execute(tx: TenantWork, statement: str) -> None:
    session_of(tx).execute(text(statement))


def _add_turn_to_unknown_task(_: World, tx: TenantWork) -> None:
    _execute(
        tx,
        "INSERT INTO turns (owner_id, task_id, actor, intent, text, created_at)"
        " SELECT owner_id, max(id) + 1000, 'user', 'answer', 'Well', now() FROM tasks GROUP BY 1",
    )


def _edit_title_to_be_blank(_: World, tx: TenantWork) -> None:
    tx.tasks.submit("Sing", payload=None).title = " "
    session_of(tx).flush()


def _edit_title_to_be_missing(_: World, tx: TenantWork) -> None:
    tx.tasks.submit("Sing", payload=None)
    _execute(tx, "UPDATE tasks SET title = NULL, version = version + 1")


def _open_second_entry(_: World, tx: TenantWork) -> None:
    _execute(
        tx,
        "INSERT INTO objective_history (owner_id, objective_id, text, constraints, valid_from)"
        " SELECT owner_id, id, text, constraints, since FROM objectives",
    )


def _change_without_history(_: World, tx: TenantWork) -> None:
    tx.objectives.list().items[0].text = "Something else"
    session_of(tx).flush()


def _add_without_history(_: World, tx: TenantWork) -> None:
    _execute(
        tx,
        "INSERT INTO objectives (owner_id, text, since)"
        " SELECT owner_id, 'Another', now() FROM objectives",
    )


def _change_there_and_back(world: World, tx: TenantWork) -> None:
    objective = tx.objectives.list().items[0]
    before = objective.text
    _change_without_history(world, tx)
    objective.text = before
    session_of(tx).flush()


IMMEDIATE: Final[dict[str, Violate]] = {
    "a turn is added to an unknown task": _add_turn_to_unknown_task,
    "a task is edited to have a blank title": _edit_title_to_be_blank,
    "a task is edited to have no title": _edit_title_to_be_missing,
    "a second current history entry is added": _open_second_entry,
}
"""Violations of constraints that are checked at the statement."""

DEFERRED: Final[dict[str, Violate]] = {
    "an objective is changed without its history": _change_without_history,
    "an objective is added without a history": _add_without_history,
    "an objective is changed without its history, and back": _change_there_and_back,
}
"""Violations of constraints that are checked at COMMIT; the last one has ended by then."""
