"""Durability: what a crash of the server or a full disk leaves of transactions."""

from behave import given, then, when
from behave.runner import Context
from psycopg import sql
from sqlalchemy.exc import DBAPIError

from domain.errors import DomainError
from features.support.concurrency import crash_recovery, crash_workload
from features.support.concurrency.crash_workload import CrashWorkload
from features.support.concurrency.state import CrashState
from features.support.transactions import connection_settings, disk_full
from features.support.transactions.state import TransactionState
from features.support.world import World

# --- crashes --------------------------------------------------------------------------------


@given("the server acknowledges a commit {order:CommitOrder} it is on disk")
def acknowledges_commit(context: Context, order: str) -> None:
    """After: checks its settings. Before: commits are asynchronous from now on."""
    world: World = context.world
    if order == "after":
        world.state(TransactionState).settings = connection_settings.of_transactions(world)
        connection_settings.check_in_force(world, connection_settings.DURABLE)
        return
    name = sql.Identifier(world.reader.info.dbname)
    change = sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(name)
    world.reader.execute(change)
    world.engine.dispose()
    undo = sql.SQL("ALTER DATABASE {} RESET synchronous_commit").format(name)
    world.add_cleanup(world.engine.dispose)
    world.add_cleanup(lambda: world.reader.execute(undo))


@given("{number:Number} clients store rows of {one:Person}'s and {other:Person}'s")
def clients_store(context: Context, number: int, one: str, other: str) -> None:
    """Transaction after transaction until the server crashes, each client in a thread."""
    world: World = context.world
    state = world.state(CrashState)
    owners = [world.people[person].id for person in (one, other)]
    state.clients = CrashWorkload(world.domain, owners, number)
    world.add_cleanup(state.clients.close)
    state.clients.start()


@given("the clients start again")
def clients_start_again(context: Context) -> None:
    """Until the next crash."""
    context.world.state(CrashState).clients.start()


@given("the server crashes in the middle of their transactions")
@when("the server crashes in the middle of their transactions")
def crashes_under_load(context: Context) -> None:
    """It is killed and restarted; every client has got an error by then, and has ended."""
    crash_recovery.crash_under_load(context.world)


@when("the server crashes up to {times:Number} times, until an acknowledged transaction is lost")
def crashes_until_lost(context: Context, times: int) -> None:
    """The clients start again after each crash."""
    world: World = context.world
    state = world.state(CrashState)
    for crashes in range(1, times + 1):
        crash_recovery.crash_under_load(world)
        lost = crash_recovery.lost_transactions(world)
        acknowledged = len(state.clients.acknowledged)
        print(f"{len(lost)} of {acknowledged} acknowledged were lost after {crashes} crashes")
        if lost or crashes == times:
            return
        state.clients.start()


@given("the server crashes")
@when("the server crashes")
def crashes(context: Context) -> None:
    """It is killed immediately after the last step, and restarted."""
    with crash_recovery.server_down(context.world):
        pass


@when('{person:Person} submits "{title:Quoted}" while the server is down')
def submits_while_down(context: Context, person: str, title: str) -> None:
    """The server is restarted afterwards."""
    world: World = context.world
    with (
        crash_recovery.server_down(world),
        world.outcome.expected(DomainError),
        world.tenant(person) as tx,
    ):
        tx.tasks.submit(title, {})


# --- what is stored afterwards --------------------------------------------------------------


@then("{share:AllOrNot} acknowledged transactions are stored")
def acknowledged_are_stored(context: Context, share: str) -> None:
    """All of them completely; "not all" shows that a loss is noticed on this machine."""
    world: World = context.world
    acknowledged = world.state(CrashState).clients.acknowledged
    lost = crash_recovery.lost_transactions(world)
    assert acknowledged, "nothing was acknowledged"
    found = f"{len(lost)} of {len(acknowledged)} are lost: {sorted(lost)[:5]}"
    assert bool(lost) is (share == "not all"), found


@then("no other transactions are stored, except those lost during COMMIT")
def no_others_stored(context: Context) -> None:
    """Clients whose error said that nothing was changed got the truth."""
    world: World = context.world
    clients = world.state(CrashState).clients
    known = clients.acknowledged | clients.undecided
    others = crash_workload.stored(world.reader, clients).complete - known
    assert not others, f"also stored: {sorted(others)}"


@then("each transaction is stored completely or not at all")
def completely_or_not_at_all(context: Context) -> None:
    """None has left some of its rows only."""
    world: World = context.world
    partial = crash_workload.stored(world.reader, world.state(CrashState).clients).partial
    assert not partial, f"{len(partial)} are stored in part: {partial[:3]}"


@then("each client commits another transaction")
def clients_go_on(context: Context) -> None:
    """Through the service and the pool that it had before the crash, without an error."""
    errors = context.world.state(CrashState).clients.go_on()
    failed = [error for error in errors if error is not None]
    assert not failed, f"{len(failed)} of {len(errors)} got an error, such as {failed[0]!r}"


@then("all rows satisfy the constraints and indexes of the database")
def constraints_hold(context: Context) -> None:
    """Each is checked against the rows again."""
    broken = crash_recovery.broken_constraints(context.world.reader)
    assert not broken, "; ".join(broken)


# --- a full disk ----------------------------------------------------------------------------


@given("events are stored on a disk of 8 MB")
def events_on_small_disk(context: Context) -> None:
    """Until the scenario ends."""
    disk_full.move_to_small_disk(context.world, "events")


@given("{person:Person} tries to store a project with {megabytes:Number} MB of events")
@when("{person:Person} tries to store a project with {megabytes:Number} MB of events")
def stores_megabytes(context: Context, person: str, megabytes: int) -> None:
    """In one transaction; an error of the driver is kept."""
    world: World = context.world
    state = world.state(TransactionState)
    state.error, state.judged = None, False
    with world.attempt():
        try:
            with world.tenant(person) as tx:
                disk_full.store(tx, megabytes)
        except DBAPIError as error:
            state.error = error


@given("room is made on the disk")
def room_made(context: Context) -> None:
    """The space of the rolled back transaction is reclaimed too."""
    disk_full.make_room(context.world, "events")


@then("the project is stored with {megabytes:Number} MB of events")
def project_is_stored(context: Context, megabytes: int) -> None:
    """All rows of the transaction are."""
    world: World = context.world
    error = world.state(TransactionState).error
    assert error is None, f"it failed: {error!r}"
    world.stored_one("projects", slug="figures")
    logged = world.stored("events", type="project.logged")
    sizes = [len(event["payload"]["log"]) for event in logged]
    assert sizes == [disk_full.MEGABYTE] * megabytes, f"the events have these sizes: {sizes}"
