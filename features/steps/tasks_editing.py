"""Editing and deleting tasks, on the ground of what was seen of them."""

from typing import Any

from behave import given, then, when
from behave.runner import Context
from sqlalchemy import update

from domain import DomainError
from domain.work.tasks import Task
from features.support.arrange.known_work import WorkState
from features.support.tasks import tasks
from features.support.world import World


@when('{person:Person} retitles "{title:Quoted}" to "{new:Quoted}"')
def retitles(context: Context, person: str, title: str, new: str) -> None:
    """Retitle the task as the person last saw it."""
    _retitle(context.world, person, title, new)


@when('{person:Person} retitles "{title:Quoted}" to the title {new:Value}')
def retitles_to_value(context: Context, person: str, title: str, new: Any) -> None:
    """Retitle the task to something that may be refused."""
    _retitle(context.world, person, title, new)


@when('{person:Person} retitles "{title:Quoted}" to "{new:Quoted}" at the same time')
def retitles_meanwhile(context: Context, person: str, title: str, new: str) -> None:
    """Retitle the task in a unit of work of one's own, while another is open."""
    world: World = context.world
    user_id, task = world.people[person].id, world.state(WorkState).tasks[title]
    actor = world.begin_work(person, lambda domain: domain.tenant(user_id))
    actor.do(lambda tx: tx.tasks.retitle(task, new))


@when('{person:Person} assigns "{titles:Quoted}" to "{name:Quoted}"')
def assigns(context: Context, person: str, titles: str, name: str) -> None:
    """Hand all of them to an agent, whosever it is, as the person last saw them."""
    _assign(context.world, person, titles, context.world.state(WorkState).agents[name].id)


@when('{person:Person} assigns "{titles:Quoted}" to anybody')
def assigns_to_anybody(context: Context, person: str, titles: str) -> None:
    """Take all of them away from whatever agent they have."""
    _assign(context.world, person, titles, None)


@when(
    '{person:Person} assigns "{titles:Quoted}" to "{name:Quoted}", and then only the first of them',
)
def assigns_in_two_attempts(context: Context, person: str, titles: str, name: str) -> None:
    """Swallow the refusal, and go on with less in the same unit of work."""
    world: World = context.world
    state = world.state(WorkState)
    seen = [state.tasks[title] for title in tasks.titles(titles)]
    agent_id = state.agents[name].id
    refusals = []
    with world.attempt(), world.tenant(person) as tx:
        try:
            tx.tasks.assign(seen, agent_id)
        except DomainError as refusal:
            refusals.append(refusal)
        tx.tasks.assign(seen[:1], agent_id)
    assert len(refusals) == 1, "the first attempt was not refused"


@given('{person:Person} has deleted the task "{title:Quoted}"')
@when('{person:Person} deletes the task "{title:Quoted}"')
def deletes(context: Context, person: str, title: str) -> None:
    """Delete the task as the person last saw it."""
    world: World = context.world
    world.acting = person
    with world.attempt(), world.tenant(person) as tx:
        tx.tasks.delete(world.state(WorkState).tasks[title])


@when('{person:Person} edits the title of "{title:Quoted}" in place')
def edits_in_place(context: Context, person: str, title: str) -> None:
    """Change the entity itself, and leave the writing to the unit of work."""
    world: World = context.world
    with world.attempt(), world.tenant(person) as tx:
        tx.tasks.get(world.state(WorkState).tasks[title].id).title = "edited in place"


@when('{person:Person} edits "{title:Quoted}" in place, and somebody else retitles it meanwhile')
def edits_while_retitled(context: Context, person: str, title: str) -> None:
    """Change the entity after somebody else has changed the task."""
    world: World = context.world
    with world.attempt(), world.tenant(person) as tx:
        task = tx.tasks.get(world.state(WorkState).tasks[title].id)
        tasks.retitle_unseen(world, title, "as somebody else wants it")
        task.title = "edited in place"


@then("the task is stored as somebody else has left it")
def stored_as_left(context: Context) -> None:
    """Only the other change was written, once."""
    context.world.stored_one("tasks", title="as somebody else wants it", version=2)


@when("{person:Person} makes a bulk change that rests on {whose:Whose} reading")
def bulk_change(context: Context, person: str, whose: str) -> None:
    """Send an UPDATE of one's own, past the operations but within the unit of work."""
    version = context.world.state(WorkState).tasks["Import Q3 figures"].version + 1
    _update_all(context.world, person, {"title": "Import Q3", "version": version})


@when("{person:Person} makes a bulk change without counting it")
def bulk_change_uncounted(context: Context, person: str) -> None:
    """Send an UPDATE that does not look after the version."""
    _update_all(context.world, person, {"title": "Import Q3"})


@then('the task "{title:Quoted}" is gone, and what was said about it')
def is_gone(context: Context, title: str) -> None:
    """Neither the task nor any turn of it is stored."""
    world: World = context.world
    assert world.outcome.claim() is None, "the deletion was refused"
    task_id = world.state(WorkState).tasks[title].id
    left = [*world.stored("tasks", id=task_id), *world.stored("turns", task_id=task_id)]
    assert not left, f"left are {left}"


def _retitle(world: World, person: str, title: str, new: Any) -> None:
    state = world.state(WorkState)
    with world.attempt(), world.tenant(person) as tx:
        state.tasks[title] = tx.tasks.retitle(state.tasks[title], new)


def _assign(world: World, person: str, titles: str, agent_id: int | None) -> None:
    seen = [world.state(WorkState).tasks[title] for title in tasks.titles(titles)]
    with world.attempt(), world.tenant(person) as tx:
        tx.tasks.assign(seen, agent_id)


def _update_all(world: World, person: str, values: dict[str, Any]) -> None:
    with world.attempt(), world.tenant(person) as tx:
        tx.tasks._session.execute(  # noqa: SLF001 (what a careless colleague would do)
            update(Task).values(values).execution_options(synchronize_session=False)
        )
