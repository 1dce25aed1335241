"""What workers do: claiming tasks, alone and many at once, and reporting on them."""

from datetime import timedelta
from typing import Any, Final

from behave import given, then, when
from behave.runner import Context

from domain import Domain, DomainError, ManualClock
from domain.work.task_queue import Claim
from domain.work.tasks import TaskStatus
from domain.work.workspace import TurnActor, TurnIntent
from features.support.arrange.known_work import WorkState
from features.support.arrange.work_factories import ERROR, RESULT
from features.support.tasks import tasks
from features.support.tasks.invalid_json import UNFIT, around, megabyte
from features.support.world import World

NOTHING: Final = "nothing"


@given("the worker's clock is an hour behind")
def clock_behind(context: Context) -> None:
    """The next unit of work goes by an earlier time than all before."""
    context.world.clock = ManualClock(context.world.clock.now() - timedelta(hours=1))


@given('a worker knows "{title:Quoted}" only as it was before')
def knows_former(context: Context, title: str) -> None:
    """The last reading is a version behind."""
    context.world.state(WorkState).tasks[title].version -= 1


# --- claiming -------------------------------------------------------------------------------


@when("a worker claims {number:Number} task")
@when("a worker claims {number:Number} tasks")
def claims(context: Context, number: int) -> None:
    """Claim so many times, each in a unit of work of its own."""
    world: World = context.world
    with world.attempt():
        for _ in range(number):
            with world.domain.worker() as tx:
                claim = tx.tasks.claim()
            world.state(WorkState).claims += [claim] if claim else []


@given("the {which} worker has begun to claim a task")
def has_begun_to_claim(context: Context, which: str) -> None:
    """Claim in a unit of work that is still open."""
    _start(context.world, which, lambda tx: tx.tasks.claim())
    context.world.actors[f"{which} worker"].outcome()


@when("the {which} worker claims a task at the same time")
def claims_meanwhile(context: Context, which: str) -> None:
    """Claim in a unit of work of one's own, while another is open."""
    _start(context.world, which, lambda tx: tx.tasks.claim())


@given('{person:Person} has begun to say "{text:Quoted}" about "{title:Quoted}"')
def has_begun_to_say(context: Context, person: str, text: str, title: str) -> None:
    """Say something about a task in a unit of work that is still open."""
    world: World = context.world
    user_id, task_id = world.people[person].id, world.state(WorkState).tasks[title].id
    actor = world.begin_work(person, lambda domain: domain.tenant(user_id))
    actor.do(lambda tx: tx.workspace.say(task_id, TurnActor.USER, TurnIntent.COMMAND, text))
    actor.outcome()


@then('"{titles:Quoted}" were claimed, and nothing more')
def were_claimed(context: Context, titles: str) -> None:
    """Exactly these, in this order."""
    context.world.outcome.claim()
    found = [claim.title for claim in context.world.state(WorkState).claims]
    assert found == tasks.titles(titles), f"claimed were {found}"


@then("nothing was claimed")
def nothing_claimed(context: Context) -> None:
    """No task was given out, and nothing was refused."""
    state: WorkState = context.world.state(WorkState)
    assert context.world.outcome.claim() is None, "the claim was refused"
    assert state.claims == [], f"claimed were {state.claims}"


@then('the claim is "{title:Quoted}" with {payload:Json}')
def claim_is(context: Context, title: str, payload: Any) -> None:
    """The worker was told which task it is, in which version, and what it needs."""
    state: WorkState = context.world.state(WorkState)
    task = state.tasks[title]
    expected = Claim(task.id, task.owner_id, task.agent_id, title, payload, task.version + 1)
    assert state.claims == [expected], f"claimed were {state.claims}"


@then("the {which} worker never has to wait")
def never_has_to_wait(context: Context, which: str) -> None:
    """The server never says that the worker waits for a lock."""
    context.world.actors[f"{which} worker"].check_never_blocked(context.world.reader)


@then("the {which} worker has claimed {what}")
def has_claimed(context: Context, which: str, what: str) -> None:
    """What this worker was given: a title, or nothing."""
    claim = context.world.actors[f"{which} worker"].outcome()
    found = f'"{claim.title}"' if isinstance(claim, Claim) else NOTHING
    assert found == what, f"claimed was {found}"


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


@when('a worker completes "{title:Quoted}" with {result:Json}')
def completes(context: Context, title: str, result: Any) -> None:
    """Report a result."""
    _complete(context.world, title, result)


@when('a worker completes "{title:Quoted}" with one megabyte of nested data')
def completes_large(context: Context, title: str) -> None:
    """Report a result of more than a million characters."""
    _complete(context.world, title, megabyte())


@when('a worker completes "{title:Quoted}" with {unfit} in the result')
def completes_unfit(context: Context, title: str, unfit: str) -> None:
    """Report a result that has something in it that JSON cannot hold."""
    _complete(context.world, title, around(UNFIT[unfit]))


@when('a worker fails "{title:Quoted}" with "{error:Quoted}" and {details:Json}')
def fails_with_details(context: Context, title: str, error: str, details: Any) -> None:
    """Report an error, and what more there is to say."""
    _fail(context.world, title, error, details)


