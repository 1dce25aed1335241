"""Accounts: registering, reading, changing, deactivating, deleting, listing."""

from collections.abc import Mapping
from typing import Any

from behave import given, then, when
from behave.runner import Context

from domain import Domain, Settings
from domain.identity.accounts import User
from domain.transactions import IdentityWork
from features.support.arrange import factories
from features.support.arrange.factories import PASSWORD
from features.support.execution import Execution
from features.support.identity.state import AccountState
from features.support.world import World

# --- what is there already ------------------------------------------------------------------


@given('{person:Person} has an account with "{email}"')
def has_account(context: Context, person: str, email: str) -> None:
    """An account whose display name is the person's."""
    factories.account(context.world, person, email=email)


@given("these accounts")
def these_accounts(context: Context) -> None:
    """Accounts with the addresses and display names of the table."""
    for row in context.table:
        factories.account(
            context.world, row["name"], email=row["email"], display_name=row["display name"]
        )


@given("{person:Person} is looking at {whose:Whose} account")
@when("{person:Person} looks at {whose:Whose} account again")
def looks_at_account(context: Context, person: str, whose: str) -> None:
    """Read the account; what the person does next rests on this reading."""
    world: World = context.world
    with world.domain.identity() as tx:
        world.people[person] = tx.accounts.get(world.people[person].id)


@given('somebody else renames {owner:Person}\'s account to "{name}"')
def somebody_else_renames(context: Context, owner: str, name: str) -> None:
    """A change that the owner does not know of."""
    world: World = context.world
    with world.domain.identity() as tx:
        tx.accounts.rename(tx.accounts.get(world.people[owner].id), name)


@given("somebody else deletes {owner:Person}'s account")
def somebody_else_deletes(context: Context, owner: str) -> None:
    """A deletion that the owner does not know of."""
    world: World = context.world
    with world.domain.identity() as tx:
        tx.accounts.delete(tx.accounts.get(world.people[owner].id))


# --- registering ----------------------------------------------------------------------------


@when('{person:Person} registers as "{display_name}" with "{email}"')
def registers_as(context: Context, person: str, display_name: str, email: str) -> None:
    """Register with this display name and this address."""
    _register(context.world, person, {"email": email, "display_name": display_name})


@given('{person:Person} registers with "{email:Quoted}"{how:Execution}')
@when('{person:Person} registers with "{email:Quoted}"{how:Execution}')
def registers(context: Context, person: str, email: str, how: Execution) -> None:
    """Register with this address; the display name is the person's."""
    _register(context.world, person, {"email": email}, how)


@when('{person:Person} registers with the password "{password}"')
def registers_with_password(context: Context, person: str, password: str) -> None:
    """Register with this password, hashed as cheaply as scenarios do."""
    _register(context.world, person, {"password": password})


@when('{person:Person} registers with the password "{password}" under ordinary settings')
def registers_under_ordinary_settings(context: Context, person: str, password: str) -> None:
    """Register with this password, hashed as the service does unless told otherwise."""
    world: World = context.world
    ordinary = Domain(world.engine, Settings(), world.clock)
    with ordinary.identity() as tx:
        world.people[person] = tx.accounts.register(f"{person}@example.org", person, password)


@when("somebody registers with the {field:Field} {value:Value}")
def registers_with_value(context: Context, field: str, value: str) -> None:
    """Register with this value in one field, and good ones in the others."""
    _register(context.world, "Somebody", {field.replace(" ", "_"): value})


def _register(
    world: World, person: str, values: Mapping[str, Any], how: Execution = Execution.COMMITTED
) -> None:
    account = {
        "email": f"{person.lower()}@example.org",
        "display_name": person,
        "password": PASSWORD,
        **values,
    }

    def register(tx: IdentityWork) -> User:
        return tx.accounts.register(**account)

    user = world.perform(person, Domain.identity, register, how)
    if user is not None:
        world.people[person] = user


# --- reading --------------------------------------------------------------------------------


@when("the account with {person:Person}'s id is read")
def read_by_person(context: Context, person: str) -> None:
    """Read by an id that there is."""
    _read_by_id(context.world, context.world.people[person].id)


