"""What the database itself refuses about tasks, the workspace and objectives, past the service."""

from typing import Any, Final

from behave import then, when
from behave.runner import Context
from psycopg import errors, sql

from domain.work.tasks import TaskStatus
from features.support.arrange import raw_sql
from features.support.arrange.valid_rows import TABLES, good_row, owner_of
from features.support.arrange.work_factories import reached
from features.support.defaults import NOON
from features.support.world import World

ROLE: Final = sql.SQL("SET LOCAL ROLE {}; ")

ATTEMPTS: Final = {
    "store an objective on its own": "INSERT INTO objectives (owner_id, text, since)"
    " SELECT owner_id, 'Rest', since FROM objectives",
    "change an objective on its own": "UPDATE objectives SET text = 'Rest'",
    "constrain an objective further": "UPDATE objectives SET constraints = '{more}'",
    "date an objective otherwise": "UPDATE objectives SET since = since - interval '1 second'",
    "close the open entry": "UPDATE objective_history SET valid_until = valid_from",
    "rewrite the open entry": "UPDATE objective_history SET text = 'Rest'",
    "date the open entry otherwise": "UPDATE objective_history"
    " SET valid_from = valid_from - interval '1 second'",
    "delete the open entry": "DELETE FROM objective_history WHERE valid_until IS NULL",
    "delete the whole history": "DELETE FROM objective_history",
}


@when(
    "a script stores a {status:TaskStatus} task of {person:Person}'s"
    " whose {column:Name} is {value:Value}"
)
def script_stores_task_but(
    context: Context, status: TaskStatus, person: str, column: str, value: Any
) -> None:
    """Insert a task that has come so far and is right but for one column."""
    _store_task(context.world, status, person, {column: value})


@when("a script stores a {status:TaskStatus} task of {person:Person}'s as it should be")
def script_stores_task(context: Context, status: TaskStatus, person: str) -> None:
    """Insert a task that has come so far."""
    _store_task(context.world, status, person, {})


@when(
    "a script stores {a:Article} {kind:Kind} of {person:Person}'s"
    " whose {column:Name} is {other:Person}'s"
)
def script_stores_reference(context: Context, **words: Any) -> None:
    """Insert a row that is right but for belonging to something of somebody else's."""
    world: World = context.world
    user_id = world.people[words["other"]].id
    table = f"{words['column'].removesuffix('_id')}s"
    found = user_id if table == "owners" else world.stored_one(table, owner_id=user_id)["id"]
    row = {**good_row(world, words["kind"], words["person"]), words["column"]: found}
    raw_sql.attempt(world, raw_sql.insertion(TABLES[words["kind"]], row), row)


@when(
    "a script stores {a:Article} {kind:Kind} of {person:Person}'s under an id of {other:Person}'s"
)
def script_stores_under_id(context: Context, a: str, kind: str, person: str, other: str) -> None:
    """Insert a row with an id that is there, overriding the database's own."""
    world: World = context.world
    taken = world.stored_one(TABLES[kind], **{owner_of(kind): world.people[other].id})["id"]
    row = {**good_row(world, kind, person), "id": taken}
    statement = raw_sql.insertion(TABLES[kind], row).as_string(None)
    overriding = statement.replace(" VALUES ", " OVERRIDING SYSTEM VALUE VALUES ")
    raw_sql.attempt(world, sql.Composed([sql.SQL(overriding)]), row)


@when("a script moves every turn to the time before")
def script_moves_turns(context: Context) -> None:
    """Update the time of all turns."""
    statement = sql.SQL("UPDATE turns SET created_at = created_at - interval {}")
    raw_sql.attempt(context.world, statement.format(sql.Literal("1 second")))


@when("a script tries to {do}")
def script_tries(context: Context, do: str) -> None:
    """Do something to an objective or its history alone."""
    raw_sql.attempt(context.world, sql.Composed([sql.SQL(ATTEMPTS[do])]))


@when('somebody in the role "{role}" tries to change the {column:Name} of {a:Article} {kind:Kind}')
def role_tries_to_change(context: Context, role: str, column: str, a: str, kind: str) -> None:
    """Write a column to itself, under a role."""
    name = sql.Identifier(column)
    statement = sql.SQL("UPDATE {} SET {} = {}").format(sql.Identifier(TABLES[kind]), name, name)
    raw_sql.attempt(context.world, ROLE.format(sql.Identifier(role)) + statement)


@when('somebody in the role "{role}" tries to look at the {column:Name} of a task')
def role_tries_to_look(context: Context, role: str, column: str) -> None:
    """Select one column, under a role."""
    statement = sql.SQL("SELECT {} FROM tasks").format(sql.Identifier(column))
    raw_sql.attempt(context.world, ROLE.format(sql.Identifier(role)) + statement)


@when('somebody in the role "{role}" tries to begin a task with its {column:Name}')
def role_tries_to_begin(context: Context, role: str, column: str) -> None:
    """Insert into one column, under a role."""
    statement = sql.SQL("INSERT INTO tasks ({}) VALUES (DEFAULT)").format(sql.Identifier(column))
    raw_sql.attempt(context.world, ROLE.format(sql.Identifier(role)) + statement)


@then("the database refuses it because there is no such word")
def refused_as_no_word(context: Context) -> None:
    """The text is none of the closed set, or not of the form that the type has."""
    refusal = context.world.database_refusal
    assert isinstance(refusal, errors.InvalidTextRepresentation), f"the refusal was: {refusal}"


def _store_task(world: World, status: TaskStatus, person: str, values: dict[str, Any]) -> None:
    given = reached(status, NOON)
    if "result" in given:
        given["result"] = '{"imported": 1200}'
    row = {**good_row(world, "task", person), **given, "status": status, **values}
    raw_sql.attempt(world, raw_sql.insertion("tasks", row), row)
