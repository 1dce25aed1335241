"""What is stored of passwords, and what temporary passwords are made of."""

import math
from datetime import timedelta
from unicodedata import normalize

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError
from behave import then
from behave.runner import Context

from domain import DomainError
from domain.identity.password_policy import acceptable
from domain.identity.temporary_passwords import ALPHABET
from features.support import data
from features.support.arrange.known_accounts import IdentityState
from features.support.identity.credentials import Password
from features.support.world import World


@then("{person:Person}'s password is {password:Value}")
def password_is(context: Context, person: str, password: str) -> None:
    """Argon2's own library accepts the password for the stored hash."""
    stored = _own_hash(context.world, person)
    assert _made_from(stored, password), "it is another one"


@then("{person:Person}'s former passwords are")
def former_passwords_are(context: Context, person: str) -> None:
    """Exactly these are kept, each as a hash, the oldest first; some with their time."""
    world: World = context.world
    kept = world.stored("password_history", user_id=world.people[person].id)
    expected = [row["password"] for row in context.table]
    assert len(kept) == len(expected), f"{len(kept)} are kept"
    for row, password in zip(kept, expected, strict=True):
        assert _made_from(row["password_hash"], password), f"{password!r} is not in its place"
    if "retired" in context.table.headings:
        times = [f"{row['retired_at']:%H:%M}" for row in kept]
        assert times == [row["retired"] for row in context.table], f"they were retired at {times}"


@then("{person:Person} has no {table:PasswordKind}")
def has_none(context: Context, person: str, table: str) -> None:
    """The table has no row of the person's."""
    world: World = context.world
    kept = world.stored(table, user_id=world.people[person].id)
    assert not kept, f"{table} has {len(kept)}"


@then("{person:Person}'s former password was retired at {time:Time}")
def retired_at(context: Context, person: str, time: str) -> None:
    """The only former password was replaced at this time of the day."""
    user = context.world.people[person]
    former = context.world.stored_one("password_history", user_id=user.id)
    assert f"{former['retired_at']:%H:%M}" == time, f"it was retired at {former['retired_at']}"


@then('the hash of {person:Person}\'s {table:PasswordKind} begins with "{beginning}"')
def hash_begins_with(context: Context, person: str, table: str, beginning: str) -> None:
    """The hash names algorithm, version and cost (PHC), and is made from the known password."""
    world: World = context.world
    state = world.state(IdentityState)
    if table == "users":
        stored, password = _own_hash(world, person), state.passwords[person]
    else:
        row = world.stored_one(table, user_id=world.people[person].id)
        stored, password = row["password_hash"], state.temporary[person][-1]
    assert stored.startswith(beginning), f"it begins with {stored.rpartition('$')[0]}"
    assert _made_from(stored, password), "it is of another password"


@then(
    "the hash of {person:Person}'s password has a salt of {salt:Number} bytes"
    " and a tag of {tag:Number} bytes"
)
def salt_and_tag(context: Context, person: str, salt: int, tag: int) -> None:
    """The lengths in the stored hash."""
    found = extract_parameters(_own_hash(context.world, person))
    assert (found.salt_len, found.hash_len) == (salt, tag), f"they are {found}"


@then("the hash of {person:Person}'s password has not changed")
def hash_unchanged(context: Context, person: str) -> None:
    """The salt is the same, too."""
    stored = _own_hash(context.world, person)
    assert stored == context.world.people[person].password_hash, "it is another one"


@then("no two accounts have the same password hash")
def hashes_differ(context: Context) -> None:
    """There are at least two accounts."""
    hashes = [row["password_hash"] for row in context.world.stored("users")]
    assert len(set(hashes)) == len(hashes) > 1, f"{len(hashes)} accounts, {len(set(hashes))} hashes"


@then("no table contains {password:Password}")
def in_no_table(context: Context, password: Password) -> None:
    """No column of any table contains the text."""
    world: World = context.world
    secret = password(world, next(iter(world.state(IdentityState).temporary), ""))
    for table in data.tables(world.reader):
        for row in world.stored(table):
            assert not any(secret in str(cell) for cell in row.values()), f"it is in {table}"


