"""What is stored about accounts, read past the service."""

from datetime import datetime

from argon2 import PasswordHasher
from behave import then
from behave.runner import Context

from features.support import data
from features.support.world import World
from pgharness.data import data_tables
from pgharness.servers import provision


@then("there is {number:Number} account")
@then("there are {number:Number} accounts")
def number_of_accounts(context: Context, number: int) -> None:
    """So many accounts are stored."""
    found = len(context.world.stored("users"))
    assert found == number, f"there are {found} accounts"


@then("a new connection finds these accounts")
def new_connection_finds(context: Context) -> None:
    """A connection that did not exist before sees exactly these accounts."""
    with provision.connect(context.world.url) as connection:
        data_tables.expect(context.table, map(_described, data.rows(connection, "users")))


@then("these accounts are stored")
def accounts_stored(context: Context) -> None:
    """Exactly these accounts are stored, oldest first."""
    data_tables.expect(context.table, map(_described, context.world.stored("users")))


@then('the account of "{email}" is called "{name}"')
def account_is_called(context: Context, email: str, name: str) -> None:
    """The account with exactly this address has this display name."""
    account = context.world.stored_one("users", email=email)
    assert account["display_name"] == name, f"it is called {account['display_name']!r}"


@then('the account of "{email}" has an id that was never used before')
def id_never_used(context: Context, email: str) -> None:
    """Ids are not given out twice."""
    account = context.world.stored_one("users", email=email)
    used = {user.id for user in context.world.people.values() if user.email == email}
    assert used - {account["id"]}, "nobody else has had this address"
    assert account["id"] > max(used - {account["id"]}), f"the id {account['id']} was used before"


@then("{person:Person}'s account was opened at {instant:Instant}")
def opened_at(context: Context, person: str, instant: datetime) -> None:
    """The account was opened at this instant, in whatever zone it is written."""
    account = context.world.stored_one("users", id=context.world.people[person].id)
    assert account["created_at"] == instant, f"it was opened at {account['created_at']}"


@then("no table holds anything of {person:Person}'s")
def nothing_left_of(context: Context, person: str) -> None:
    """There was something of the person's before, and no table has a row of theirs now."""
    user_id = context.world.people[person].id
    assert any(owner == user_id for _, owner in context.world.before), "there was nothing before"
    left = [table for table, owner in data.fingerprint(context.world.reader) if owner == user_id]
    assert not left, f"there is still something in {', '.join(left)}"


def _described(row: data.Row) -> dict[str, str]:
    return {
        "email": row["email"],
        "display name": row["display_name"],
        "active": "yes" if row["deactivated_at"] is None else "no",
        "version": str(row["version"]),
        "changed": f"{row['changed_at']:%H:%M}",
    }


@then('{person:Person}\'s stored hash begins with "{beginning}"')
def hash_begins_with(context: Context, person: str, beginning: str) -> None:
    """The hash names its algorithm, version and cost (PHC string format)."""
    stored = _stored_hash(context.world, person)
    assert stored.startswith(beginning), f"it begins with {stored.rpartition('$')[0]}"


@then('{person:Person}\'s stored hash was made from "{password}"')
def hash_made_from(context: Context, person: str, password: str) -> None:
    """An independent verifier accepts the password, and no other."""
    stored = _stored_hash(context.world, person)
    assert PasswordHasher().verify(stored, password)


@then('"{secret}" is in no table')
def in_no_table(context: Context, secret: str) -> None:
    """No column of any table has this text in it."""
    world: World = context.world
    for table in data.tables(world.reader):
        for row in world.stored(table):
            assert not any(secret in str(cell) for cell in row.values()), f"it is in {table}"


@then("no two accounts have the same stored hash")
def hashes_differ(context: Context) -> None:
    """Each hash has a salt of its own."""
    hashes = [row["password_hash"] for row in context.world.stored("users")]
    assert len(set(hashes)) == len(hashes) > 1, f"{len(hashes)} accounts, {len(set(hashes))} hashes"


def _stored_hash(world: World, person: str) -> str:
    account = world.stored_one("users", id=world.people[person].id)
    return str(account["password_hash"])
