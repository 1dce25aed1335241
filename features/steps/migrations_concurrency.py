"""Upgrades beside programs, clients, autovacuum and other upgrades."""

from collections.abc import Callable
from concurrent.futures import wait

import psycopg
from behave import given, then, when
from behave.model import Table
from behave.runner import Context

from features.support import data
from features.support.execution import Execution
from features.support.migrations import (
    alembic_commands,
    concurrent_upgrades,
    lock_holders,
    versioned_clients,
)
from features.support.migrations.concurrent_upgrades import PROGRAM, past_the_service
from features.support.migrations.state import MigrationState
from features.support.migrations.versioned_clients import VersionedClient
from features.support.tenancy import planner_statistics, rls_catalog
from features.support.world import World
from pgharness.interleaving.actors import DEADLINE

RowChange = Callable[[psycopg.Connection, str, Table], None]

# --- upgrades that wait ---------------------------------------------------------------------


@given('a program {change:RowChange} the rows of "{table:Name}"{how:Execution}')
@when('a program {change:RowChange} the rows of "{table:Name}"{how:Execution}')
def program_changes(context: Context, change: RowChange, table: str, how: Execution) -> None:
    """By SQL that knows the columns of the table; rows are identified by their ids."""
    world: World = context.world
    rows = context.table
    opening = past_the_service(world.url)
    if how is Execution.COMMITTED:
        # An upgrade that has stopped stays a participant, which `world.perform` would end.
        with opening(world.domain) as connection:
            change(connection, table, rows)
    else:
        world.perform(PROGRAM, opening, lambda connection: change(connection, table, rows), how)


@given("a program has {lock:Lock} in an open transaction")
def program_locks(context: Context, lock: str) -> None:
    """Its last statement contains a secret."""
    world: World = context.world
    participant = world.begin_work(PROGRAM, past_the_service(world.url))
    participant.do(lambda connection: lock_holders.run(connection, lock))
    participant.outcome()


@given("{name:Upgrader} upgrade to {target:Target} has stopped before it {point:Stop}")
def upgrade_stopped(context: Context, name: str, target: str, point: str) -> None:
    """It goes on when a step continues it."""
    concurrent_upgrades.stop(context.world, name, target, point)


@when("{person:Person} upgrades the database to {target:Target} concurrently")
def upgrades_concurrently(context: Context, person: str, target: str) -> None:
    """By `alembic upgrade`, in a process."""
    concurrent_upgrades.start_process(context.world, person, target)


@then("both upgrades succeed, and {person:Person}'s has run no revision")
def both_succeed(context: Context, person: str) -> None:
    """No participant's upgrade fails; what Alembic prints names each revision that it runs."""
    actors = context.world.actors
    printed = {who: actor.step.result(DEADLINE * 3) for who, actor in actors.items()}
    assert "Running upgrade" not in str(printed[person]), printed[person]


@then('the upgrade is refused because "{name}" holds {what:Name}, and shows no value of its query')
def refused_for_holder(context: Context, name: str, what: str) -> None:
    """The refusal names the holder's process and what it holds, in one line."""
    world: World = context.world
    ended, _ = wait([world.actors["upgrade"].step], DEADLINE)
    assert ended, "the upgrade still waits for the lock"
    refusal = str(world.refusal("the upgrade") or "it was not refused")
    (pid,) = world.reader.execute(
        "SELECT pid FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = %s",
        [name],
    ).fetchone() or (None,)
    begins = (
        "lock timeout: for 0.5 s the upgrade waited for process"
        f" {pid} ({name}, as {world.reader.info.user}), which holds {what} in a transaction"
    )
    assert refusal.startswith(begins), refusal
    assert lock_holders.SECRET not in refusal, refusal
    assert "\n" not in refusal, refusal


@then("no session waits for a lock")
def no_session_waits(context: Context) -> None:
    """Of the scenario's database."""
    waiting = context.world.reader.execute(concurrent_upgrades.BLOCKED).fetchall()
    assert not waiting, f"these wait: {waiting}"


@then("no analysis was cancelled by a deadlock")
def no_deadlock(context: Context) -> None:
    """A deadlock would cancel either the revision or the analysis."""
    deadlocks = context.world.state(MigrationState).deadlocks
    assert not deadlocks, "\n".join(deadlocks)


@then("no transaction has written more than {number:Number} rows of a table")
def few_at_a_time(context: Context, number: int) -> None:
    """And at least one has written exactly as many."""
    written = context.world.state(MigrationState).rows_written
    larger = {what: found for what, found in written.items() if found > number}
    assert not larger, f"written by one transaction: {larger}"
    assert number in written.values(), f"nothing was written in full batches: {written}"


# --- clients of several revisions -----------------------------------------------------------


@given("clients that are promised to work at these revisions")
def clients_promised(context: Context) -> None:
    """One client for each row."""
    latest = {"latest": alembic_commands.head()}
    context.world.state(MigrationState).clients = [
        VersionedClient(row["what a client does"], row["from"], latest.get(row["to"], row["to"]))
        for row in context.table
    ]


@then("each client has worked at every revision at which it is promised to")
def clients_worked(context: Context) -> None:
    """Each has also written something."""
    found = context.world.state(MigrationState).clients
    complaints = [complaint for client in found for complaint in client.complaints]
    assert not complaints, "\n".join(complaints)
    assert all(client.acknowledged for client in found), "a client has not worked"


@then("every row that a client was told is stored exists")
def rows_exist(context: Context) -> None:
    """In the tables of the latest revision."""
    missing = versioned_clients.lost(context.world.url, context.world.state(MigrationState).clients)
    assert not missing, f"lost: {', '.join(missing[:10])}"


# --- statistics -----------------------------------------------------------------------------


@given("statistics about the texts in every tenant table")
def analyzed(context: Context) -> None:
    """By an ANALYZE at this revision."""
    world: World = context.world
    world.reader.execute("ANALYZE")
    world.before = data.fingerprint(world.reader)
    known = [row["table"] for row in planner_statistics.of_texts(world.reader)]
    assert known == rls_catalog.tenant_tables(world.reader), f"statistics are about {known}"


@then("there are no statistics about texts, not even after another ANALYZE")
def no_statistics_of_texts(context: Context) -> None:
    """Those collected before are removed, and not collected again."""
    world: World = context.world
    left = planner_statistics.of_texts(world.reader)
    assert not left, f"there are still statistics about {left}"
    world.reader.execute("ANALYZE")
    again = planner_statistics.of_texts(world.reader)
    assert not again, f"there are again statistics about {again}"
