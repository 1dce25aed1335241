"""Lists of what belongs to one row of several: of one parent, of one agent, about some rows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from domain.database.pages import Page
from domain.transactions import TenantWork
from features.support.arrange import given_work
from features.support.arrange.known_work import WorkState
from features.support.world import World


@dataclass(frozen=True)
class Family:
    """Rows that are listed by the row that they belong to."""

    table: str
    parent: str
    """The column that refers to it."""
    store_parent: Callable[[World, str, str], int]
    store_child: Callable[[World, str, str, str], object]
    """Given the person, the parent's name and the child's."""
    read: Callable[..., Page[Any]]


def _change(world: World, person: str, parent: str, child: str) -> None:
    known = world.state(WorkState).objectives
    with world.tenant(person) as tx:
        known[parent] = tx.objectives.change(known[parent], child)


def _agents(tx: TenantWork, parent_id: int, **page: Any) -> Page[Any]:
    return tx.workspace.agents(parent_id, **page)


def _turns(tx: TenantWork, parent_id: int, **page: Any) -> Page[Any]:
    return tx.workspace.turns(parent_id, **page)


def _entries(tx: TenantWork, parent_id: int, **page: Any) -> Page[Any]:
    return tx.objectives.history(parent_id, **page)


FAMILIES: Final = {
    "agents": Family(
        "agents",
        "project_id",
        lambda world, person, name: given_work.project(world, person, name).id,
        lambda world, person, parent, child: given_work.agent(world, person, child, parent),
        _agents,
    ),
    "turns": Family(
        "turns",
        "task_id",
        lambda world, person, name: given_work.task(world, person, name).id,
        lambda world, person, parent, child: given_work.turn(world, person, child, parent),
        _turns,
    ),
    "entries": Family(
        "objective_history",
        "objective_id",
        lambda world, person, name: given_work.objective(world, person, name).id,
        _change,
        _entries,
    ),
}
"""An objective has an entry when it is stored, and one more for each change."""


@dataclass
class FamilyState:
    """The ids of two parents."""

    parents: tuple[int, ...] = ()


def store(world: World, person: str, things: str, number: int) -> None:
    """Store two parents, and children of both in turn, until each has this number."""
    family = FAMILIES[things]
    names = ("first", "second")
    ids = [family.store_parent(world, person, name) for name in names]
    world.state(FamilyState).parents = tuple(ids)
    more = range(1, number + 1 - len(world.stored(family.table, **{family.parent: ids[0]})))
    for position in more:
        for name in names:
            family.store_child(world, person, name, f"{name} {position}")


def read(world: World, person: str, things: str, position: int, **size: int) -> None:
    """Read all pages of the children of one parent."""
    parent_id = world.state(FamilyState).parents[position]
    read_all(world, person, FAMILIES[things].read, parent_id=parent_id, **size)


def read_all(world: World, person: str, listing: Callable[..., Page[Any]], **how: Any) -> None:
    """Read all pages of a listing."""
    state = world.state(WorkState)
    with world.attempt():
        while not state.listing or state.listed_after is not None:
            with world.tenant(person) as tx:
                page = listing(tx, after=state.listed_after, **how)
            state.listing.append([each.id for each in page.items])
            state.listed_after = page.next_after


def check_only_of(world: World, things: str, position: int) -> None:
    """Fail unless all pages together have exactly the children of one parent, oldest first."""
    family = FAMILIES[things]
    parent_id = world.state(FamilyState).parents[position]
    check_exactly(world, world.stored(family.table, **{family.parent: parent_id}))


def check_exactly(world: World, rows: list[dict[str, Any]]) -> None:
    """Fail unless all pages together have exactly these rows."""
    expected = [row["id"] for row in rows]
    found = [id_ for page in world.state(WorkState).listing for id_ in page]
    assert found == expected, f"listed were {found}, stored are {expected}"
