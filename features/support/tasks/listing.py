"""Reading lists of what a tenant owns, page by page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from domain.database.pages import Page
from domain.transactions import TenantWork
from domain.work.objectives import Objective
from domain.work.projects import Agent, Project
from domain.work.tasks import Task, TaskStatus
from domain.work.turns_and_events import Event, Turn
from features.support.arrange import given_work
from features.support.arrange.known_work import WorkState
from features.support.manual_clock import ManualClock
from features.support.world import World

STEP: Final = timedelta(hours=1)

Listing = Callable[..., Page[Any]]

LISTINGS: Final[dict[str, Listing]] = {
    "projects": lambda tx, **page: tx.workspace.projects(**page),
    "agents": lambda tx, **page: tx.workspace.agents(tx.workspace.projects().items[0].id, **page),
    "tasks": lambda tx, **page: tx.tasks.list(**page),
    "turns": lambda tx, **page: tx.workspace.turns(tx.tasks.list().items[0].id, **page),
    "events": lambda tx, **page: tx.workspace.events(**page),
    "objectives": lambda tx, **page: tx.objectives.list(**page),
}
"""How each kind of row is listed: agents of the first project, turns of the first task."""


@dataclass(frozen=True)
class Selection:
    """Which of a tenant's rows a list is to contain."""

    status: TaskStatus | None = None
    remaining: bool = False
    """Those that no page has shown yet, or that have not been deleted since."""

    @property
    def filters(self) -> dict[str, Any]:
        """Columns and their values."""
        return {} if self.status is None else {"status": self.status}


def read_page(world: World, person: str, things: str, **how: Any) -> None:
    """Read the page after the last one."""
    state = world.state(WorkState)
    with world.tenant(person) as tx:
        page = LISTINGS[things](tx, after=state.listed_after, **how)
    state.listing.append([each.id for each in page.items])
    state.listed_after = page.next_after


def read_pages(world: World, person: str, things: str, **how: Any) -> None:
    """Read all pages from there on, and keep a refusal, if any."""
    with world.attempt():
        read_page(world, person, things, **how)
        while world.state(WorkState).listed_after is not None:
            read_page(world, person, things, **how)


def check_listed(world: World, person: str, things: str, selection: Selection) -> None:
    """Fail unless all pages together have each of the person's rows once, oldest first.

    If only the remaining rows count, the pages may also have some that have been deleted since.
    """
    state = world.state(WorkState)
    owner_id = world.people[person].id
    expected = [row["id"] for row in world.stored(things, owner_id=owner_id, **selection.filters)]
    listed = [id_ for page in state.listing for id_ in page]
    found = listed
    if selection.remaining:
        stored = {row["id"] for row in world.stored(things)}
        known = {each.id for each in state.known(things).values()}
        found = [id_ for id_ in listed if id_ in stored]
        deleted = [id_ for id_ in listed if id_ not in stored]
        assert set(deleted) <= known, f"listed were {listed}, of which some never existed"
        assert len(deleted) == len(set(deleted)), f"listed were {listed}, of which some twice"
    assert found == expected, f"listed were {listed}, stored are {expected}"


def backwards(world: World, person: str, number: int, things: str) -> None:
    """Store several rows of a kind, each at an earlier time than the one before."""
    _prepare(world, person, things)  # at the earliest time: a turn is not before its task
    world.clock.advance(number * STEP)
    for _ in range(number):
        another(world, person, things)
        world.clock = ManualClock(world.clock.now() - STEP)


def another(
    world: World, person: str, things: str
) -> Project | Agent | Task | Turn | Event | Objective:
    """Store one more row of a kind, in the person's first project or about the first task."""
    number = len(world.stored(things, owner_id=world.people[person].id)) + 1
    name = f"{person.lower()}-{number}"
    slug, title = _prepare(world, person, things)
    makers: dict[str, Callable[[], Project | Agent | Task | Turn | Event | Objective]] = {
        "projects": lambda: given_work.project(world, person, name),
        "agents": lambda: given_work.agent(world, person, name, slug),
        "tasks": lambda: given_work.task(world, person, f"{person}'s {number}"),
        "turns": lambda: given_work.turn(world, person, name, title),
        "events": lambda: given_work.event(world, person, "seen"),
        "objectives": lambda: given_work.objective(world, person, name),
    }
    return makers[things]()


def _prepare(world: World, person: str, things: str) -> tuple[str, str]:
    """Store what rows of a kind belong to; return the slug and the title that it has."""
    state = world.state(WorkState)
    slug, title = f"{person.lower()}-first", f"{person}'s first"
    if things == "agents" and slug not in state.projects:
        given_work.project(world, person, slug)
    if things == "turns" and title not in state.tasks:
        given_work.task(world, person, title)
    return slug, title


def by_id(tx: TenantWork, things: str, id_: int) -> Task | Objective:
    """Read one row by its id."""
    return tx.tasks.get(id_) if things == "tasks" else tx.objectives.get(id_)


def delete(tx: TenantWork, things: str, seen: Any) -> None:
    """Delete one row as it was last read."""
    operations: dict[str, Callable[[], None]] = {
        "projects": lambda: tx.workspace.delete_project(seen.id),
        "agents": lambda: tx.workspace.delete_agent(seen.id),
        "tasks": lambda: tx.tasks.delete(seen),
        "objectives": lambda: tx.objectives.delete(seen),
    }
    operations[things]()
