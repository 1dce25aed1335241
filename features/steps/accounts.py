"""Accounts: registering, reading, changing, deleting, listing, and what is stored of them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from behave import given, then, when
from behave.runner import Context

from domain import Domain
from domain.identity.accounts import User
from domain.transactions import IdentityWork
from features.support import data
from features.support.arrange import factories
from features.support.arrange.factories import PASSWORD
from features.support.arrange.known_accounts import IdentityState
from features.support.execution import Execution
from features.support.identity.state import AccountState
from features.support.world import World
from pgharness.data import data_tables

POSITIONS = {"the first": 0, "the second": 1}

# --- what exists before ---------------------------------------------------------------------


@given("{person:Person} has an account")
def has_account(context: Context, person: str) -> None:
    """An active account; address and display name are the person's name."""
    factories.account(context.world, person)


@given("{person:Person} has an account with the {field:Field} {value:Value}")
def has_account_with(context: Context, person: str, field: str, value: str) -> None:
    """The value is stored without the service, which might refuse it."""
    factories.account(context.world, person, **{field.replace(" ", "_"): value})


@given("these accounts")
def these_accounts(context: Context) -> None:
    """Accounts with the addresses and display names of the table."""
    for row in context.table:
        factories.account(
            context.world, row["name"], email=row["email"], display_name=row["display name"]
        )


# --- registering ----------------------------------------------------------------------------


@given("{person:Person} registers with the {field:Field} {value:Value}{how:Execution}")
@when("{person:Person} registers with the {field:Field} {value:Value}{how:Execution}")
def registers(context: Context, person: str, field: str, value: str, how: Execution) -> None:
    """The other fields are valid; the account is remembered under the person's name."""
    world: World = context.world
    account = {
        "email": f"{person.lower()}@example.org",
        "display_name": person,
        "password": PASSWORD,
        field.replace(" ", "_"): value,
    }
    user = _register(world, person, account, how)
    if user is not None:
        world.people[person] = user
        world.state(IdentityState).passwords[person] = account["password"]


@when("{name:Value} registers with {email:Value} and the password {password:Value}")
def registers_with_all(context: Context, name: str, email: str, password: str) -> None:
    """All fields are given."""
    values = {"email": email, "display_name": name, "password": password}
    _register(context.world, name, values, Execution.COMMITTED)


def _register(world: World, who: str, values: Mapping[str, Any], how: Execution) -> User | None:
    def register(tx: IdentityWork) -> User:
        return tx.accounts.register(values["email"], values["display_name"], values["password"])

    return world.perform(who, Domain.identity, register, how)


# --- reading --------------------------------------------------------------------------------


@given("{person:Person} reads {owner:Owner} account")
@when("{person:Person} reads {owner:Owner} account")
def reads(context: Context, person: str, owner: str) -> None:
    """Read the account by its id; the owner's next changes are based on this version."""
    world: World = context.world
    name = owner or person
    user_id = world.people[name].id
    found = world.perform(person, Domain.identity, lambda tx: tx.accounts.get(user_id))
    if found is not None:
        world.people[name] = found
        world.state(AccountState).found = [found]


@when("the account with the {field:Field} {value:Value} is read")
def read_by(context: Context, field: str, value: Any) -> None:
    """Read an account, which need not exist, by its id or its address."""
    world: World = context.world

    def read(tx: IdentityWork) -> User:
        return tx.accounts.get(value) if field == "id" else tx.accounts.get_by_email(value)

    found = world.perform("", Domain.identity, read)
    world.state(AccountState).found = [] if found is None else [found]


@then("{person:Person}'s account is returned")
def is_returned(context: Context, person: str) -> None:
    """The account that was read has the stored values of this person's in every field."""
    refusal = context.world.outcome.claim()
    assert refusal is None, f"the reading was refused: {refusal}"
    (found,) = context.world.state(AccountState).found
    stored = context.world.stored_one("users", id=context.world.people[person].id)
    assert not (others := data.differing(found, stored)), f"read otherwise: {', '.join(others)}"


# --- changing -------------------------------------------------------------------------------


@given("{person:Person} changes {owner:Owner} {field:Field} to {value:Value}{how:Execution}")
@when("{person:Person} changes {owner:Owner} {field:Field} to {value:Value}{how:Execution}")
def changes(context: Context, **words: Any) -> None:
    """Change the version that the owner last read; another's change is unknown to the owner."""
    world: World = context.world
    person, value = words["person"], words["value"]
    owner = words["owner"] or person
    seen = world.people[owner]

    def change(tx: IdentityWork) -> User:
        if words["field"] == "email":
            return tx.accounts.change_email(seen, value)
        return tx.accounts.rename(seen, value)

    user = world.perform(person, Domain.identity, change, words["how"])
    if user is not None and owner == person:
        world.people[owner] = user


@given("{person:Person} deletes {owner:Owner} account{how:Execution}")
@when("{person:Person} deletes {owner:Owner} account{how:Execution}")
def deletes(context: Context, person: str, owner: str, how: Execution) -> None:
    """Delete the version that the owner last read."""
    world: World = context.world
    world.acting = owner or person
    seen = world.people[world.acting]
    world.perform(person, Domain.identity, lambda tx: tx.accounts.delete(seen), how)


# --- listing --------------------------------------------------------------------------------


@given("there {are:Are} {number:Accounts}")
def some_accounts(context: Context, are: str, number: int) -> None:
    """Accounts whose owners do not matter."""
    context.world.state(AccountState).accounts = factories.accounts(context.world, number)


