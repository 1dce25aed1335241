"""Listing tasks by pages."""

from itertools import count
from typing import Any

from behave import given, then, when
from behave.runner import Context

from domain.work.tasks import TaskStatus
from features.support.arrange import given_work
from features.support.arrange.known_work import WorkState
from features.support.world import World


@given("{person:Person} has {number:Number} tasks, each followed by one of {other:Person}'s")
def has_tasks(context: Context, person: str, number: int, other: str) -> None:
    """Tasks that wait, in turn with somebody else's."""
    for position in range(1, number + 1):
        given_work.task(context.world, person, f"{person}'s {position}")
        given_work.task(context.world, other, f"{other}'s {position}")


@given("{person:Person} has {number:Number} task of each status")
@given("{person:Person} has {number:Number} tasks of each status")
def has_tasks_of_each(context: Context, person: str, number: int) -> None:
    """Tasks that have come so far, each way, called by it."""
    for position in range(1, number + 1):
        for status in TaskStatus:
            given_work.task(context.world, person, f"{status} {position}", status)


@given("{person:Person} submits another task")
def submits_another(context: Context, person: str) -> None:
    """A task that is younger than all others."""
    given_work.task(context.world, person, "the latest")


@given("{person:Person}'s task {number:Number} is deleted")
def numbered_deleted(context: Context, person: str, number: int) -> None:
    """One of several goes."""
    with context.world.tenant(person) as tx:
        tx.tasks.delete(context.world.state(WorkState).tasks[f"{person}'s {number}"])


@given("a worker has claimed the oldest task")
def oldest_claimed(context: Context) -> None:
    """The first task of all is being worked on."""
    with context.world.domain.worker() as tx:
        tx.tasks.claim()


@given("{person:Person} has read the first page of {size:Number} tasks")
def has_read_first_page(context: Context, person: str, size: int) -> None:
    """Read one page and remember where the next one starts."""
    _read_page(context.world, person, limit=size)


@when("{person:Person} lists {whose:Whose} tasks in pages of {size:Number}")
@when("{person:Person} lists the rest of {whose:Whose} tasks in pages of {size:Number}")
def lists_tasks(context: Context, person: str, whose: str, size: int) -> None:
    """Read pages until there is no more."""
    _read_pages(context.world, person, limit=size)


@when("{person:Person} lists {whose:Whose} {status:TaskStatus} tasks in pages of {size:Number}")
def lists_tasks_that_are(
    context: Context, person: str, whose: str, status: TaskStatus, size: int
) -> None:
    """Read pages of tasks of one status."""
    _read_pages(context.world, person, limit=size, status=status)


@when('{person:Person} lists the tasks of "{name:Quoted}"')
def lists_tasks_of(context: Context, person: str, name: str) -> None:
    """Read pages of one agent's tasks."""
    _read_pages(context.world, person, agent_id=context.world.state(WorkState).agents[name].id)


@then("the pages hold {sizes:Numbers} things")
def pages_hold(context: Context, sizes: list[int]) -> None:
    """So many on each page; a single empty page is none."""
    found = [len(page) for page in context.world.state(WorkState).listing]
    assert found == sizes, f"the pages hold {found}"


@then("every task of {person:Person}'s was listed once, oldest first")
@then("every task of {person:Person}'s that is still there was listed once, oldest first")
def every_task_once(context: Context, person: str) -> None:
    """All pages together are all of the person's tasks, in their order."""
    _check_listed(context.world, owner_id=context.world.people[person].id)


@then("every {status:TaskStatus} task of {person:Person}'s was listed once, oldest first")
def every_such_task_once(context: Context, status: TaskStatus, person: str) -> None:
    """All pages together are all of the person's tasks of this status, in their order."""
    _check_listed(context.world, owner_id=context.world.people[person].id, status=status)


@then('"{title:Quoted}" is all that was listed')
def all_that_was_listed(context: Context, title: str) -> None:
    """Exactly this was listed."""
    found = [each for page in context.world.state(WorkState).listing for each in page]
    assert found == [title], f"listed were {found}"


def _read_page(world: World, person: str, **which: Any) -> None:
    state = world.state(WorkState)
    with world.tenant(person) as tx:
        page = tx.tasks.list(after=state.listed_after, **which)
    state.listing.append([task.title for task in page.items])
    state.listed_after = page.next_after


def _read_pages(world: World, person: str, **which: Any) -> None:
    with world.attempt():
        for _ in count():
            _read_page(world, person, **which)
            if world.state(WorkState).listed_after is None:
                break


def _check_listed(world: World, **which: object) -> None:
    state = world.state(WorkState)
    stored = [row["title"] for row in world.stored("tasks", **which)]
    listed = [title for page in state.listing for title in page]
    there = [title for title in listed if title in stored]
    gone = {title for title in listed if title not in stored} & state.tasks.keys()
    assert there == stored, f"listed were {listed}, stored are {stored}"
    assert len(there) + len(gone) == len(listed), f"listed were {listed}"
