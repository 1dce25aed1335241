"""What revisions do to rows: as they were before, and as they are after."""

from alembic.util import CommandError
from behave import given, then, when
from behave.runner import Context

from features.support import data, eras, masses, past, raw, upgrading
from features.support.upgrades import MigrationState
from features.support.world import World
from pgharness.servers import provision


@given('a database at revision "{revision:Revision}"')
def database_at(context: Context, revision: str) -> None:
    """Upgrade the scenario's empty database so far."""
    upgrading.upgrade(context.world.url, revision)


@given('a database at revision "{revision:Revision}" with the accounts of Ada and Bram')
def database_with_accounts(context: Context, revision: str) -> None:
    """Upgrade so far, and add the accounts 1 and 2."""
    upgrading.upgrade(context.world.url, revision)
    with provision.connect(context.world.url) as connection:
        past.insert(connection, "users", past.rows("users", revision))


@given('the rows of "{table:Name}"')
@when('a program adds the rows of "{table:Name}"')
def rows_added(context: Context, table: str) -> None:
    """Insert them; what must not be empty and is not said is as in `past`."""
    with provision.connect(context.world.url) as connection:
        eras.insert(connection, table, context.table)


@given("the objectives, each with its open entry")
def objectives_added(context: Context) -> None:
    """Insert them with what their history must have."""
    with provision.connect(context.world.url) as connection, connection.transaction():
        eras.insert(connection, "objectives", context.table)
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
            for name, value in past.rows("users", upgrading.head())[0].items()
            if name != "id"
        }
        row = {**usual, "email": email}
        connection.execute(raw.insertion("users", row), row)


@when("a program adds a task that is completed without a result")
def task_added_without_result(context: Context) -> None:
    """Insert it, in one transaction, and keep what the database says."""
    usual = {name: value for name, value in past.rows("tasks", "0020")[0].items() if name != "id"}
    row = {**usual, "agent_id": None, "result": None}
    raw.attempt(context.world, raw.insertion("tasks", row), row)


@when('a program changes the rows of "{table:Name}"')
def rows_changed(context: Context, table: str) -> None:
    """Write the columns that are said into the rows of these ids."""
    with provision.connect(context.world.url) as connection:
        eras.update(connection, table, context.table)


@when("it is upgraded to the latest revision")
@when('it is upgraded to revision "{revision:Revision}"')
def upgraded_to(context: Context, revision: str = "head") -> None:
    """Upgrade, or keep why not."""
    world: World = context.world
    state = world.state(MigrationState)
    state.before = upgrading.state(world.url)
    with state.expected(CommandError):
        upgrading.upgrade(world.url, revision)


@when('it is upgraded to revision "{revision:Revision}" by a session in the zone "{zone}"')
def upgraded_in_zone(context: Context, revision: str, zone: str) -> None:
    """Upgrade over a connection whose times are in another zone than UTC."""
    url = context.world.url.update_query_dict({"options": f"-c TimeZone={zone}"})
    upgrading.upgrade(url, revision)


@when('it is downgraded to revision "{revision:Revision}" by a session in the zone "{zone}"')
def downgraded_in_zone(context: Context, revision: str, zone: str) -> None:
    """Downgrade over a connection whose times are in another zone than UTC."""
    url = context.world.url.update_query_dict({"options": f"-c TimeZone={zone}"})
    upgrading.downgrade(url, revision)


@when('it is downgraded to revision "{revision:Revision}"')
def downgraded_to(context: Context, revision: str) -> None:
    """Downgrade, or keep why not."""
    world: World = context.world
    state = world.state(MigrationState)
    state.before = upgrading.state(world.url)
    with state.expected(CommandError):
        upgrading.downgrade(world.url, revision)


@when("it is downgraded to nothing")
def downgraded_to_nothing(context: Context) -> None:
    """Take the first revision back, or keep why not."""
    world: World = context.world
    state = world.state(MigrationState)
    state.before = upgrading.state(world.url)
    with state.expected(CommandError):
        upgrading.downgrade(world.url, "base")


@when('it is downgraded to revision "{revision:Revision}", whatever is lost')
def downgraded_at_a_loss(context: Context, revision: str) -> None:
    """Downgrade with the consent to lose what has no place there."""
    upgrading.downgrade(context.world.url, revision, upgrading.LOSSES_ALLOWED)


@then('the rows of "{table:Name}" are')
def rows_are(context: Context, table: str) -> None:
    """All rows by the first column, value by value."""
    eras.expect(context.world.reader, table, context.table)


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
    upgrading.upgrade(context.world.url, "0001")
    with provision.connect(context.world.url) as connection:
        masses.make(connection, number)


@then("all {number:Number} of them are there as they are today, value by value")
def masses_of_today(context: Context, number: int) -> None:
    """Each table has these rows, and no others."""
    wrong = masses.wrong(context.world.reader, number, masses.TODAY)
    assert not wrong, "; ".join(wrong)


@then("all {number:Number} of them are there as they were in the beginning, value by value")
def masses_as_in_the_beginning(context: Context, number: int) -> None:
    """Each table has these rows, and no others."""
    wrong = masses.wrong(context.world.reader, number, masses.BEGINNING)
    assert not wrong, "; ".join(wrong)
