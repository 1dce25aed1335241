"""What scripts do to tasks, past the service; and what the database says in a unit of work."""

from typing import Any, Final

from behave import then, when
from behave.runner import Context
from psycopg import sql
from sqlalchemy import update

from domain.work.tasks import Task, TaskStatus
from features.support import data
from features.support.arrange import raw_sql
from features.support.arrange.known_work import WorkState
from features.support.arrange.work_factories import reached
from features.support.world import World

BLIND: Final = {
    "without counting the change": sql.SQL("version"),
    "as if it had seen the version before": sql.SQL("1"),
    "as if it had seen the version to come": sql.SQL("version + 2"),
}
"""What a script puts into the version."""


@when('a script makes "{title:Quoted}" {status:TaskStatus}')
def script_makes(context: Context, title: str, status: TaskStatus) -> None:
    """Set the status with everything that belongs to it, and count the change."""
    task = context.world.state(WorkState).tasks[title]
    given = reached(status, task.created_at)
    if task.started_at is not None:
        given.pop("started_at", None)
    _set(context.world, title, {"status": status, **given}, counting=True)


@when('a statement in a worker\'s unit of work makes "{title:Quoted}" {status:TaskStatus}')
def statement_makes(context: Context, title: str, status: TaskStatus) -> None:
    """Set the status past every operation, but not past the unit of work."""
    world: World = context.world
    task = world.state(WorkState).tasks[title]
    values = {"status": status, "version": task.version + 1}
    with world.attempt(), world.domain.worker() as tx:
        tx.tasks._session.execute(  # noqa: SLF001 (what a careless colleague would do)
            update(Task)
            .where(Task.id == task.id)
            .values(values)
            .execution_options(synchronize_session=False)
        )


@when('a script sets the {column:Name} of "{title:Quoted}" to {value:Value}')
def script_sets(context: Context, column: str, title: str, value: Any) -> None:
    """Set one column."""
    _set(context.world, title, {column: value}, counting=False)


@when('a script sets the {column:Name} of "{title:Quoted}" to {value:Value}, and counts the change')
def script_sets_and_counts(context: Context, column: str, title: str, value: Any) -> None:
    """Set one column, as somebody would who knows about versions."""
    _set(context.world, title, {column: value}, counting=True)


@when('a script completes "{title:Quoted}" and sets its {column:Name} to {value:Value}')
def script_completes_and_sets(context: Context, title: str, column: str, value: Any) -> None:
    """Set the status with everything that belongs to it, and one column more."""
    task = context.world.state(WorkState).tasks[title]
    values = reached(TaskStatus.COMPLETED, task.created_at)
    del values["started_at"]
    values |= {"status": TaskStatus.COMPLETED, column: value}
    _set(context.world, title, values, counting=True)


@when("a script retitles all tasks {how}")
def script_retitles_all(context: Context, how: str) -> None:
    """Set the title of every task at once."""
    statement = sql.SQL("UPDATE tasks SET title = 'Import', version = {}").format(BLIND[how])
    raw_sql.attempt(context.world, statement)


@then("the database refuses it because {sqlstate:TaskRule}")
def refused_as(context: Context, sqlstate: str) -> None:
    """One of our own triggers has refused it, with the SQLSTATE that stands for this."""
    refusal = context.world.database_refusal
    assert refusal is not None, "the database let it through"
    assert refusal.sqlstate == sqlstate, f"the refusal was {refusal.sqlstate}: {refusal}"


@then("what has changed is {changed}")
def what_has_changed(context: Context, changed: str) -> None:
    """Nothing at all, or tasks of one person's and nothing else."""
    world: World = context.world
    found = data.differences(world.before, data.fingerprint(world.reader))
    owner = changed.removesuffix("'s")
    expected = [] if changed == "nothing" else [f"tasks of {world.people[owner].id}"]
    assert found == expected, f"changed: {', '.join(found) or 'nothing'}"


def _set(world: World, title: str, values: dict[str, Any], *, counting: bool) -> None:
    task = world.state(WorkState).tasks[title]
    if counting:
        values = {**values, "version": task.version + 1}
    columns = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in values
    )
    statement = sql.SQL("UPDATE tasks SET {} WHERE id = {}").format(columns, task.id)
    raw_sql.attempt(world, statement, {**values, **_as_text(values)})


def _as_text(values: dict[str, Any]) -> dict[str, str]:
    """Let the server find out the types, as it does for literals in a script."""
    return {"result": '{"imported": 1200}'} if isinstance(values.get("result"), dict) else {}
