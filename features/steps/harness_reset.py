"""Emptying databases: what they are like, what is emptied, and what comes of it."""

from collections.abc import Iterable

import psycopg
from behave import given, then, when
from behave.model import Table
from behave.runner import Context
from sqlalchemy import URL

from domain import metadata
from features.support import inventory, past, rehearsal_rooms, sketches, upgrading
from features.support.rehearsals import Rehearsal
from features.support.sketches import name_of, names_of
from features.support.world import World
from pgharness.reset.catalog import Name
from pgharness.reset.reset import Reset, connect, reset
from pgharness.servers import provision


def _open(context: Context) -> Rehearsal:
    """Make the database that the scenario is about, and connect somebody to it."""
    world: World = context.world
    _go_to(world, world.enter(rehearsal_rooms.database(context.harness, world)))
    return world.state(Rehearsal)


def _go_to(world: World, url: URL) -> None:
    state = world.state(Rehearsal)
    state.url = url
    state.connection = world.enter(provision.connect(url))
    state.connection.prepare_threshold = None


def _reset_before(rehearsal: Rehearsal, connection: psycopg.Connection, table: str) -> None:
    rehearsal.used = connection
    rehearsal.resetting = Reset(connection)
    sketches.fill(rehearsal.connection, {name_of(table): []}, 1)
    rehearsal.resetting()


def _cell(row: Table, heading: str) -> str:
    return str(row.get(heading) or "")


@given("a database with these tables")
def database_with_tables(context: Context) -> None:
    """Make tables, each with a key, unless it is without one, and with what it refers to."""
    rehearsal = _open(context)
    tables = {name_of(row["table"]): row for row in context.table}
    rehearsal.parents = {name: names_of(_cell(row, "refers to")) for name, row in tables.items()}
    traits = {name: _cell(row, "special") for name, row in tables.items()}
    sketches.make_tables(rehearsal.connection, rehearsal.parents, traits)


@given("somebody has a temporary table in it")
def temporary_table(context: Context) -> None:
    """It is there for as long as the connection is."""
    context.world.state(Rehearsal).connection.execute("CREATE TEMP TABLE scratch (id int)")


@given("each of its tables has {number:Number} rows")
def each_has_rows(context: Context, number: int) -> None:
    """Each row refers to a row of every table that its table refers to."""
    rehearsal: Rehearsal = context.world.state(Rehearsal)
    sketches.fill(rehearsal.connection, rehearsal.parents, number)


@given('"{table:Quoted}" has {number:Number} rows')
def has_rows(context: Context, table: str, number: int) -> None:
    """Add rows to one table; they refer to what is there."""
    rehearsal: Rehearsal = context.world.state(Rehearsal)
    name = name_of(table)
    sketches.fill(rehearsal.connection, {name: rehearsal.parents[name]}, number)


@given('nobody refers to "{table:Quoted}"')
def nobody_refers(context: Context, table: str) -> None:
    """The rows of its children are there, and refer to no row."""
    rehearsal: Rehearsal = context.world.state(Rehearsal)
    sketches.refer_to_nothing(rehearsal.connection, rehearsal.parents, name_of(table))


@given('the database was reset before, with a row in "{table:Quoted}"')
@given('the database was reset before by the harness, with a row in "{table:Quoted}"')
def was_reset(context: Context, table: str) -> None:
    """A connection such as the harness's own was used, and is when it is reset once more."""
    world: World = context.world
    state = world.state(Rehearsal)
    _reset_before(state, world.enter(connect(state.url)), table)


@given(
    "the database was reset before by somebody for whom triggers stay on,"
    ' with a row in "{table:Quoted}"'
)
def was_reset_with_triggers(context: Context, table: str) -> None:
    """Somebody's own connection was used for it, and is when it is reset once more."""
    rehearsal: Rehearsal = context.world.state(Rehearsal)
    _reset_before(rehearsal, rehearsal.connection, table)


@given("{change:Change} since")
def changed_since(context: Context, change: str) -> None:
    """Change what the database consists of, or what is known of it where it was reset before."""
    context.world.state(Rehearsal).used.execute(sketches.CHANGES[change], prepare=False)


@given('a trigger on "{table:Quoted}" that {habit:Habit} when a row is deleted')
def trigger_on(context: Context, table: str, habit: str) -> None:
    """Give the table a trigger of the name keeper."""
    sketches.watch_deletions(
        context.world.state(Rehearsal).connection,
        name_of(table),
        sketches.TRIGGERS[habit],
        always=False,
    )


