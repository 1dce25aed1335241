"""Tasks: submitting, reading, editing, deleting one's own."""

import json
from typing import Any

from behave import given, then, when
from behave.runner import Context

from domain.work.tasks import TaskStatus
from features.support.arrange import given_work
from features.support.arrange.known_work import WorkState
from features.support.identity.recorded import ObservedState
from features.support.tasks import tasks
from features.support.tasks.invalid_json import UNFIT, around
from features.support.world import World
from pgharness.data import data_tables
from pgharness.observe import statement_recorder

# --- what is there already ------------------------------------------------------------------


@given('{person:Person} has a project "{slug:Quoted}" with an agent "{name:Quoted}"')
def has_agent(context: Context, person: str, slug: str, name: str) -> None:
    """A project, and one agent in it."""
    given_work.project(context.world, person, slug)
    given_work.agent(context.world, person, name, slug)


@given('{person:Person} has a task "{title:Quoted}"')
def has_task(context: Context, person: str, title: str) -> None:
    """A task that waits, with nothing in its payload."""
    given_work.task(context.world, person, title)


@given('{person:Person} has a task "{title:Quoted}" with {payload:Json}')
def has_task_with(context: Context, person: str, title: str, payload: Any) -> None:
    """A task that waits, with this payload."""
    given_work.task(context.world, person, title, payload=payload)


@given('{person:Person} has a task "{title:Quoted}" for "{name:Quoted}"')
def has_task_for(context: Context, person: str, title: str, name: str) -> None:
    """A task that waits for an agent."""
    given_work.task(
        context.world, person, title, agent_id=context.world.state(WorkState).agents[name].id
    )


@given('{person:Person} has a task "{title:Quoted}" that is {status:TaskStatus}')
def has_task_that_is(context: Context, person: str, title: str, status: TaskStatus) -> None:
    """A task that has come so far, each step a minute after the other."""
    given_work.task(context.world, person, title, status)


@given('"{text:Quoted}" was said about "{title:Quoted}"')
def was_said(context: Context, text: str, title: str) -> None:
    """A turn of the task's owner."""
    given_work.turn(context.world, tasks.owner(context.world, title), text, title)


@given('{person:Person} is looking at the task "{title:Quoted}"')
def is_looking_at(context: Context, person: str, title: str) -> None:
    """Read the task; what the person does next rests on this reading."""
    tasks.read_again(context.world, title)


@given('somebody else retitles "{title:Quoted}" to "{new:Quoted}"')
def somebody_else_retitles(context: Context, title: str, new: str) -> None:
    """A change that the owner does not know of."""
    tasks.retitle_unseen(context.world, title, new)


# --- submitting -----------------------------------------------------------------------------


@when('{person:Person} submits "{title:Quoted}" with {payload:Json}')
def submits_with(context: Context, person: str, title: str, payload: Any) -> None:
    """Submit a task with this payload."""
    tasks.submit(context.world, person, title=title, payload=payload)


@when('{person:Person} submits "{title:Quoted}" for "{name:Quoted}"')
def submits_for(context: Context, person: str, title: str, name: str) -> None:
    """Submit a task for an agent, whosever it is."""
    tasks.submit(
        context.world, person, title=title, agent_id=context.world.state(WorkState).agents[name].id
    )


@when('{person:Person} submits "{title:Quoted}" for an agent that there never was')
def submits_for_nobody(context: Context, person: str, title: str) -> None:
    """Submit a task for an agent with an id that nobody has."""
    tasks.submit(context.world, person, title=title, agent_id=4242)


@when("{person:Person} submits a task whose title is {value:Value}")
def submits_titled(context: Context, person: str, value: Any) -> None:
    """Submit a task with a title that may be refused."""
    tasks.submit(context.world, person, title=value)


@when("{person:Person} submits a task whose payload holds {unfit}")
def submits_unfit(context: Context, person: str, unfit: str) -> None:
    """Submit a task whose payload has something in it that JSON cannot hold."""
    world: World = context.world
    with statement_recorder.watched(world.engine) as world.state(ObservedState).statements:
        tasks.submit(world, person, title="Import", payload=around(UNFIT[unfit]))


@when('{person:Person} submits "{title:Quoted}" in a unit of work that then fails')
def submits_and_fails(context: Context, person: str, title: str) -> None:
    """Submit, then let something else in the same unit of work go wrong."""
    mishap = RuntimeError("the mail server is away")
    seen: list[RuntimeError] = []
    try:
        with context.world.attempt(), context.world.tenant(person) as tx:
            tx.tasks.submit(title, {})
            raise mishap
    except RuntimeError as error:
        seen.append(error)
    assert seen == [mishap], f"the caller did not see the error that happened, but {seen}"


@when("somebody without an account submits a task")
def nobody_submits(context: Context) -> None:
    """Submit a task for a user who is not there."""
    _submit_as(context.world, 4242)


@when("the tenant {user_id:Value} submits a task")
def tenant_submits(context: Context, user_id: Any) -> None:
    """Submit a task for what may be no user's id."""
    _submit_as(context.world, user_id)


def _submit_as(world: World, user_id: Any) -> None:
    with world.attempt(), world.domain.tenant(user_id) as tx:
        tx.tasks.submit("Import", {})


# --- reading --------------------------------------------------------------------------------


@when('{person:Person} reads the task "{title:Quoted}"')
def reads_task(context: Context, person: str, title: str) -> None:
    """Read a task by its id, whosever it is."""
    world: World = context.world
    state = world.state(WorkState)
    with world.attempt(), world.tenant(person) as tx:
        state.read = tx.tasks.get(state.tasks[title].id)


@then('it is the task "{title:Quoted}" in every field')
def is_task(context: Context, title: str) -> None:
    """What was read is this task."""
    world: World = context.world
    state = world.state(WorkState)
    refusal = world.outcome.claim()
    assert refusal is None, f"the reading was refused: {refusal}"
    stored = world.stored_one("tasks", id=state.tasks[title].id)
    assert {column: getattr(state.read, column) for column in stored} == stored


# --- what is stored -------------------------------------------------------------------------


@then("these tasks are stored")
def tasks_stored(context: Context) -> None:
    """Exactly these tasks are stored, oldest first; an empty cell is nothing."""
    world: World = context.world
    data_tables.expect(
        context.table, (tasks.described(world, row) for row in world.stored("tasks"))
    )


@then("there is 1 task")
def one_task(context: Context) -> None:
    """A single task is stored."""
    found = len(context.world.stored("tasks"))
    assert found == 1, f"there are {found} tasks"


@then("nothing was sent to the database")
def nothing_sent(context: Context) -> None:
    """No statement but the one that binds the tenant."""
    sent = [
        each
        for each in context.world.state(ObservedState).statements
        if not each.startswith("SELECT set_config")
    ]
    assert not sent, f"sent were {json.dumps(sent)}"


@then('"{title:Quoted}" is now {status:TaskStatus}')
def is_now(context: Context, title: str, status: TaskStatus) -> None:
    """The task is stored with this status."""
    world: World = context.world
    found = world.stored_one("tasks", id=world.state(WorkState).tasks[title].id)["status"]
    assert found == status, f"it is {found}"