# --- temporary passwords --------------------------------------------------------------------


@then("{person:Person}'s temporary password has been used")
def temporary_used(context: Context, person: str) -> None:
    """The time of its use is the scenario's own."""
    world: World = context.world
    row = world.stored_one("temporary_passwords", user_id=world.people[person].id)
    assert row["used_at"] == world.clock.now(), f"it was used at {row['used_at']}"


@then(
    "{person:Person}'s temporary password was issued at {time:Time},"
    " is valid for {valid:Duration}, and was not used"
)
def temporary_times(context: Context, person: str, time: str, valid: timedelta) -> None:
    """These are the times that are stored."""
    world: World = context.world
    row = world.stored_one("temporary_passwords", user_id=world.people[person].id)
    found = (f"{row['issued_at']:%H:%M}", row["expires_at"] - row["issued_at"], row["used_at"])
    assert found == (time, valid, None), f"found was {found}"


@then("the administrator was told whose it is, and how long it is valid")
def told_of_temporary(context: Context) -> None:
    """The account and the time that were returned with the password are those that are stored."""
    world: World = context.world
    refusal = world.outcome.claim()
    assert refusal is None, f"it was refused: {refusal}"
    issued = world.state(IdentityState).issued
    assert issued is not None, "no temporary password was issued"
    row = world.stored_one("temporary_passwords")
    found = (issued.user_id, issued.expires_at)
    assert found == (row["user_id"], row["expires_at"]), f"told was {found}"


@then("no two temporary passwords have the same salt")
def salts_differ(context: Context) -> None:
    """There are at least two."""
    hashes = [row["password_hash"] for row in context.world.stored("temporary_passwords")]
    salts = {stored.split("$")[4] for stored in hashes}
    assert len(salts) == len(hashes) > 1, f"{len(hashes)} hashes, {len(salts)} salts"


@then("{person:Person}'s temporary passwords are all different")
def all_different(context: Context, person: str) -> None:
    """There are at least two."""
    issued = context.world.state(IdentityState).temporary[person]
    assert len(set(issued)) == len(issued) > 1, f"{len(issued)} issued, {len(set(issued))} differ"


@then("each of {person:Person}'s temporary passwords has at least {bits:Number} random bits")
def random_bits(context: Context, person: str, bits: int) -> None:
    """Characters, each of which may be any of the alphabet; NIST demands 112 bits."""
    issued = context.world.state(IdentityState).temporary[person]
    characters = min(sum(character in ALPHABET for character in one) for one in issued)
    found = characters * math.log2(len(set(ALPHABET)))
    assert found >= bits, f"the shortest has {found:.0f}"
    used = set("".join(issued)) - {"-"}
    assert used == set(ALPHABET), f"never used: {''.join(sorted(set(ALPHABET) - used))}"


@then("each of {person:Person}'s temporary passwords satisfies the policy")
def satisfies_policy(context: Context, person: str) -> None:
    """The person could set each of them as their own password."""
    world: World = context.world
    for one in world.state(IdentityState).temporary[person]:
        try:
            acceptable(one, world.settings.passwords, world.people[person].own_words)
        except DomainError as refusal:
            raise AssertionError(f"{one!r} would be refused: {refusal}") from None


@then("the representation of the issued password does not contain it")
def issued_hides_password(context: Context) -> None:
    """The administrator's program may log what it was given."""
    state: IdentityState = context.world.state(IdentityState)
    ((password,),) = state.temporary.values()
    assert password not in repr(state.issued), "it does"


def _own_hash(world: World, person: str) -> str:
    account = world.stored_one("users", id=world.people[person].id)
    return str(account["password_hash"])


def _made_from(stored: str, password: str) -> bool:
    try:
        return PasswordHasher().verify(stored, normalize("NFKC", password))
    except VerifyMismatchError:
        return False
