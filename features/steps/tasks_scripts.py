"""Statements about one task that go past the service's operations."""

from typing import Any

from behave import given, when
from behave.runner import Context
from psycopg import sql
from sqlalchemy import update

from domain.work.tasks import Task, TaskStatus
from features.support.arrange import raw_sql
from features.support.arrange.known_work import WorkState
from features.support.arrange.work_factories import reached
from features.support.world import World

LARGEST_TASK = """
    INSERT INTO tasks (id, version, owner_id, title, payload, created_at)
         OVERRIDING SYSTEM VALUE
         VALUES (9223372036854775807, 2147483647, %s, %s, 'null', now())
"""


@given(
    'a script has added a task "{title:Quoted}" of {person:Person}\'s'
    " with the largest id and the largest version"
)
def script_added(context: Context, title: str, person: str) -> None:
    """What the columns can hold, `bigint` and `integer`."""
    world: World = context.world
    world.reader.execute(LARGEST_TASK, [world.people[person].id, title])
    with world.tenant(person) as tx:
        world.state(WorkState).tasks[title] = tx.tasks.list().items[-1]


@when('a script makes "{title:Quoted}" {status:TaskStatus}')
def script_makes(context: Context, title: str, status: TaskStatus) -> None:
    """Set the status with every column that belongs to it, and increment the version."""
    _make(context.world, title, status, {})


@when(
    'a script makes "{title:Quoted}" {status:TaskStatus}'
    " and sets its {column:Name} to {value:Value}"
)
def script_makes_and_sets(
    context: Context, title: str, status: TaskStatus, column: str, value: Any
) -> None:
    """Set the status with every column that belongs to it, and another column."""
    _make(context.world, title, status, {column: value})


@when('a script sets the {column:Name} of "{title:Quoted}" to {value:Value}{counted:Increment}')
def script_sets(context: Context, column: str, title: str, value: Any, *, counted: bool) -> None:
    """Set one column, and nothing else unless the version is incremented."""
    _set(context.world, title, {column: value}, increment=counted)


@when('a statement in a worker\'s unit of work makes "{title:Quoted}" {status:TaskStatus}')
def statement_makes(context: Context, title: str, status: TaskStatus) -> None:
    """Set the status past every operation, but not past the unit of work."""
    world: World = context.world
    task = world.state(WorkState).tasks[title]
    with world.attempt(), world.domain.worker() as tx:
        tx.tasks._session.execute(  # noqa: SLF001 (what no operation of the service does)
            update(Task)
            .where(Task.id == task.id)
            .values(status=status, version=task.version + 1)
            .execution_options(synchronize_session=False)
        )


def _make(world: World, title: str, status: TaskStatus, more: dict[str, Any]) -> None:
    task = world.state(WorkState).tasks[title]
    values = reached(status, task.created_at)
    if task.started_at is not None:
        values.pop("started_at", None)
    if "result" in values:
        values["result"] = '{"imported": 1200}'
    _set(world, title, {"status": status, **values, **more}, increment=True)


def _set(world: World, title: str, values: dict[str, Any], *, increment: bool) -> None:
    task = world.state(WorkState).tasks[title]
    if increment:
        values = {**values, "version": task.version + 1}
    columns = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in values
    )
    statement = sql.SQL("UPDATE tasks SET {} WHERE id = {}").format(columns, task.id)
    raw_sql.attempt(world, statement, values)
