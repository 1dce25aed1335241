"""What the test database guarantees to scenarios."""

from collections.abc import Callable

from behave import given, then, when
from behave.runner import Context

from features.support import data
from features.support.arrange import every_kind, factories
from features.support.harness.trials import (
    ACCOUNTS_OF_RULE,
    TrialState,
    databases,
    moved_sequences,
    outside,
    unmarked_database,
)
from features.support.service import SERVICE
from features.support.world import World
from pgharness.adapters.test_run import Harness
from pgharness.core.errors import HarnessError
from pgharness.core.options import Options, ServerKind
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


@then("another connection sees {number:Number} account")
def another_connection_sees(context: Context, number: int) -> None:
    """Open a connection of its own."""
    with outside(context.world) as connection:
        found = data.rows(connection, "users")
    assert len(found) == number, f"it sees {found}"


@then("a connection from outside the scenario sees no row")
def outside_sees_nothing(context: Context) -> None:
    """Open a connection that has no part in the scenario's transaction."""
    with outside(context.world) as connection:
        rows = data.fingerprint(connection)
    assert not rows, f"it sees rows of {sorted(rows)}"


# --- reset and guard ------------------------------------------------------------------------


@when("the database is reset")
def database_reset(context: Context) -> None:
    """Empty the database that the scenario runs on."""
    reset(context.world.url)


@given("a database without a run's mark, with a row in it")
def database_without_mark(context: Context) -> None:
    """Make a database whose comment does not say that a run made it."""
    state = context.world.state(TrialState)
    state.url = context.world.enter(unmarked_database(context.harness))
    with provision.connect(state.url) as connection:
        connection.execute("CREATE TABLE precious (id serial)")
        connection.execute("INSERT INTO precious DEFAULT VALUES")


@when("that database is reset")
def that_database_reset(context: Context) -> None:
    """Try to empty it."""
    state = context.world.state(TrialState)
    try:
        reset(state.url)
    except HarnessError as refusal:
        state.refusal = refusal


@then("the reset is refused because the database carries no mark")
def reset_refused(context: Context) -> None:
    """The reason, and that nothing was done."""
    said = str(context.world.state(TrialState).refusal)
    assert "it carries no mark of this suite" in said, f"it says {said}"
    assert said.endswith("nothing in it was touched."), f"it says {said}"


@then("its row is still there")
def row_still_there(context: Context) -> None:
    """Its row, and its sequence."""
    with provision.connect(context.world.state(TrialState).url) as connection:
        assert data.rows(connection, "precious") == [{"id": 1}]
        assert moved_sequences(connection) == {"precious_id_seq": 1}


@when("another run starts and ends on the same server")
def another_run(context: Context) -> None:
    """Start the harness a second time, as another process would."""
    world: World = context.world
    state = world.state(TrialState)
    state.databases = databases(world)
    other = Harness(Options(kind=ServerKind.EXTERNAL, url=world.url), SERVICE)
    other.start()
    state.more = databases(world) - state.databases
    other.close()


@then("the server has the same databases as before")
def same_databases(context: Context) -> None:
    """The other run had its own, and they are gone."""
    world: World = context.world
    state = world.state(TrialState)
    assert state.more, "the other run had no database"
    assert databases(world) == state.databases


# --- data that scenarios share --------------------------------------------------------------


@when("{person:Person}'s account is added to the accounts of this rule")
def added_to_rule(context: Context, person: str) -> None:
    """Store an account, and note it as the rule's."""
    factories.account(context.world, person)
    ACCOUNTS_OF_RULE.setdefault(context.rule, set()).add(f"{person.lower()}@example.org")


@then("exactly the accounts of this rule are stored")
def accounts_of_rule(context: Context) -> None:
    """Those that scenarios of this rule have stored so far."""
    _check_accounts(context, set())


@then("the accounts of this rule and {person:Person}'s are stored")
def accounts_of_rule_and(context: Context, person: str) -> None:
    """The same, and one more."""
    _check_accounts(context, {f"{person.lower()}@example.org"})


def _check_accounts(context: Context, more: set[str]) -> None:
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
