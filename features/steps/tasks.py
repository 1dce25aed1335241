"""Tasks: submitting and editing."""

import json
from typing import Any

from behave import given, then, when
from behave.runner import Context
from sqlalchemy import update

from domain import DomainError
from domain.transactions import TenantWork
from domain.work.tasks import Task, TaskStatus
from features.support.arrange import given_work
from features.support.arrange.known_work import WorkState
from features.support.execution import Execution
from features.support.identity.recorded import ObservedState
from features.support.tasks import read_back, tasks
from features.support.unit_of_work import session_of
from features.support.world import World

# --- what is stored already -----------------------------------------------------------------


@given('{person:Person} has a task "{title:Quoted}"{status:InStatus}')
def has_task(context: Context, person: str, title: str, status: TaskStatus) -> None:
    """A task without payload; each change of its status was a minute after the other."""
    given_work.task(context.world, person, title, status)


@given('{person:Person} has a task "{title:Quoted}" for "{name:Quoted}"{status:InStatus}')
def has_task_for(context: Context, person: str, title: str, name: str, status: TaskStatus) -> None:
    """A task that is assigned to an agent; each change of its status was a minute after another."""
    agent_id = context.world.state(WorkState).agents[name].id
    given_work.task(context.world, person, title, status, agent_id=agent_id)


@given('{person:Person} has {number:Number} tasks for "{name:Quoted}"')
def has_tasks_for(context: Context, person: str, number: int, name: str) -> None:
    """Pending tasks with titles such as "Scribe's 1"."""
    agent_id = context.world.state(WorkState).agents[name].id
    for position in range(1, number + 1):
        given_work.task(context.world, person, f"{name}'s {position}", agent_id=agent_id)


@given("{person:Person} has {number:Number} {tasks:Tasks} of each status")
def has_tasks_of_each(context: Context, person: str, number: int, tasks: str) -> None:
    """Tasks with titles such as "pending 1"."""
    for position in range(1, number + 1):
        for status in TaskStatus:
            given_work.task(context.world, person, f"{status} {position}", status)


@given('{person:Person} has {number:Number} {tasks:Tasks} of each status for "{name:Quoted}"')
def has_tasks_of_each_for(
    context: Context, person: str, number: int, tasks: str, name: str
) -> None:
    """Tasks that are assigned to an agent, with titles such as "pending 1 for Scribe"."""
    agent_id = context.world.state(WorkState).agents[name].id
    for position in range(1, number + 1):
        for status in TaskStatus:
            title = f"{status} {position} for {name}"
            given_work.task(context.world, person, title, status, agent_id=agent_id)


# --- submitting -----------------------------------------------------------------------------


@when('{person:Person} submits "{title:Quoted}"{how:Execution}')
@given('{person:Person} submits "{title:Quoted}"{how:Execution}')
def submits(context: Context, person: str, title: str, how: Execution) -> None:
    """Submit a task without payload."""
    world: World = context.world
    opening = world.as_tenant(person)
    task = world.perform(person, opening, lambda tx: tx.tasks.submit(title, {}), how)
    if task is not None:
        world.state(WorkState).tasks[title] = task


@given('{person:Person} submits "{title:Quoted}" with {payload:Data}')
@when('{person:Person} submits "{title:Quoted}" with {payload:Data}')
def submits_with(context: Context, person: str, title: str, payload: Any) -> None:
    """Submit a task with this payload."""
    tasks.submit(context.world, person, title=title, payload=payload)


@when('{person:Person} submits "{title:Quoted}" for {agent:Agent}')
def submits_for(context: Context, person: str, title: str, agent: str) -> None:
    """Submit a task for an agent of any owner."""
    world: World = context.world
    tasks.submit(world, person, title=title, agent_id=tasks.agent_id(world, agent))


@when("{person:Person} submits a task whose title is {value:Value}")
def submits_titled(context: Context, person: str, value: Any) -> None:
    """Submit a task with a title that may be refused."""
    tasks.submit(context.world, person, title=value)


@when("the tenant {user_id:Value} submits a task")
def tenant_submits(context: Context, user_id: Any) -> None:
    """Submit a task in a unit of work for an id that may be no account's."""
    world: World = context.world
    with world.attempt(), world.domain.tenant(user_id) as tx:
        tx.tasks.submit("Import", {})


@then("nothing was sent to the database")
def nothing_sent(context: Context) -> None:
    """No statement was sent except the one that binds the tenant."""
    sent = [
        each
        for each in context.world.state(ObservedState).statements
        if not each.startswith("SELECT set_config")
    ]
    assert not sent, f"sent were {json.dumps(sent)}"


# --- editing --------------------------------------------------------------------------------


@given('{person:Person} retitles "{title:Quoted}" to {new:Value}{how:Execution}')
@when('{person:Person} retitles "{title:Quoted}" to {new:Value}{how:Execution}')
def retitles(context: Context, person: str, title: str, new: Any, how: Execution) -> None:
    """Retitle the task as the person last read it."""
    world: World = context.world
    known = world.state(WorkState).tasks
    seen = known[title]
    task = world.perform(
        person, world.as_tenant(person), lambda tx: tx.tasks.retitle(seen, new), how
    )
    known[title] = task or seen


