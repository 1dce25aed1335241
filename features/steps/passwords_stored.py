"""What is stored about passwords, read past the service."""

from unicodedata import normalize

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError
from behave import then
from behave.runner import Context

from features.support import data
from features.support.arrange.known_accounts import IdentityState
from features.support.world import World


@then("{person:Person}'s password is {password:Value}")
@then("{person:Person}'s password is still {password:Value}")
def password_is(context: Context, person: str, password: str) -> None:
    """An independent verifier accepts the password for the stored hash."""
    world: World = context.world
    stored = world.stored_one("users", id=world.people[person].id)["password_hash"]
    assert _made_from(stored, password), "it is another one"


@then("{person:Person}'s former passwords are")
def former_passwords_are(context: Context, person: str) -> None:
    """Exactly these passwords are kept as former ones, the oldest first, each as a hash."""
    world: World = context.world
    kept = world.stored("password_history", user_id=world.people[person].id)
    expected = [row["password"] for row in context.table]
    assert len(kept) == len(expected), f"{len(kept)} are kept"
    for row, password in zip(kept, expected, strict=True):
        assert _made_from(row["password_hash"], password), f"{password!r} is not in its place"


@then("no former passwords of {person:Person}'s are kept")
def no_former_passwords(context: Context, person: str) -> None:
    """Nothing is kept of what the person had before."""
    world: World = context.world
    kept = world.stored("password_history", user_id=world.people[person].id)
    assert not kept, f"{len(kept)} are kept"


@then("{person:Person}'s former password was retired at {time:Time}")
def retired_at(context: Context, person: str, time: str) -> None:
    """The only former password was replaced at this time of the day."""
    user = context.world.people[person]
    former = context.world.stored_one("password_history", user_id=user.id)
    assert f"{former['retired_at']:%H:%M}" == time, f"it was retired at {former['retired_at']}"


@then("{person:Person}'s stored hash has a salt of {salt:Number} and a tag of {tag:Number} bytes")
def salt_and_tag(context: Context, person: str, salt: int, tag: int) -> None:
    """The lengths of what lies in the table."""
    world: World = context.world
    stored = world.stored_one("users", id=world.people[person].id)["password_hash"]
    found = extract_parameters(stored)
    assert (found.salt_len, found.hash_len) == (salt, tag), f"they are {found}"


@then("no table holds the temporary password in clear")
def temporary_in_no_table(context: Context) -> None:
    """No column of any table has the password in it."""
    world: World = context.world
    ((password,),) = world.state(IdentityState).temporary.values()
    for table in data.tables(world.reader):
        for row in world.stored(table):
            assert not any(password in str(cell) for cell in row.values()), f"it is in {table}"


@then('{person:Person}\'s temporary password is hashed as "{beginning}"')
def temporary_hashed_as(context: Context, person: str, beginning: str) -> None:
    """The hash names its cost, and is that of the password which was issued."""
    world: World = context.world
    row = world.stored_one("temporary_passwords", user_id=world.people[person].id)
    stored = row["password_hash"]
    assert stored.startswith(beginning), f"it begins with {stored.rpartition('$')[0]}"
    assert _made_from(stored, world.state(IdentityState).temporary[person][-1]), (
        "it is of another password"
    )


@then("{person:Person} has no temporary password")
def no_temporary(context: Context, person: str) -> None:
    """Nothing is stored of one."""
    world: World = context.world
    assert not world.stored("temporary_passwords", user_id=world.people[person].id), "there is one"


@then("{person:Person}'s temporary password has been used")
def temporary_used(context: Context, person: str) -> None:
    """It was used now."""
    world: World = context.world
    row = world.stored_one("temporary_passwords", user_id=world.people[person].id)
    assert row["used_at"] == world.clock.now(), f"it was used at {row['used_at']}"


def _made_from(stored: str, password: str) -> bool:
    try:
        return PasswordHasher().verify(stored, normalize("NFKC", password))
    except VerifyMismatchError:
        return False


@then("the hash of {person:Person}'s password is the same as before")
def hash_unchanged(context: Context, person: str) -> None:
    """The very same hash, salt included, is stored."""
    world: World = context.world
    user = world.people[person]
    stored = world.stored_one("users", id=user.id)["password_hash"]
    assert stored == user.password_hash, "it is another one"