@when('a worker fails "{title:Quoted}" with a set in the details')
def fails_unfit(context: Context, title: str) -> None:
    """Report an error whose details JSON cannot hold."""
    _fail(context.world, title, ERROR, around(UNFIT["a set"]))


@when('a worker fails "{title:Quoted}" because of {error:Value}')
def fails(context: Context, title: str, error: Any) -> None:
    """Report an error."""
    _fail(context.world, title, error)


@given('the {which} worker has begun to complete "{title:Quoted}"')
def has_begun_to_complete(context: Context, which: str, title: str) -> None:
    """Report a result in a unit of work that is still open."""
    task = context.world.state(WorkState).tasks[title]
    _start(context.world, which, lambda tx: tx.tasks.complete(task, RESULT))
    context.world.actors[f"{which} worker"].outcome()


@when('the {which} worker fails "{title:Quoted}" at the same time')
def fails_meanwhile(context: Context, which: str, title: str) -> None:
    """Report an error in a unit of work of one's own, while another is open."""
    task = context.world.state(WorkState).tasks[title]
    _start(context.world, which, lambda tx: tx.tasks.fail(task, ERROR))


@then("the worker is told that the task {answer:Sentence}")
def worker_told(context: Context, answer: str) -> None:
    """The report went through, or was refused with a sentence about exactly this task."""
    refusal = context.world.outcome.claim()
    (task_id,) = [
        task.id for title, task in context.world.state(WorkState).tasks.items() if "Q3" in title
    ]
    expected = None if answer == "was accepted" else f"task {task_id} {answer}"
    found = None if refusal is None else str(refusal)
    assert found == expected, f"the worker was told: {found}"


@then('{person:Person} finds "{title:Quoted}" completed with exactly {result:Json}')
def finds_completed(context: Context, person: str, title: str, result: Any) -> None:
    """The owner reads this result, in the same types."""
    assert context.world.outcome.claim() is None, "the report was refused"
    _check_same(tasks.read_again(context.world, title).result, result)


@then('{person:Person} finds the megabyte in "{title:Quoted}", unchanged')
def finds_large(context: Context, person: str, title: str) -> None:
    """The owner reads all of it."""
    assert context.world.outcome.claim() is None, "the report was refused"
    _check_same(tasks.read_again(context.world, title).result, megabyte())


@then('{person:Person} finds "{title:Quoted}" with exactly {payload:Json}')
def finds_payload(context: Context, person: str, title: str, payload: Any) -> None:
    """The owner reads this payload, in the same types."""
    assert context.world.outcome.claim() is None, "the submission was refused"
    _check_same(tasks.read_again(context.world, title).payload, payload)


@then('{person:Person} finds "{title:Quoted}" failed because of {error:Value}')
def finds_failed(context: Context, person: str, title: str, error: str) -> None:
    """The owner reads this error, and no details."""
    assert context.world.outcome.claim() is None, "the report was refused"
    task = tasks.read_again(context.world, title)
    found = (task.status, task.error, task.error_details)
    assert found == (TaskStatus.FAILED, error, None), f"found was {found}"


@then("the {which} worker has to wait for the {other} worker")
def worker_has_to_wait(context: Context, which: str, other: str) -> None:
    """The server says that the one waits for a lock that the other holds."""
    context.world.actors[f"{which} worker"].wait_until_blocked(
        f"{other} worker", context.world.reader
    )


@then("{person:Person} has to wait for the {other} worker")
def has_to_wait_for_worker(context: Context, person: str, other: str) -> None:
    """The server says that the person waits for a lock that the worker holds."""
    context.world.actors[person].wait_until_blocked(f"{other} worker", context.world.reader)


@when("the {which} worker finishes")
def worker_finishes(context: Context, which: str) -> None:
    """Let the open unit of work commit."""
    context.world.actors[f"{which} worker"].commit()


@given("the {which} worker gives up")
def worker_gives_up(context: Context, which: str) -> None:
    """Let the open unit of work fail."""
    context.world.actors[f"{which} worker"].roll_back()


@then("the {which} worker is told that {reason:Reason}")
def which_worker_told(context: Context, which: str, reason: type[DomainError]) -> None:
    """What this worker tried was refused with exactly this error."""
    answer = context.world.actors[f"{which} worker"].answer()
    assert type(answer) is reason, f"the worker was told: {answer!r}"


def _start(world: World, which: str, operation: Any) -> None:
    world.begin_work(f"{which} worker", Domain.worker).do(operation)


def _complete(world: World, title: str, result: Any) -> None:
    with world.attempt(), world.domain.worker() as tx:
        tx.tasks.complete(world.state(WorkState).tasks[title], result)


def _fail(world: World, title: str, error: Any, details: Any = None) -> None:
    with world.attempt(), world.domain.worker() as tx:
        tx.tasks.fail(world.state(WorkState).tasks[title], error, details)


def _check_same(found: Any, expected: Any) -> None:
    """Compare values with their types: 1, 1.0 and True are equal, and not the same."""
    assert found == expected, f"found was {str(found)[:200]}"
    assert repr(_sorted(found)) == repr(_sorted(expected)), f"found was {str(found)[:200]}"


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return [(key, _sorted(value[key])) for key in sorted(value)]
    return [_sorted(item) for item in value] if isinstance(value, list) else value