@given('another client retitles "{title:Quoted}" to "{new:Quoted}"')
def another_client_retitles(context: Context, title: str, new: str) -> None:
    """A change by the owner that the owner's next change is not based on."""
    tasks.retitle_unseen(context.world, title, new)


@when('{person:Person} assigns "{titles:Quoted}" to {agent:Agent}')
def assigns(context: Context, person: str, titles: str, agent: str | None) -> None:
    """Assign all these tasks, as they were last read, to an agent of any owner."""
    world: World = context.world
    seen = _seen(world, titles)
    with world.attempt(), world.tenant(person) as tx:
        assigned = tx.tasks.assign(seen, tasks.agent_id(world, agent))
        world.state(WorkState).listing.append([task.id for task in assigned])


@then("{titles:Titles} were returned, in this order")
def were_returned(context: Context, titles: list[str]) -> None:
    """Exactly these tasks came back from the last change."""
    state: WorkState = context.world.state(WorkState)
    expected = [state.tasks[title].id for title in titles]
    assert state.listing == [expected], f"returned were {state.listing}"


@when(
    '{person:Person} assigns "{titles:Quoted}" to {agent:Agent},'
    " and after the refusal only the first of them"
)
def assigns_in_two_attempts(context: Context, person: str, titles: str, agent: str) -> None:
    """Catch the refusal, and continue in the same unit of work."""
    world: World = context.world
    seen, agent_id = _seen(world, titles), tasks.agent_id(world, agent)
    refusals = []
    with world.attempt(), world.tenant(person) as tx:
        try:
            tx.tasks.assign(seen, agent_id)
        except DomainError as refusal:
            refusals.append(refusal)
        tx.tasks.assign(seen[:1], agent_id)
    assert len(refusals) == 1, "the first attempt was not refused"


@when('{person:Person} edits the title of "{title:Quoted}" in place')
def edits_in_place(context: Context, person: str, title: str) -> None:
    """Change the object that was read, so that the end of the unit of work sends the UPDATE."""
    world: World = context.world
    with world.attempt(), world.tenant(person) as tx:
        _find(tx, world, title).title = "edited in place"


@when(
    '{person:Person} edits the title of "{title:Quoted}" in place,'
    ' after another client retitles it to "{new:Quoted}"'
)
def edits_after_other(context: Context, person: str, title: str, new: str) -> None:
    """Read the object before the other change, and edit it afterwards."""
    world: World = context.world
    with world.attempt(), world.tenant(person) as tx:
        task = _find(tx, world, title)
        tasks.retitle_unseen(world, title, new)
        task.title = "edited in place"


@when("{person:Person} retitles all tasks in one statement, {versioned:SeenVersion}")
def retitles_all(context: Context, person: str, *, versioned: bool) -> None:
    """Send an UPDATE of one's own within the unit of work, instead of an operation."""
    world: World = context.world
    values: dict[str, Any] = {"title": "Import Q3"}
    if versioned:
        (version,) = {task.version for task in world.state(WorkState).tasks.values()}
        values["version"] = version + 1
    with world.attempt(), world.tenant(person) as tx:
        session_of(tx).execute(
            update(Task).values(values).execution_options(synchronize_session=False)
        )


# --- what is stored -------------------------------------------------------------------------


@then("there is 1 task")
def one_task(context: Context) -> None:
    """The tasks of all owners are exactly one."""
    found = len(context.world.stored("tasks"))
    assert found == 1, f"there are {found} tasks"


@then("there are {number:Number} tasks of {person:Person}'s, and none of {other:Person}'s")
def tasks_of_one(context: Context, number: int, person: str, other: str) -> None:
    """Only the first of the two owns tasks: exactly this number."""
    world: World = context.world
    found = {
        name: len(world.stored("tasks", owner_id=world.people[name].id)) for name in (person, other)
    }
    assert found == {person: number, other: 0}, f"there are {found}"


@then('"{title:Quoted}" is now {status:TaskStatus}')
def is_now(context: Context, title: str, status: TaskStatus) -> None:
    """The task is stored with this status."""
    world: World = context.world
    found = world.stored_one("tasks", id=world.state(WorkState).tasks[title].id)["status"]
    assert found == status, f"it is {found}"


@then('the {field:Field} of "{title:Quoted}" reads back as {value:Data}')
def reads_back(context: Context, field: str, title: str, value: Any) -> None:
    """The owner reads the same value, in the same types."""
    world: World = context.world
    refusal = world.outcome.claim()
    assert refusal is None, f"it was refused: {refusal}"
    column = read_back.column_of(field)
    tasks.check_same(getattr(tasks.read_again(world, title), column), value)


def _seen(world: World, titles: str) -> list[Task]:
    return [world.state(WorkState).tasks[title] for title in titles.split(", ") if title]


def _find(tx: TenantWork, world: World, title: str) -> Task:
    return tx.tasks.get(world.state(WorkState).tasks[title].id)
