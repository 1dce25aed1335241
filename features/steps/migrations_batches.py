"""Revisions that go through large tables in batches, while others write to them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from alembic.util import CommandError
from behave import given, then, when
from behave.model import Table
from behave.runner import Context
from psycopg import sql
from sqlalchemy import URL

from features.support import data
from features.support.migrations import alembic_commands, era_tables, lock_holders, schema_eras
from features.support.migrations.state import Meanwhile, MigrationState
from features.support.world import World
from pgharness.core import waiting
from pgharness.interleaving.actors import DEADLINE, Gate
from pgharness.servers import provision

OWNERS = {"Ada": 1, "Bram": 2}
"""As `past` numbers them."""

WRITTEN = """
    SELECT count(*) FROM {} WHERE xmin::text <> ALL (%s) GROUP BY xmin ORDER BY 1 DESC LIMIT 1
"""
BLOCKED = """
    SELECT pid FROM pg_stat_activity
     WHERE application_name = %s AND cardinality(pg_blocking_pids(pid)) > 0
"""
WRITERS = "SELECT DISTINCT xmin::text FROM {}"


@given('a database at revision "{revision:Revision}", full of rows of its time')
def full_database(context: Context, revision: str) -> None:
    """Upgrade so far and fill every table; Ada's have been copied already, Bram's have not."""
    alembic_commands.upgrade(context.world.url, revision)
    with provision.connect(context.world.url) as connection:
        schema_eras.fill(connection, revision)


@when("it is upgraded to the latest revision, one after the other")
def upgraded_stepwise(context: Context) -> None:
    """Upgrade, and look after each revision how many rows each transaction has written."""
    world: World = context.world
    for script in alembic_commands.history():
        before = _writers(world)
        alembic_commands.upgrade(world.url, script.revision)
        for table in _tables(world):
            query = sql.SQL(WRITTEN).format(sql.Identifier(table))
            row = world.reader.execute(query, [before.get(table, [])]).fetchone()
            world.state(MigrationState).written[f"{script.revision}: {table}"] = (
                row[0] if row else 0
            )


@then("no transaction has written more than {number:Number} rows of a table")
def few_at_a_time(context: Context, number: int) -> None:
    """No group of rows that came from one transaction was larger; and some were as large."""
    written = context.world.state(MigrationState).written
    larger = {what: found for what, found in written.items() if found > number}
    assert not larger, f"written by one transaction: {larger}"
    assert number in written.values(), f"nothing was written in full batches: {written}"


@when("a program deletes Ada's task")
def task_deleted(context: Context) -> None:
    """Delete it as old programs do."""
    with provision.connect(context.world.url) as connection:
        assert connection.execute("DELETE FROM tasks WHERE id = 1").rowcount == 1


@given('a client is changing the rows of "{table:Name}"')
def client_is_changing(context: Context, table: str) -> None:
    """Change them in a transaction that does not end yet."""
    world: World = context.world
    holding = _changing(world.url, table, context.table)
    world.state(MigrationState).client = world.enter(lock_holders.ended_early(holding))


@when('somebody upgrades it to revision "{revision:Revision}" at the same time')
def upgraded_meanwhile(context: Context, revision: str) -> None:
    """Upgrade in a thread."""
    world: World = context.world
    state = world.state(MigrationState)
    thread = world.enter(ThreadPoolExecutor(max_workers=1))
    world.add_cleanup(state.client.close)
    url = world.url.update_query_dict({"application_name": "upgrade"})
    state.ends = thread.submit(alembic_commands.upgrade, url, revision)


@then("the upgrade has to wait for the client")
def upgrade_waits(context: Context) -> None:
    """The server says so: at the row, or at the latest at the lock on the table."""
    world: World = context.world
    waiting.wait_for(
        lambda: world.reader.execute(BLOCKED, ["upgrade"]).fetchone(), "it never came to wait"
    )


@when("the client commits, and the upgrade goes on")
def client_commits(context: Context) -> None:
    """End the client's transaction, then wait for the upgrade."""
    state: MigrationState = context.world.state(MigrationState)
    state.client.close()
    state.ends.result(DEADLINE)


@given('an upgrade to revision "{revision:Revision}" has come to where it locks the table')
def came_to_lock(context: Context, revision: str) -> None:
    """Let an upgrade stop before the statement that keeps everybody out."""
    world: World = context.world
    engine = provision.engine(world.url)
    gate = Gate(engine, "LOCK TABLE")
    thread = world.enter(ThreadPoolExecutor(max_workers=1))
    world.add_cleanup(gate.opened.set)

    def upgrade() -> None:
        with engine.connect() as connection:
            alembic_commands.upgrade_as(alembic_commands.config(connection=connection), revision)

    world.state(MigrationState).meanwhile = Meanwhile(gate, thread.submit(upgrade))
    assert gate.reached.wait(DEADLINE), "the upgrade never came to a lock"


@when("the upgrade goes on to its end")
def goes_on_to_its_end(context: Context) -> None:
    """Let it lock the table, and do the rest."""
    state: MigrationState = context.world.state(MigrationState)
    state.meanwhile.gate.opened.set()
    state.meanwhile.ends.result(DEADLINE)


@when("the upgrade goes on to its end, or is refused")
def goes_on_or_is_refused(context: Context) -> None:
    """Let it lock the table, and keep why it cannot end."""
    state: MigrationState = context.world.state(MigrationState)
    state.meanwhile.gate.opened.set()
    with state.expected(CommandError):
        state.meanwhile.ends.result(DEADLINE)


@then('all that "{table:Name}" says of {person:Person} in "{column:Name}" is {said}')
def all_said(context: Context, table: str, person: str, column: str, said: str) -> None:
    """The person has one row in the table, with this value."""
    world: World = context.world
    wanted = Table([column], rows=[[said]])
    era_tables.expect(world.reader, table, wanted, **_whose(world, table, person))


@then('"{table:Name}" says nothing of {person:Person}')
def nothing_said(context: Context, table: str, person: str) -> None:
    """The person has no row in the table."""
    world: World = context.world
    found = data.rows(world.reader, table, **_whose(world, table, person))
    assert not found, f"it has {len(found)} rows"


@then('it is still at revision "{revision:Revision}"')
def still_at(context: Context, revision: str) -> None:
    """The version table names it, and nothing else."""
    found = alembic_commands.recorded(context.world.reader)
    assert found == [revision], f"it is at {found}"


@contextmanager
def _changing(url: URL, table: str, rows: Table) -> Iterator[None]:
    """Have a client change rows in a transaction that commits when this ends."""
    with provision.connect(url) as connection, connection.transaction():
        era_tables.update(connection, table, rows)
        yield


def _whose(world: World, table: str, person: str) -> dict[str, int]:
    """Return what the rows of a table have in common that are somebody's."""
    owner = data.owner_columns(world.reader)[table]
    assert owner is not None, f"nobody owns what is in {table}"
    return {owner: OWNERS[person]}


def _tables(world: World) -> list[str]:
    return data.tables(world.reader)


def _writers(world: World) -> dict[str, list[str]]:
    """Return the transactions that have written the rows of each table, as they are now."""
    return {
        table: [
            writer
            for (writer,) in world.reader.execute(sql.SQL(WRITERS).format(sql.Identifier(table)))
        ]
        for table in _tables(world)
    }
