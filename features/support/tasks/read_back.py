"""What is stored and read of the only row that a tenant has of a kind."""

from collections.abc import Callable
from typing import Any, Final

from domain.transactions import TenantWork
from features.support.tasks import tasks
from features.support.world import World

COLUMNS: Final = {"reason": "priority_reason", "details": "error_details"}
"""Columns that are not called as the field is in a refusal."""

READERS: Final[dict[str, Callable[[TenantWork, int], Any]]] = {
    "projects": lambda tx, id_: tx.workspace.project(id_),
    "agents": lambda tx, id_: tx.workspace.agent(id_),
    "tasks": lambda tx, id_: tx.tasks.get(id_),
    "turns": lambda tx, id_: tx.workspace.turn(id_),
    "events": lambda tx, id_: tx.workspace.event(id_),
    "objectives": lambda tx, id_: tx.objectives.get(id_),
}


def column_of(field: str) -> str:
    """Return the column that a field is stored in."""
    return COLUMNS.get(field, field)


def check(world: World, person: str, things: str, field: str, expected: Any) -> None:
    """Fail unless the row is stored with this value, and its owner reads the same."""
    column = column_of(field)
    row = world.stored_one(things, owner_id=world.people[person].id)
    tasks.check_same(row[column], expected)
    with world.tenant(person) as tx:
        found = READERS[things](tx, row["id"])
    tasks.check_same(getattr(found, column), expected)
