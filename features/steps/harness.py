"""Guarantees of the test database, the factories and the log of statements."""

from collections.abc import Callable

from behave import given, then, when
from behave.runner import Context

from features.support import data
from features.support.arrange import every_kind, factories
from features.support.arrange.every_kind import Workshop
from features.support.arrange.known_accounts import IdentityState
from features.support.harness.step_types import Batch
from features.support.harness.trials import (
    ACCOUNTS_OF_RULE,
    TrialState,
    databases,
    is_lasting,
    moved_sequences,
    outside,
    unmarked_database,
)
from features.support.identity.recorded import ObservedState
from features.support.service import SERVICE
from features.support.world import World
from pgharness.adapters.test_run import Harness
from pgharness.core.errors import HarnessError
from pgharness.core.options import Options, ServerKind
from pgharness.data import data_tables
from pgharness.observe import log_capture
from pgharness.observe.sql_log import SqlLog
from pgharness.reset.reset import reset
from pgharness.servers import provision

# --- what a scenario starts from ------------------------------------------------------------


@given("every table is empty")
@then("every table is empty")
def every_table_empty(context: Context) -> None:
    """Look at every table of the service."""
    world: World = context.world
    rows = data.fingerprint(world.reader)
    assert not rows, f"there are rows:\n{data.describe({}, rows)}"


@given("every sequence is at its start")
@then("every sequence is at its start")
def every_sequence_at_start(context: Context) -> None:
    """Look at every sequence of the service."""
    moved = moved_sequences(context.world.reader)
    assert not moved, f"these have given out values: {moved}"


@given("a row of every kind is stored")
@when("a row of every kind is stored")
def every_kind_stored(context: Context) -> None:
    """Put a row into each table."""
    with context.world.past_the_domain() as session:
        every_kind.one_of_each(session)


@then("no table is empty")
def no_table_empty(context: Context) -> None:
    """Look at every table of the service."""
    reader = context.world.reader
    empty = [table for table in data.tables(reader) if not data.rows(reader, table)]
    assert not empty, f"these are: {empty}"


@then("another connection sees {number:Rows}")
def another_connection_sees(context: Context, number: int) -> None:
    """In all tables, over a connection that has no part in the scenario's transaction."""
    with outside(context.world) as connection:
        found = [row for table in data.tables(connection) for row in data.rows(connection, table)]
    assert len(found) == number, f"it sees {found}"


# --- reset and ownership --------------------------------------------------------------------


@given("an unmarked database with a row")
def unmarked_database_with_row(context: Context) -> None:
    """Its comment does not say that a run has created it."""
    state = context.world.state(TrialState)
    state.url = context.world.enter(unmarked_database(context.harness))
    with provision.connect(state.url) as connection:
        connection.execute("CREATE TABLE precious (id serial)")
        connection.execute("INSERT INTO precious DEFAULT VALUES")


@when("{which:Resettable} is reset")
def database_reset(context: Context, which: str) -> None:
    """The scenario's own, or the unmarked one; a refusal is kept."""
    world: World = context.world
    with world.attempt_of("reset", HarnessError):
        reset(world.url if which == "the database" else world.state(TrialState).url)


@then("the reset is refused because the database carries no mark")
def reset_refused(context: Context) -> None:
    """The error also says that nothing was changed."""
    said = str(context.world.refusal("the reset"))
    assert "it carries no mark of this suite" in said, f"it says {said}"
    assert said.endswith("nothing in it was touched."), f"it says {said}"


@then("its row still exists")
def row_still_exists(context: Context) -> None:
    """And its sequence has not moved."""
    with provision.connect(context.world.state(TrialState).url) as connection:
        assert data.rows(connection, "precious") == [{"id": 1}]
        assert moved_sequences(connection) == {"precious_id_seq": 1}


@when("another run starts and ends on the same server")
def another_run(context: Context) -> None:
    """The harness is started a second time, as another process would start it."""
    world: World = context.world
    state = world.state(TrialState)
    state.databases = databases(world)
    other = Harness(Options(kind=ServerKind.EXTERNAL, url=world.url), SERVICE)
    other.start()
    state.of_other_run = {name for name in databases(world) if name.endswith(other.run_id)}
    other.close()


