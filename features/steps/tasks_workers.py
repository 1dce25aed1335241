"""Workers: claiming tasks, and reporting on them."""

from typing import Any

from behave import given, then, when
from behave.runner import Context

from domain import Domain
from domain.work.task_queue import Claim
from domain.work.tasks import TaskStatus
from features.support.arrange.known_work import WorkState
from features.support.arrange.work_factories import ERROR, RESULT
from features.support.execution import Execution
from features.support.tasks import tasks
from features.support.world import World


@given('a worker knows only the version before of "{title:Quoted}"')
def knows_outdated_version(context: Context, title: str) -> None:
    """The task was changed once since it was read."""
    context.world.state(WorkState).tasks[title].version -= 1


# --- claiming -------------------------------------------------------------------------------


@given("{worker:Worker} claims a task{how:Execution}")
@when("{worker:Worker} claims a task{how:Execution}")
def claims(context: Context, worker: str, how: Execution) -> None:
    """Claim the task that is next."""
    world: World = context.world
    claim = world.perform(worker, Domain.worker, lambda tx: tx.tasks.claim(), how)
    world.state(WorkState).claims += [claim] if claim else []


@when("{worker:Worker} claims {number:Number} tasks")
def claims_several(context: Context, worker: str, number: int) -> None:
    """Claim in as many units of work."""
    world: World = context.world
    with world.attempt():
        for _ in range(number):
            with world.domain.worker() as tx:
                claim = tx.tasks.claim()
            world.state(WorkState).claims += [claim] if claim else []


@then("{worker:Worker} has claimed {titles:Titles}")
def has_claimed(context: Context, worker: str, titles: list[str]) -> None:
    """Exactly these tasks, in this order."""
    world: World = context.world
    if worker in world.actors:
        claims = [claim for claim in [world.actors[worker].outcome()] if isinstance(claim, Claim)]
    else:
        assert world.outcome.claim() is None, "the claim was refused"
        claims = world.state(WorkState).claims
    found = [claim.title for claim in claims]
    assert found == titles, f"claimed were {found}"


@then('the claim is of "{title:Quoted}" with {payload:Data}')
def claim_is(context: Context, title: str, payload: Any) -> None:
    """The only claim names the task, its owner, its agent and its version."""
    state: WorkState = context.world.state(WorkState)
    task = state.tasks[title]
    expected = Claim(task.id, task.owner_id, task.agent_id, title, payload, task.version + 1)
    assert state.claims == [expected], f"claimed were {state.claims}"
    tasks.check_same(state.claims[0].payload, payload)


# --- reporting ------------------------------------------------------------------------------


@when('a worker reports that "{title:Quoted}" is {status:TaskStatus}')
def reports(context: Context, title: str, status: TaskStatus) -> None:
    """Report a status with what it needs: a result if completed, an error if failed."""
    values: dict[TaskStatus, dict[str, Any]] = {
        TaskStatus.COMPLETED: {"result": RESULT},
        TaskStatus.FAILED: {"error": ERROR},
    }
    world: World = context.world
    with world.attempt(), world.domain.worker() as tx:
        tx.tasks.report(world.state(WorkState).tasks[title], status, **values.get(status, {}))


@given('{worker:Worker} completes "{title:Quoted}"{how:Execution}')
@when('{worker:Worker} completes "{title:Quoted}"{how:Execution}')
def completes(context: Context, worker: str, title: str, how: Execution) -> None:
    """Report a result."""
    world: World = context.world
    task = world.state(WorkState).tasks[title]
    world.perform(worker, Domain.worker, lambda tx: tx.tasks.complete(task, RESULT), how)


@when('a worker completes "{title:Quoted}" with {result:Data}')
def completes_with(context: Context, title: str, result: Any) -> None:
    """Report this result."""
    world: World = context.world
    with world.attempt(), world.domain.worker() as tx:
        tx.tasks.complete(world.state(WorkState).tasks[title], result)


@when('{worker:Worker} fails "{title:Quoted}"{how:Execution}')
def fails(context: Context, worker: str, title: str, how: Execution) -> None:
    """Report an error without details."""
    world: World = context.world
    task = world.state(WorkState).tasks[title]
    world.perform(worker, Domain.worker, lambda tx: tx.tasks.fail(task, ERROR), how)


@when('a worker fails "{title:Quoted}" because of {error:Value}')
def fails_because(context: Context, title: str, error: Any) -> None:
    """Report this error without details."""
    _fail(context.world, title, error)


@when('a worker fails "{title:Quoted}" because of {error:Value} with {details:Data}')
def fails_with_details(context: Context, title: str, error: Any, details: Any) -> None:
    """Report this error with these details."""
    _fail(context.world, title, error, details)


@then('a failed task "{title:Quoted}" has no details')
def has_no_details(context: Context, title: str) -> None:
    """The column is NULL, which to the driver is the same as JSON's null."""
    world: World = context.world
    refusal = world.outcome.claim()
    assert refusal is None, f"the report was refused: {refusal}"
    task_id = world.state(WorkState).tasks[title].id
    found = world.reader.execute(
        "SELECT status = 'failed' AND error_details IS NULL FROM tasks WHERE id = %s", [task_id]
    ).fetchone()
    assert found == (True,), "it has details, or has not failed"


@then('the refusal names "{title:Quoted}"')
def refusal_names(context: Context, title: str) -> None:
    """The sentence of the refusal that was asserted begins with the id of this task."""
    world: World = context.world
    named = f"task {world.state(WorkState).tasks[title].id} is "
    assert str(world.outcome.judged).startswith(named), f"it says: {world.outcome.judged}"


def _fail(world: World, title: str, error: Any, details: Any = None) -> None:
    with world.attempt(), world.domain.worker() as tx:
        tx.tasks.fail(world.state(WorkState).tasks[title], error, details)
