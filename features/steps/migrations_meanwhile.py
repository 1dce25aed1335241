"""Upgrades while others work: clients, another upgrade, and those who hold a lock."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from alembic.config import Config
from alembic.util import CommandError
from behave import given, then, when
from behave.runner import Context

from features.support.migrations import alembic_commands, lock_holders, versioned_clients
from features.support.migrations.autovacuum import Analysts
from features.support.migrations.state import Meanwhile, MigrationState
from features.support.migrations.versioned_clients import Client, Crowd
from features.support.service import ROOT
from features.support.world import World
from pgharness.interleaving.actors import DEADLINE, Gate
from pgharness.servers import provision

BLOCKED = """
    SELECT FROM pg_stat_activity AS waiting JOIN pg_stat_activity AS holding
        ON holding.pid = ANY (pg_blocking_pids(waiting.pid))
     WHERE waiting.application_name = %s AND holding.application_name = %s
"""


@given("clients for whom these revisions are promised to work")
def clients_promised(context: Context) -> None:
    """One client for each row; every revision is promised to somebody."""
    latest = {"latest": alembic_commands.head()}
    context.world.state(MigrationState).clients = [
        Client(row["what a client does"], row["from"], latest.get(row["to"], row["to"]))
        for row in context.table
    ]


@when("it is upgraded to the latest revision while they work")
def upgraded_meanwhile(context: Context) -> None:
    """Upgrade all the way; at each revision, everybody has worked at least once."""
    world: World = context.world
    crowd = Crowd(world.state(MigrationState).clients, alembic_commands.history()[0].revision)
    with alembic_commands.connected(world.url) as connection, crowd.at_work(world.url, connection):
        alembic_commands.upgrade_as(alembic_commands.config(connection=connection), "head")


@then("every one of them could work for as long as was promised")
def everybody_worked(context: Context) -> None:
    """Nothing failed that was promised to work, and everybody has done something."""
    found = context.world.state(MigrationState).clients
    complaints = [complaint for client in found for complaint in client.complaints]
    assert not complaints, "\n".join(complaints)
    assert all(client.acknowledged for client in found), "somebody never came to work"


@then("all that they were told is stored is there")
def nothing_lost(context: Context) -> None:
    """Every acknowledged row is in the tables of today."""
    missing = versioned_clients.lost(context.world.url, context.world.state(MigrationState).clients)
    assert not missing, f"lost: {', '.join(missing[:10])}"


@when("it is upgraded to the latest revision while every table is analyzed at each statement")
def upgraded_analyzed(context: Context) -> None:
    """Upgrade, or keep why not, with somebody at every table all the time."""
    _while_analyzed(context.world, alembic_commands.upgrade_as, "head")


@when(
    'it is downgraded to revision "{revision:Revision}" while every table is analyzed'
    " at each statement"
)
def downgraded_analyzed(context: Context, revision: str) -> None:
    """Downgrade likewise."""
    _while_analyzed(context.world, alembic_commands.downgrade_as, revision)


def _while_analyzed(world: World, go: Callable[[Config, str], None], revision: str) -> None:
    state = world.state(MigrationState)
    analysts = Analysts(world.url, world.reader)
    with alembic_commands.connected(world.url) as connection, analysts.at_work(connection):
        made = alembic_commands.config(connection=connection)
        with state.expected(CommandError):
            go(made, revision)
    state.gave_way = analysts.gave_way


@then("neither a revision nor an analysis had to give way")
def nobody_gave_way(context: Context) -> None:
    """Nobody was broken off because each waited for the other."""
    upgrades = context.world.state(MigrationState)
    refusal = upgrades.claim()
    assert refusal is None, f"the revision gave way: {refusal}"
    assert not upgrades.gave_way, "\n".join(upgrades.gave_way)


@given("{person:Person}'s upgrade of it is under way")
def upgrade_under_way(context: Context, person: str) -> None:
    """Let an upgrade stop where it is about to record its first revision."""
    world: World = context.world
    engine = provision.engine(world.url, name=person)
    gate = Gate(engine, "UPDATE alembic_version")
    thread = world.enter(ThreadPoolExecutor(max_workers=1))
    world.add_cleanup(gate.opened.set)

    def upgrade() -> None:
        with engine.connect() as connection:
            alembic_commands.upgrade_as(alembic_commands.config(connection=connection), "head")

    world.state(MigrationState).meanwhile = Meanwhile(gate, thread.submit(upgrade))
    assert gate.reached.wait(DEADLINE), f"{person}'s upgrade never came to its first revision"


@when("{person:Person} upgrades it at the same time")
def upgrades_meanwhile(context: Context, person: str) -> None:
    """Run `alembic upgrade head` in a process of its own."""
    world: World = context.world
    url = world.url.update_query_dict({"application_name": person})
    process = subprocess.Popen(
        [sys.executable, "-m", "alembic", "upgrade", "head"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": alembic_commands.written(url)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    world.add_cleanup(process.wait)
    world.add_cleanup(process.kill)
    world.state(MigrationState).other = process


@then("{person:Person}'s upgrade has to wait for {other:Person}'s")
def upgrade_waits(context: Context, person: str, other: str) -> None:
    """The server says that the one waits for a lock that the other holds."""
    process = context.world.state(MigrationState).other
    deadline = time.monotonic() + DEADLINE * 3  # on a busy machine it takes long to start
    while context.world.reader.execute(BLOCKED, [person, other]).rowcount == 0:
        assert process.poll() is None, f"it did not wait, and said: {process.communicate()[0]}"
        assert time.monotonic() < deadline, "it never came to wait"


@when("{person:Person}'s upgrade goes on")
def upgrade_goes_on(context: Context, person: str) -> None:
    """Let the upgrade go on that has stopped."""
    context.world.state(MigrationState).meanwhile.gate.opened.set()


@then("both succeed, and {person:Person}'s has done nothing")
def both_succeed(context: Context, person: str) -> None:
    """The first upgrade ends well, and the other ran no revision."""
    upgrades = context.world.state(MigrationState)
    upgrades.meanwhile.ends.result(DEADLINE * 3)
    said, _ = upgrades.other.communicate(timeout=DEADLINE * 3)
    assert upgrades.other.returncode == 0, said
    assert "Running upgrade" not in said, said


@given('the client "{client}" has {held:Held} in a transaction')
def client_holds(context: Context, client: str, held: str) -> None:
    """Open a transaction, and leave it open; its last statement has the secret in it."""
    world: World = context.world
    holding = lock_holders.holding(world.url, client, held)
    world.state(MigrationState).client = world.enter(lock_holders.ended_early(holding))


@when("somebody upgrades it, ready to wait half a second for a lock")
def impatiently(context: Context) -> None:
    """Upgrade with a bound; if it does not keep to it, the client gives way, and it succeeds."""
    world: World = context.world
    state = world.state(MigrationState)
    state.before = alembic_commands.state(world.url)
    with (
        ThreadPoolExecutor(max_workers=1) as thread,
        state.expected(CommandError),
    ):
        ends = thread.submit(alembic_commands.upgrade, world.url, "head", "lock-timeout=500ms")
        try:
            ends.result(DEADLINE)
        except TimeoutError:
            state.client.close()
            ends.result()


@then('the upgrade is refused because "{name}" holds {what:Name}, without a word of the secret')
def refused_for_holder(context: Context, name: str, what: str) -> None:
    """The refusal names the client's process and what it holds, and no value."""
    refusal = str(context.world.state(MigrationState).claim() or "it was not refused")
    (pid,) = context.world.reader.execute(
        "SELECT pid FROM pg_stat_activity WHERE application_name = %s", [name]
    ).fetchone() or (None,)
    begins = (
        "lock timeout: for 0.5 s the upgrade waited for process"
        f" {pid} ({name}, as {context.world.reader.info.user}), which holds {what} in a transaction"
    )
    assert refusal.startswith(begins), refusal
    assert lock_holders.SECRET not in refusal, refusal
    assert "\n" not in refusal, refusal


@when("the client ends, and somebody upgrades it")
def client_ends(context: Context) -> None:
    """Let the client go, and try again."""
    context.world.state(MigrationState).client.close()
    alembic_commands.upgrade(context.world.url)


@then("nothing is waiting any longer")
def nothing_waits(context: Context) -> None:
    """Nobody in the scenario's database waits for a lock."""
    waiting = context.world.reader.execute(
        "SELECT application_name FROM pg_stat_activity"
        " WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0"
    ).fetchall()
    assert not waiting, f"still waiting: {waiting}"