@given("there {are:Are} {number:Accounts}, each an hour older than the one before")
def some_accounts_backwards(context: Context, are: str, number: int) -> None:
    """Their times run against their ids, as after a clock was set back."""
    world: World = context.world
    now = world.clock.now()
    world.state(AccountState).accounts = [
        factories.account(world, f"Guest{position}", now=now - position * timedelta(hours=1))
        for position in range(number)
    ]


@given("the first page of {number:Accounts} is read")
def first_page(context: Context, number: int) -> None:
    """Read one page, and remember where the next one starts."""
    _read_page(context.world, limit=number)


@when("{which:Listed} are listed in pages of {size:PageSize}")
def list_in_pages(context: Context, which: str, size: dict[str, int]) -> None:
    """Read pages, from the first one that was not read yet to the last."""
    world: World = context.world
    with world.attempt():
        for _ in count():
            _read_page(world, **size)
            if world.state(AccountState).next_after is None:
                break


@when("another account is registered")
def another_account(context: Context) -> None:
    """An account that is younger than all others."""
    context.world.state(AccountState).accounts.append(factories.account(context.world, "Latecomer"))


@when("{which:Which} account is deleted")
def one_deleted(context: Context, which: str) -> None:
    """Delete one of the listed accounts, counted from the oldest."""
    world: World = context.world
    with world.domain.identity() as tx:
        tx.accounts.delete(world.state(AccountState).accounts[POSITIONS[which]])


@then("the pages hold {sizes:Numbers} accounts")
def pages_hold(context: Context, sizes: list[int]) -> None:
    """The size of each page; a single empty page is 0."""
    found = [len(page) for page in context.world.state(AccountState).pages]
    assert found == sizes, f"the pages hold {found} accounts"


@then("every account that exists was listed once, oldest first")
@then("every account that exists was listed once, in the order in which they were stored")
def every_account_once(context: Context) -> None:
    """All pages together; accounts deleted while paging may or may not be on a page."""
    world: World = context.world
    state = world.state(AccountState)
    existing = {row["id"] for row in world.stored("users")}
    listed = [user.id for page in state.pages for user in page if user.id in existing]
    expected = [user.id for user in state.accounts if user.id in existing]
    assert listed == expected, f"the ids listed were {listed}, not {expected}"


def _read_page(world: World, **size: int) -> None:
    state = world.state(AccountState)
    with world.domain.identity() as tx:
        page = tx.accounts.list(after=state.next_after, **size)
    state.pages.append(list(page.items))
    state.next_after = page.next_after


# --- what is stored -------------------------------------------------------------------------


@then("there {are:Are} {number:Accounts}")
def number_of_accounts(context: Context, are: str, number: int) -> None:
    """The number of committed accounts."""
    found = len(context.world.stored("users"))
    assert found == number, f"there are {found} accounts"


@then("these accounts are stored")
def accounts_stored(context: Context) -> None:
    """Another connection than the service's reads exactly these accounts, oldest first."""
    data_tables.expect(context.table, map(_described, context.world.stored("users")))


@then('the account of "{email}" is called "{name}"')
def account_is_called(context: Context, email: str, name: str) -> None:
    """The account with exactly this address has this display name."""
    account = context.world.stored_one("users", email=email)
    assert account["display_name"] == name, f"it is called {account['display_name']!r}"


@then("{person:Person}'s display name reads back as {value:Value}")
def display_name_reads_back(context: Context, person: str, value: str) -> None:
    """It is stored as exactly this text, and read so."""
    world: World = context.world
    refusal = world.outcome.claim()
    assert refusal is None, f"it was refused: {refusal}"
    user_id = world.people[person].id
    with world.domain.identity() as tx:
        read = tx.accounts.get(user_id).display_name
    found = (world.stored_one("users", id=user_id)["display_name"], read)
    assert found == (value, value), f"stored and read was {found}"


@then('the account of "{email}" has an id that was never used before')
def id_never_used(context: Context, email: str) -> None:
    """The id is higher than those of former accounts with the address."""
    account = context.world.stored_one("users", email=email)
    used = {user.id for user in context.world.people.values() if user.email == email}
    assert used - {account["id"]}, "no other account has had this address"
    assert account["id"] > max(used - {account["id"]}), f"the id {account['id']} was used before"


@then("{person:Person}'s account was created at {instant:Instant}")
def created_at(context: Context, person: str, instant: datetime) -> None:
    """Instants are compared, not their zones."""
    account = context.world.stored_one("users", id=context.world.people[person].id)
    assert account["created_at"] == instant, f"it was created at {account['created_at']}"


@then("no table holds anything of {person:Person}'s")
def nothing_left_of(context: Context, person: str) -> None:
    """The person had rows before the last operation, and no table has one of them now."""
    user_id = context.world.people[person].id
    assert any(owner == user_id for _, owner in context.world.before), "there was nothing before"
    left = [table for table, owner in data.fingerprint(context.world.reader) if owner == user_id]
    assert not left, f"there is still something in {', '.join(left)}"


def _described(row: data.Row) -> dict[str, str]:
    return {
        "email": row["email"],
        "display name": row["display_name"],
        "active": "yes" if row["deactivated_at"] is None else "no",
        "deactivated": f"{row['deactivated_at']:%H:%M}" if row["deactivated_at"] else "",
        "version": str(row["version"]),
        "changed": f"{row['changed_at']:%H:%M}",
    }
