"""Two people at one thing, in lock step: each in the middle of a unit of work of their own."""

from behave import given, then, when
from behave.runner import Context

from features.support.arrange.known_work import WorkState
from features.support.world import World

# --- tasks and accounts that go -------------------------------------------------------------


@given('{person:Person} has begun to delete the task "{title:Quoted}"')
def has_begun_to_delete_task(context: Context, person: str, title: str) -> None:
    """Delete a task in a unit of work that is still open."""
    _start_deleting_task(context.world, person, title)
    context.world.actors[person].outcome()


@when('{person:Person} deletes the task "{title:Quoted}" at the same time')
def deletes_task_meanwhile(context: Context, person: str, title: str) -> None:
    """Delete a task in a unit of work of one's own, while another is open."""
    _start_deleting_task(context.world, person, title)


@given("{person:Person} has begun to delete {whose:Whose} account")
def has_begun_to_delete_account(context: Context, person: str, whose: str) -> None:
    """Delete an account in a unit of work that is still open."""
    _start_deleting_account(context.world, person)
    context.world.actors[person].outcome()


@when("{person:Person} deletes {whose:Whose} account at the same time")
def deletes_account_meanwhile(context: Context, person: str, whose: str) -> None:
    """Delete an account in a unit of work of one's own, while another is open."""
    _start_deleting_account(context.world, person)


@then("there are {number:Number} tasks of {person:Person}'s, and none of {other:Person}'s")
def tasks_left(context: Context, number: int, person: str, other: str) -> None:
    """Whose tasks are stored."""
    world: World = context.world
    found = {
        name: len(world.stored("tasks", owner_id=world.people[name].id)) for name in (person, other)
    }
    assert found == {person: number, other: 0}, f"there are {found}"


@when('{person:Person} submits the task "{title:Quoted}" at the same time')
def submits_meanwhile(context: Context, person: str, title: str) -> None:
    """Submit a task in a unit of work of one's own, while another is open."""
    user_id = context.world.people[person].id
    actor = context.world.begin_work(person, lambda domain: domain.tenant(user_id))
    actor.do(lambda tx: tx.tasks.submit(title, payload=None))


def _start_deleting_task(world: World, person: str, title: str) -> None:
    user_id, task = world.people[person].id, world.state(WorkState).tasks[title]
    actor = world.begin_work(person, lambda domain: domain.tenant(user_id))
    actor.do(lambda tx: tx.tasks.delete(task))


def _start_deleting_account(world: World, person: str) -> None:
    user = world.people[person]
    world.begin_work(person).do(lambda tx: tx.accounts.delete(user))
