"""Listing accounts by pages."""

from itertools import count

from behave import given, then, when
from behave.runner import Context

from domain.identity.accounts import User
from features.support.arrange import factories
from features.support.identity.state import AccountState
from features.support.world import World

FIRST, SECOND = 0, 1


@given("{number:Number} accounts")
def some_accounts(context: Context, number: int) -> None:
    """So many accounts; who they are does not matter."""
    state: AccountState = context.world.state(AccountState)
    state.accounts = factories.accounts(context.world, number)
    state.pages = []
    state.next_after = None


@given("the first page of {size:Number} accounts has been read")
def first_page(context: Context, size: int) -> None:
    """Read one page and remember where the next one starts."""
    _read_page(context.world, size)


@when("the accounts are listed in pages of {size:Number}")
@when("the rest is listed in pages of {size:Number}")
def list_in_pages(context: Context, size: int) -> None:
    """Read pages until there is no more."""
    world: World = context.world
    with world.attempt():
        for _ in count():
            _read_page(world, size)
            if world.state(AccountState).next_after is None:
                break


@when("another account is opened")
def another_account(context: Context) -> None:
    """An account that is younger than all others."""
    context.world.state(AccountState).accounts.append(factories.account(context.world, "Latecomer"))


@when("the first account is deleted")
def first_deleted(context: Context) -> None:
    """The oldest account goes."""
    _delete(context.world, FIRST)


@when("the second account is deleted")
def second_deleted(context: Context) -> None:
    """The second oldest account goes."""
    _delete(context.world, SECOND)


@then("the pages hold {sizes:Numbers} accounts")
def pages_hold(context: Context, sizes: list[int]) -> None:
    """So many accounts on each page; a single empty page is none."""
    found = [len(page) for page in context.world.state(AccountState).pages]
    assert found == sizes, f"the pages hold {found} accounts"


@then("every account was listed once, oldest first")
def every_account_once(context: Context) -> None:
    """All pages together are all accounts there ever were, in their order."""
    _check_listed(context.world, context.world.state(AccountState).accounts)


@then("every account that is still there was listed once, oldest first")
def every_remaining_account_once(context: Context) -> None:
    """As above; accounts deleted meanwhile may or may not have been listed."""
    world: World = context.world
    state = world.state(AccountState)
    remaining = {row["id"] for row in world.stored("users")}
    state.pages = [[user for user in page if user.id in remaining] for page in state.pages]
    _check_listed(world, [user for user in state.accounts if user.id in remaining])


def _read_page(world: World, size: int) -> None:
    state = world.state(AccountState)
    with world.domain.identity() as tx:
        page = tx.accounts.list(after=state.next_after, limit=size)
    state.pages.append(list(page.items))
    state.next_after = page.next_after


def _delete(world: World, position: int) -> None:
    with world.domain.identity() as tx:
        tx.accounts.delete(world.state(AccountState).accounts[position])


def _check_listed(world: World, expected: list[User]) -> None:
    listed = [user.email for page in world.state(AccountState).pages for user in page]
    assert listed == [user.email for user in expected], f"listed were {listed}"
