"""What revisions do to rows: as they were before, and as they are after."""

from alembic.util import CommandError
from behave import given, then, when
from behave.runner import Context

from features.support import data
from features.support.arrange import raw_sql
from features.support.migrations import alembic_commands, bulk_rows, era_tables, schema_eras
from features.support.migrations.state import MigrationState
from features.support.world import World
from pgharness.servers import provision


@given('a database at revision "{revision:Revision}"')
def database_at(context: Context, revision: str) -> None:
    """Upgrade the scenario's empty database so far."""
    alembic_commands.upgrade(context.world.url, revision)


@given('a database at revision "{revision:Revision}" with the accounts of Ada and Bram')
def database_with_accounts(context: Context, revision: str) -> None:
    """Upgrade so far, and add the accounts 1 and 2."""
    alembic_commands.upgrade(context.world.url, revision)
    with provision.connect(context.world.url) as connection:
        schema_eras.insert(connection, "users", schema_eras.rows("users", revision))


@given('the rows of "{table:Name}"')
@when('a program adds the rows of "{table:Name}"')
def rows_added(context: Context, table: str) -> None:
    """Insert them; what must not be empty and is not said is as in `past`."""
    with provision.connect(context.world.url) as connection:
        era_tables.insert(connection, table, context.table)


@given("the objectives, each with its open entry")
def objectives_added(context: Context) -> None:
    """Insert them with what their history must have."""
    with provision.connect(context.world.url) as connection, connection.transaction():
        era_tables.insert(connection, "objectives", context.table)
        connection.execute(
            "INSERT INTO objective_history (owner_id, objective_id, text, constraints, valid_from)"
            " SELECT owner_id, id, text, constraints, since FROM objectives"
        )


@when('a program adds an account of "{email}"')
def account_added(context: Context, email: str) -> None:
    """Insert it and leave its id to the database."""
    with provision.connect(context.world.url) as connection:
        usual = {
            name: value
            for name, value in schema_eras.rows("users", alembic_commands.head())[0].items()
            if name != "id"
        }
        row = {**usual, "email": email}
        connection.execute(raw_sql.insertion("users", row), row)


@when("a program adds a task that is completed without a result")
def task_added_without_result(context: Context) -> None:
    """Insert it, in one transaction, and keep what the database says."""
    usual = {
        name: value for name, value in schema_eras.rows("tasks", "0020")[0].items() if name != "id"
    }
    row = {**usual, "agent_id": None, "result": None}
    raw_sql.attempt(context.world, raw_sql.insertion("tasks", row), row)


@when('a program changes the rows of "{table:Name}"')
def rows_changed(context: Context, table: str) -> None:
    """Write the columns that are said into the rows of these ids."""
    with provision.connect(context.world.url) as connection:
        era_tables.update(connection, table, context.table)


@when("it is upgraded to the latest revision")
@when('it is upgraded to revision "{revision:Revision}"')
def upgraded_to(context: Context, revision: str = "head") -> None:
    """Upgrade, or keep why not."""
    world: World = context.world
    state = world.state(MigrationState)
    state.before = alembic_commands.state(world.url)
    with state.expected(CommandError):
        alembic_commands.upgrade(world.url, revision)


@when('it is upgraded to revision "{revision:Revision}" by a session in the zone "{zone}"')
def upgraded_in_zone(context: Context, revision: str, zone: str) -> None:
    """Upgrade over a connection whose times are in another zone than UTC."""
    url = context.world.url.update_query_dict({"options": f"-c TimeZone={zone}"})
    alembic_commands.upgrade(url, revision)


@when('it is downgraded to revision "{revision:Revision}" by a session in the zone "{zone}"')
def downgraded_in_zone(context: Context, revision: str, zone: str) -> None:
    """Downgrade over a connection whose times are in another zone than UTC."""
    url = context.world.url.update_query_dict({"options": f"-c TimeZone={zone}"})
    alembic_commands.downgrade(url, revision)


@when('it is downgraded to revision "{revision:Revision}"')
def downgraded_to(context: Context, revision: str) -> None:
    """Downgrade, or keep why not."""
    world: World = context.world
    state = world.state(MigrationState)
    state.before = alembic_commands.state(world.url)
    with state.expected(CommandError):
        alembic_commands.downgrade(world.url, revision)


@when("it is downgraded to nothing")
def downgraded_to_nothing(context: Context) -> None:
    """Take the first revision back, or keep why not."""
    world: World = context.world
    state = world.state(MigrationState)
    state.before = alembic_commands.state(world.url)
    with state.expected(CommandError):
        alembic_commands.downgrade(world.url, "base")


@when('it is downgraded to revision "{revision:Revision}", whatever is lost')
def downgraded_at_a_loss(context: Context, revision: str) -> None:
    """Downgrade with the consent to lose what has no place there."""
    alembic_commands.downgrade(context.world.url, revision, alembic_commands.LOSSES_ALLOWED)


@then('the rows of "{table:Name}" are')
def rows_are(context: Context, table: str) -> None:
    """All rows by the first column, value by value."""
    era_tables.expect(context.world.reader, table, context.table)


@then('"{table:Name}" has no rows')
def no_rows(context: Context, table: str) -> None:
    """The table is there, and empty."""
    found = data.rows(context.world.reader, table)
    assert not found, f"{table} has {len(found)} rows"


@then("the downgrade is refused: {sentence:Rest}")
def downgrade_refused(context: Context, sentence: str) -> None:
    """The refusal is this sentence, and what would let the downgrade go on."""
    refusal = context.world.state(MigrationState).claim()
    assert refusal is not None, "it was not refused"
    said = str(refusal).replace(" (-x allow-data-loss=yes would lose it)", "")
    assert said != str(refusal), f"it does not say how to consent: {refusal}"
    assert said == sentence, f"it was refused, but: {said}"


@given("{number:Number} accounts and as many tasks, as they were in the beginning")
def masses_in_the_beginning(context: Context, number: int) -> None:
    """Upgrade to the first revision, and make them in the server."""
    alembic_commands.upgrade(context.world.url, "0001")
    with provision.connect(context.world.url) as connection:
        bulk_rows.make(connection, number)


@then("all {number:Number} of them are there as they are today, value by value")
def masses_of_today(context: Context, number: int) -> None:
    """Each table has these rows, and no others."""
    wrong = bulk_rows.wrong(context.world.reader, number, bulk_rows.TODAY)
    assert not wrong, "; ".join(wrong)


@then("all {number:Number} of them are there as they were in the beginning, value by value")
def masses_as_in_the_beginning(context: Context, number: int) -> None:
    """Each table has these rows, and no others."""
    wrong = bulk_rows.wrong(context.world.reader, number, bulk_rows.BEGINNING)
    assert not wrong, "; ".join(wrong)
