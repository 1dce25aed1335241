"""A server that is killed, and what is there when it is back."""

from behave import given, then, when
from behave.runner import Context
from psycopg import errors, sql
from sqlalchemy.exc import DBAPIError

from domain.database.connections import CommitOutcome, ConnectionLost
from domain.errors import DomainError
from features.support import data
from features.support.concurrency import crash_recovery, crash_workload
from features.support.concurrency.crash_workload import Traffic
from features.support.concurrency.state import ConcurrencyState
from features.support.transactions import disk_full
from features.support.world import World

# --- how the server commits -----------------------------------------------------------------


@given("what is committed is on disk before it is acknowledged")
def commits_to_disk(context: Context) -> None:
    """The server says so itself, of each kind of unit of work; or nothing here proves anything."""
    found = crash_recovery.settings_in_force(context.world)
    wrong = {
        kind: settings for kind, settings in found.items() if settings != crash_recovery.DURABLE
    }
    assert not wrong, f"the settings in force are {wrong}"


@given("what is committed is acknowledged before it is on disk")
def commits_to_memory(context: Context) -> None:
    """Let the server commit asynchronously, in all connections from now on."""
    world: World = context.world
    name = sql.Identifier(world.reader.info.dbname)
    change = sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(name)
    world.reader.execute(change)
    world.engine.dispose()
    undo = sql.SQL("ALTER DATABASE {} RESET synchronous_commit").format(name)
    world.add_cleanup(world.engine.dispose)
    world.add_cleanup(lambda: world.reader.execute(undo))


@when("the service is asked how it commits")
def asked_how_it_commits(context: Context) -> None:
    """Read the settings that are in force in each kind of unit of work."""
    context.world.state(ConcurrencyState).settings_found = crash_recovery.settings_in_force(
        context.world
    )


@then("this is so in every kind of unit of work")
def so_in_every_kind(context: Context) -> None:
    """Each setting has the value of the table, whoever the unit of work is for."""
    expected = {row["setting"]: row["value"] for row in context.table}
    found = context.world.state(ConcurrencyState).settings_found
    assert len(found) > 1, "only one kind of unit of work was asked"
    wrong = {kind: settings for kind, settings in found.items() if settings != expected}
    assert not wrong, f"this is so: {wrong}"


# --- the crash ------------------------------------------------------------------------------


@given("{number:Number} clients are storing work of {one:Person}'s and {other:Person}'s")
def clients_storing(context: Context, number: int, one: str, other: str) -> None:
    """Clients that go on until the server is killed, each in a thread of its own."""
    world: World = context.world
    state = world.state(ConcurrencyState)
    owners = [world.people[person].id for person in (one, other)]
    state.traffic = Traffic(world.domain, owners, number)
    world.add_cleanup(state.traffic.close)
    state.traffic.start()


@given("the server was killed in the middle of it, and the clients have begun anew")
def killed_and_begun_anew(context: Context) -> None:
    """Kill the server while the clients work, start it again, and let them work once more."""
    crash_recovery.in_the_middle(context.world)
    context.world.state(ConcurrencyState).traffic.start()


@given("the server was killed in the middle of it and started again")
@when("the server is killed in the middle of it and started again")
def killed_in_the_middle(context: Context) -> None:
    """Kill the server while the clients work; each of them is told, and ends."""
    crash_recovery.in_the_middle(context.world)


@when(
    "the server is killed in the middle of it up to {times:Number} times, until something is lost"
)
def killed_until_something_is_lost(context: Context, times: int) -> None:
    """Kill the server again and again while the clients work, and say what came of it."""
    world: World = context.world
    state = world.state(ConcurrencyState)
    for crashes in range(1, times + 1):
        crash_recovery.in_the_middle(world)
        lost = crash_recovery.lost(world)
        acknowledged = len(state.traffic.acknowledged)
        print(f"{len(lost)} of {acknowledged} acknowledged were lost after {crashes} crashes")
        if lost or crashes == times:
            return
        state.traffic.start()


@given("the server was killed and started again")
@when("the server is killed and started again")
def killed(context: Context) -> None:
    """Kill the server at once after what was last done."""
    with crash_recovery.server_down(context.world):
        pass


@when('{person:Person} submits "{title:Quoted}" while the server is down')
def submits_while_down(context: Context, person: str, title: str) -> None:
    """Kill the server, try to submit a task, and start the server again."""
    world: World = context.world
    with (
        crash_recovery.server_down(world),
        world.outcome.expected(DomainError),
        world.tenant(person) as tx,
    ):
        tx.tasks.submit(title, {})


@when("{person:Person} wants to finish")
def wants_to_finish(context: Context, person: str) -> None:
    """Try to commit the open unit of work; what comes of it is kept for the Then."""
    context.world.actors[person].try_to_commit()


