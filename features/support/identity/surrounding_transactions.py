"""Logging in within a transaction that does more, or that works in another way."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

from domain import Isolation
from domain.identity.failed_logins import LoginRefused
from domain.transactions import IdentityWork
from features.support.arrange.known_accounts import IdentityState
from features.support.identity.credentials import WRONG
from features.support.world import World

LogIn = Callable[[IdentityWork], object]


def _after_renaming(world: World, person: str, log_in: LogIn) -> None:
    with world.domain.identity() as tx:
        tx.accounts.rename(world.people[person], "Ada King")
        log_in(tx)


def _in_a_savepoint(world: World, _: str, log_in: LogIn) -> None:
    with world.domain.identity() as tx, tx.savepoint():
        log_in(tx)


def _isolated(isolation: Isolation, world: World, _: str, log_in: LogIn) -> None:
    with world.domain.identity(isolation=isolation) as tx:
        log_in(tx)


def _ignoring_the_refusal(world: World, _: str, log_in: LogIn) -> None:
    with world.domain.identity() as tx, suppress(LoginRefused):
        log_in(tx)


def _after_two_refusals(world: World, person: str, log_in: LogIn) -> None:
    with world.domain.identity() as tx:
        for name in (person, "Bram"):
            with suppress(LoginRefused):
                tx.sessions.log_in(world.people[name].email, WRONG)
        log_in(tx)


def _after_reading_what_is_deactivated(world: World, person: str, log_in: LogIn) -> None:
    with world.domain.identity() as tx:
        # Kept, as a session forgets what nothing refers to.
        read = tx.accounts.get(world.people[person].id)
        with world.domain.identity() as other:
            other.accounts.deactivate(read)
        log_in(tx)


def _after_issuing_another(world: World, person: str, log_in: LogIn) -> None:
    user, (first, *_) = world.people[person], world.state(IdentityState).temporary[person]
    kept = []
    with world.domain.identity() as tx:
        try:
            tx.sessions.log_in(user.email, first)
        except LoginRefused as refusal:
            kept.append(refusal)  # with its traceback, and so with the rows that were read
        tx.passwords.issue_temporary(user.id)
        log_in(tx)
    assert kept, "the first temporary password was not refused"


SURROUNDINGS: Final[dict[str, Callable[[World, str, LogIn], None]]] = {
    'has renamed the account to "Ada King"': _after_renaming,
    "has read the account before it was deactivated": _after_reading_what_is_deactivated,
    "was refused the first one and has issued another": _after_issuing_another,
    "has opened a savepoint": _in_a_savepoint,
    "is at repeatable read": partial(_isolated, Isolation.REPEATABLE_READ),
    "is serializable": partial(_isolated, Isolation.SERIALIZABLE),
    "has ignored a refusal of Ada's login and one of Bram's": _after_two_refusals,
    "ignores the refusal": _ignoring_the_refusal,
}