@when("the account with the id {user_id:Number} is read")
def read_by_id(context: Context, user_id: int) -> None:
    """Read by an id, whether there is one or not."""
    _read_by_id(context.world, user_id)


@when('the account with the address "{email}" is read')
def read_by_address(context: Context, email: str) -> None:
    """Read by an address, whether anybody has it or not."""
    world: World = context.world
    with world.attempt(), world.domain.identity() as tx:
        world.state(AccountState).found = [tx.accounts.get_by_email(email)]


def _read_by_id(world: World, user_id: int) -> None:
    with world.attempt(), world.domain.identity() as tx:
        world.state(AccountState).found = [tx.accounts.get(user_id)]


@then("it is the account of {person:Person}")
def is_account_of(context: Context, person: str) -> None:
    """What was read is this person's account, in every field."""
    refusal = context.world.outcome.claim()
    assert refusal is None, f"the reading was refused: {refusal}"
    (found,) = context.world.state(AccountState).found
    stored = context.world.stored_one("users", id=context.world.people[person].id)
    assert {column: getattr(found, column) for column in stored} == stored


# --- changing -------------------------------------------------------------------------------


@given('{person:Person} renames {owner:Owner} account to "{name:Quoted}"{how:Execution}')
@when('{person:Person} renames {owner:Owner} account to "{name:Quoted}"{how:Execution}')
def renames(context: Context, person: str, owner: str, name: str, how: Execution) -> None:
    """Rename the account as its owner last saw it."""
    _change_name(context.world, person, name, owner or person, how)


@given('{person:Person} has changed {whose:Whose} address to "{email}"')
@when('{person:Person} changes {whose:Whose} address to "{email}"')
def changes_address(context: Context, person: str, whose: str, email: str) -> None:
    """Change the address of the account as the person last saw it."""
    _change_address(context.world, person, email)


@when("{person:Person} changes {whose:Whose} {field:Field} to {value:Value}")
def changes_field(context: Context, person: str, whose: str, field: str, value: str) -> None:
    """Change one field to a value that may be refused."""
    change = _change_address if field == "email" else _change_name
    change(context.world, person, value)


@when("{person:Person} deactivates {whose:Whose} account")
def deactivates_own(context: Context, person: str, whose: str) -> None:
    """Deactivate the account as the person last saw it."""
    _deactivate(context.world, person)


@given("{person:Person}'s account has been deactivated")
@when("{person:Person}'s account is deactivated")
def deactivated(context: Context, person: str) -> None:
    """Deactivate the account as it was last seen."""
    _deactivate(context.world, person)


@given("{person:Person}'s account has been reactivated")
@when("{person:Person}'s account is reactivated")
def reactivated(context: Context, person: str) -> None:
    """Reactivate the account as it was last seen."""
    world: World = context.world
    with world.attempt(), world.domain.identity() as tx:
        world.people[person] = tx.accounts.reactivate(world.people[person])


@given("{person:Person} has deleted {owner:Owner} account")
@given("{person:Person} deletes {owner:Owner} account{how:Execution}")
@when("{person:Person} deletes {owner:Owner} account{how:Execution}")
def deletes(
    context: Context, person: str, owner: str, how: Execution = Execution.COMMITTED
) -> None:
    """Delete the account as its owner last saw it."""
    world: World = context.world
    world.acting = person
    seen = world.people[owner or person]
    world.perform(person, Domain.identity, lambda tx: tx.accounts.delete(seen), how)


def _change_name(
    world: World,
    person: str,
    name: str,
    owner: str = "",
    how: Execution = Execution.COMMITTED,
) -> None:
    seen = world.people[owner or person]

    def rename(tx: IdentityWork) -> User:
        return tx.accounts.rename(seen, name)

    user = world.perform(person, Domain.identity, rename, how)
    if user is not None:
        world.people[owner or person] = user


def _change_address(world: World, person: str, email: str) -> None:
    with world.attempt(), world.domain.identity() as tx:
        world.people[person] = tx.accounts.change_email(world.people[person], email)


def _deactivate(world: World, person: str) -> None:
    with world.attempt(), world.domain.identity() as tx:
        world.people[person] = tx.accounts.deactivate(world.people[person])