@when("the clients go on")
def clients_go_on(context: Context) -> None:
    """Let each client do one more unit of work, through the domain and the pool it had."""
    world: World = context.world
    state = world.state(ConcurrencyState)
    state.failures = state.traffic.go_on()


@then("{person:Person} is told that it is {outcome:CommitOutcome}")
def told_what_is_known(context: Context, person: str, outcome: CommitOutcome) -> None:
    """Whoever lost the connection knows whether the work may simply be done again."""
    world: World = context.world
    lost = world.actors[person].answer() if person in world.actors else world.outcome.judged
    assert isinstance(lost, ConnectionLost), f"{person} was told: {lost!r}"
    assert lost.outcome is outcome, f"{person} was told: {lost}"


# --- what is there afterwards ---------------------------------------------------------------


@then("all the work that was acknowledged is there")
def acknowledged_is_there(context: Context) -> None:
    """Every unit of work whose `with` has ended without an error is stored as a whole."""
    world: World = context.world
    acknowledged, lost = (
        world.state(ConcurrencyState).traffic.acknowledged,
        crash_recovery.lost(world),
    )
    assert acknowledged, "nothing was acknowledged"
    assert not lost, f"{len(lost)} of {len(acknowledged)} are lost: {sorted(lost)[:5]}"


@then("no other work is there but what was being committed")
def nothing_else_is_there(context: Context) -> None:
    """A client that was told that nothing was changed was told the truth."""
    world: World = context.world
    state = world.state(ConcurrencyState)
    known = state.traffic.acknowledged | state.traffic.undecided
    others = crash_workload.remains(world.reader, state.traffic).whole - known
    assert not others, f"also there: {sorted(others)}"


@then("each piece of work is there as a whole or not at all")
def whole_or_not_at_all(context: Context) -> None:
    """No unit of work has left some of its rows only."""
    halves = crash_workload.remains(
        context.world.reader, context.world.state(ConcurrencyState).traffic
    ).halves
    assert not halves, f"{len(halves)} are there in part: {halves[:3]}"


@then("some of the work that was acknowledged is gone")
def some_is_gone(context: Context) -> None:
    """If nothing is ever lost here, that nothing was lost elsewhere shows nothing."""
    world: World = context.world
    acknowledged = world.state(ConcurrencyState).traffic.acknowledged
    assert crash_recovery.lost(world), (
        f"all {len(acknowledged)} that were acknowledged are there: on this machine "
        "these criteria could not tell"
    )


@then("each of them has stored another piece of work")
def stored_another(context: Context) -> None:
    """No client was refused anything when it went on."""
    state: ConcurrencyState = context.world.state(ConcurrencyState)
    refused = [failure for failure in state.failures if failure is not None]
    assert state.failures, "no client has gone on"
    assert not refused, f"{len(refused)} could not go on, such as: {refused[0]!r}"


@then("everything stored is as the rules of the database want it")
def rules_hold(context: Context) -> None:
    """Every constraint, unique index and index agrees with the rows."""
    broken = crash_recovery.broken_rules(context.world.reader)
    assert not broken, "; ".join(broken)


# --- a full disk ----------------------------------------------------------------------------


@given("events are kept on a disk of 8 MB")
def events_on_small_disk(context: Context) -> None:
    """Move the table to a small file system, until the scenario ends."""
    disk_full.move_to_small_disk(context.world, "events")


@given("{person:Person} has failed to store a project with {megabytes:Number} MB of events")
@when("{person:Person} stores a project with {megabytes:Number} MB of events")
def stores_megabytes(context: Context, person: str, megabytes: int) -> None:
    """Store rows in five tables in one unit of work; what the driver says against it is kept."""
    world: World = context.world
    state = world.state(ConcurrencyState)
    world.before = data.fingerprint(world.reader)
    state.failures = []
    try:
        with world.tenant(person) as tx:
            disk_full.store(tx, megabytes)
    except DBAPIError as failure:
        state.failures = [failure.orig]


@given("room has been made on the disk")
def room_made(context: Context) -> None:
    """Give back what the undone work takes up."""
    disk_full.make_room(context.world, "events")


@then("it fails because the disk is full")
def fails_for_full_disk(context: Context) -> None:
    """The server's own error (SQLSTATE 53100) comes out, and says so."""
    (failure,) = context.world.state(ConcurrencyState).failures or [None]
    assert isinstance(failure, errors.DiskFull), f"what came of it: {failure!r}"


@then("the project is there with {megabytes:Number} MB of events")
def project_is_there(context: Context, megabytes: int) -> None:
    """Every row of the unit of work is stored."""
    world: World = context.world
    state = world.state(ConcurrencyState)
    assert not state.failures, f"it failed: {state.failures[0]!r}"
    world.stored_one("projects", slug="figures")
    logged = world.stored("events", type="project.logged")
    sizes = [len(event["payload"]["log"]) for event in logged]
    assert sizes == [disk_full.MEGABYTE] * megabytes, f"the events have these sizes: {sizes}"