@then("the server has the same databases as before")
def same_databases(context: Context) -> None:
    """The other run had databases of its own, and has dropped these and no other.

    Further runs on the server, and the other processes of this one, make and drop their own.
    """
    world: World = context.world
    state = world.state(TrialState)
    assert state.of_other_run, "the other run had no database"
    there = databases(world)
    ours = {name for name in state.databases if is_lasting(name, context.harness.run_id)}
    assert not state.of_other_run & there, f"it has left {sorted(state.of_other_run & there)}"
    assert ours <= there, f"it has dropped {sorted(ours - there)}"


# --- data that scenarios share --------------------------------------------------------------


@when("{person:Person}'s account is added to the accounts of this rule")
def added_to_rule(context: Context, person: str) -> None:
    """Store an account, and remember it as the rule's."""
    factories.account(context.world, person)
    ACCOUNTS_OF_RULE.setdefault(context.rule, set()).add(f"{person.lower()}@example.org")


@then("exactly the accounts of this rule{person:AndPerson} are stored")
def accounts_of_rule(context: Context, person: str) -> None:
    """Those that scenarios of this rule have stored so far, and perhaps one more."""
    more = {f"{person.lower()}@example.org"} if person else set()
    stored = {row["email"] for row in context.world.stored("users")}
    expected = ACCOUNTS_OF_RULE.get(context.rule, set()) | more
    assert stored == expected, f"there are {sorted(stored)}, not {sorted(expected)}"


# --- sessions -------------------------------------------------------------------------------


@when('{rename:Renaming} renames {person:Person}\'s account to "{name}" and commits')
def session_renames(
    context: Context, rename: Callable[[World, str, str], str], person: str, name: str
) -> None:
    """Rename it by SQL, and read it in the same session afterwards."""
    world: World = context.world
    world.before = data.fingerprint(world.reader)
    world.state(TrialState).read = rename(world, person, name)


@then('the session has read "{name}"')
def session_has_read(context: Context, name: str) -> None:
    """After its own commit."""
    assert context.world.state(TrialState).read == name


# --- factories ------------------------------------------------------------------------------


@when("the factories make {batch:Batch}")
def factories_make(context: Context, batch: Batch) -> None:
    """In one session, which commits."""
    world: World = context.world
    with every_kind.making(world) as session:
        world.state(Workshop).made = batch(session)


@then("a new session reads every row as it was made")
def read_as_made(context: Context) -> None:
    """Every value of every column, by the service's own models."""
    world: World = context.world
    state = world.state(Workshop)
    assert state.refusal is None, f"they could not be made: {state.refusal}"
    assert state.made, "nothing was made"
    lost = every_kind.lost(world, state.made)
    assert not lost, "\n".join(lost[:5])


@then("these statuses were made")
def statuses_made(context: Context) -> None:
    """Of each table, in the order of its factory's traits."""
    found: dict[str, list[str]] = {}
    for status, one in context.world.state(Workshop).made:
        found.setdefault(one.__tablename__, []).append(status)
    rows = ({"table": table, "statuses": ", ".join(each)} for table, each in found.items())
    data_tables.expect(context.table, rows)


# --- the log of statements ------------------------------------------------------------------


@given("the SQL log is on")
def log_is_on(context: Context) -> None:
    """As by `-D sql=on`."""
    world: World = context.world
    log = SqlLog(world.state(ObservedState).log)
    world.enter(log.listening())
    log.begin(context.scenario.name)


@then("the SQL log contains no password, token, hash or key")
def log_without_secrets(context: Context) -> None:
    """No secret of the scenario, in any spelling."""
    world: World = context.world
    log = world.state(ObservedState).log.getvalue()
    assert "INSERT INTO login_sessions" in log, "too little was logged"
    log_capture.expect_none(world.state(IdentityState).every_secret(), log, "written down")