@given('a trigger on "{table:Quoted}", always enabled, that {habit:Habit} when a row is deleted')
def trigger_always_on(context: Context, table: str, habit: str) -> None:
    """Give the table a trigger of the name keeper that nobody passes by."""
    sketches.watch_deletions(
        context.world.state(Rehearsal).connection,
        name_of(table),
        sketches.TRIGGERS[habit],
        always=True,
    )


@given('row-level security hides the rows of "{table:Quoted}"')
def rows_hidden(context: Context, table: str) -> None:
    """No policy lets anybody see a row."""
    sketches.hide(context.world.state(Rehearsal).connection, name_of(table))


@given("everybody of a small firm has left something in every table")
def small_firm(context: Context) -> None:
    """Put rows into every table of the service, and use up their numbers."""
    past.fill(context.world.reader, upgrading.head())


@when("the service's own database is reset")
def own_reset(context: Context) -> None:
    """Reset the database that the scenario runs on."""
    reset(context.world.url)


@when("the database is reset")
@when("that database is reset")
def database_reset(context: Context) -> None:
    """Reset all of it."""
    rehearsal: Rehearsal = context.world.state(Rehearsal)
    with rehearsal.expected():
        rehearsal.done = reset(rehearsal.url)


@when("the database is reset over a connection that may only read")
def reset_reading(context: Context) -> None:
    """A statement that writes would be refused by the server."""
    rehearsal: Rehearsal = context.world.state(Rehearsal)
    connection = context.world.enter(connect(rehearsal.url))
    connection.execute("SET default_transaction_read_only = on")
    with rehearsal.expected():
        rehearsal.done = Reset(connection)()


@when("the database is reset once more")
def reset_once_more(context: Context) -> None:
    """Reset it by the same connection as before."""
    rehearsal: Rehearsal = context.world.state(Rehearsal)
    with rehearsal.expected():
        rehearsal.done = rehearsal.resetting()


@when("the database is reset by somebody who is not let past it")
def reset_by_tenant(context: Context) -> None:
    """Reset it over a connection that has the service's role for tenants."""
    rehearsal: Rehearsal = context.world.state(Rehearsal)
    with provision.connect(rehearsal.url) as connection, rehearsal.expected():
        sketches.let_in(rehearsal.connection, "app_tenant")
        connection.execute("SET ROLE app_tenant")
        rehearsal.done = Reset(connection)()


@when("the database is reset by its owner, who has no other right")
def reset_by_owner(context: Context) -> None:
    """Reset it over a connection of somebody who owns all tables, and is let do nothing else."""
    rehearsal: Rehearsal = context.world.state(Rehearsal)
    sketches.hand_over(rehearsal.connection, rehearsal.parents, "app_tenant")
    with provision.connect(rehearsal.url) as connection, rehearsal.expected():
        connection.execute("SET ROLE app_tenant")
        rehearsal.done = Reset(connection)()


@when('only "{tables:Quoted}" is reset')
def some_reset(context: Context, tables: str) -> None:
    """Reset these tables and no others."""
    rehearsal: Rehearsal = context.world.state(Rehearsal)
    with rehearsal.expected():
        rehearsal.done = reset(rehearsal.url, only=tables.split(", "))


@when('"{tables:Quoted}" is reset with all that depends on it')
def reset_with_dependents(context: Context, tables: str) -> None:
    """Reset these tables and all that refer to them, by any number of steps."""
    rehearsal: Rehearsal = context.world.state(Rehearsal)
    with rehearsal.expected():
        rehearsal.done = reset(rehearsal.url, only=tables.split(", "), with_dependents=True)


@when('the database is reset but for "{tables:Quoted}"')
def reset_but_for(context: Context, tables: str) -> None:
    """Reset all tables but these."""
    rehearsal: Rehearsal = context.world.state(Rehearsal)
    with rehearsal.expected():
        rehearsal.done = reset(rehearsal.url, ignoring=tables.split(", "))


@then("the reset is done")
def reset_done(context: Context) -> None:
    """It was not refused."""
    refusal = context.world.state(Rehearsal).claim()
    assert refusal is None, str(refusal)


@then('the reset is refused because "{reason:Quoted}"')
def reset_refused(context: Context, reason: str) -> None:
    """The refusal says so, and names the database."""
    rehearsal: Rehearsal = context.world.state(Rehearsal)
    refusal = rehearsal.claim()
    assert refusal is not None, f"it was not refused: {rehearsal.done}"
    assert reason in str(refusal), f"it was refused, but because {refusal}"
    assert f"the database {rehearsal.url.database} " in str(refusal), f"of what: {refusal}"


@then("it says to look at the trigger {trigger} of {table}")
def says_trigger(context: Context, trigger: str, table: str) -> None:
    """The refusal names what has a say in the deletion."""
    said = str(context.world.state(Rehearsal).refusal)
    assert f"the trigger {trigger} of {table}" in said, said


@then("the database is as it was")
def as_it_was(context: Context) -> None:
    """Every row is there, and every sequence is where it was."""
    rehearsal: Rehearsal = context.world.state(Rehearsal)
    found = inventory.contents(rehearsal.connection)
    differing = [name for name in rehearsal.before if found.get(name) != rehearsal.before[name]]
    assert any(rehearsal.before.values()), "there was nothing to lose"
    assert not differing, f"different: {differing}"


@then("each of its tables is empty")
def all_empty(context: Context) -> None:
    """No table has a row."""
    rehearsal: Rehearsal = context.world.state(Rehearsal)
    _expect_empty(rehearsal, rehearsal.parents.keys())


@then("each table that is there is empty, and each sequence at its start")
def all_there_empty(context: Context) -> None:
    """No table has a row that is there now, whatever was there before."""
    rehearsal: Rehearsal = context.world.state(Rehearsal)
    left = [name for name, rows in inventory.rows_of(rehearsal.connection).items() if rows]
    assert not left, f"not empty: {left}"
    moved = inventory.moved(rehearsal.connection)
    assert not moved, f"not at their starts: {moved}"


@then('only "{tables:Quoted}" is empty')
def only_empty(context: Context, tables: str) -> None:
    """These have no row, all others still have theirs."""
    rehearsal: Rehearsal = context.world.state(Rehearsal)
    emptied = set(names_of(tables))
    _expect_empty(rehearsal, emptied)
    found = inventory.rows_of(rehearsal.connection)
    kept = {name for name in found if name_of(name) not in emptied}
    changed = [name for name in kept if found[name] != rehearsal.before[name]]
    assert kept, "there is no other table"
    assert not changed, f"these are not as they were: {changed}"


@then("every table of the service is empty")
def service_empty(context: Context) -> None:
    """No table that a model has has a row."""
    left = [name for name in metadata.tables if context.world.stored(name)]
    assert not left, f"not empty: {left}"


@then('{number:Number} rows of "{table:Quoted}" were deleted, and no table was truncated')
def rows_deleted(context: Context, number: int, table: str) -> None:
    """What the reset says it did, and what the files of the tables say."""
    rehearsal: Rehearsal = context.world.state(Rehearsal)
    assert rehearsal.done is not None
    assert rehearsal.done.deleted == {name_of(table): number}, str(rehearsal.done)
    assert inventory.files(rehearsal.connection) == rehearsal.files, "a table has a new file"


@then('the tables "{tables:Quoted}" were truncated')
def tables_truncated(context: Context, tables: str) -> None:
    """A table that was truncated has a new file, and no other has."""
    rehearsal: Rehearsal = context.world.state(Rehearsal)
    after = inventory.files(rehearsal.connection)
    found = {name for name, file in rehearsal.files.items() if after[name] != file}
    expected = set() if tables == "none" else set(names_of(tables))
    assert found == expected, f"truncated: {sorted(found)}"


@then('the log says "{line:Quoted}"')
def log_says(context: Context, line: str) -> None:
    """There is one line, with the name of the database and the time it took."""
    rehearsal: Rehearsal = context.world.state(Rehearsal)
    assert len(rehearsal.heard) == 1, f"there are {len(rehearsal.heard)} lines"
    (found,) = rehearsal.heard
    assert line in found, found
    assert found.startswith(f"reset {rehearsal.url.database} in "), found
    assert " ms: " in found, found


def _expect_empty(rehearsal: Rehearsal, tables: Iterable[Name]) -> None:
    left = {
        table: number
        for table in tables
        if (number := inventory.number_of_rows(rehearsal.connection, table))
    }
    assert not left, f"not empty: {left}"
