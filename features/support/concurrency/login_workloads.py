"""What people do at once with accounts and logins, each through the service."""

from dataclasses import dataclass
from typing import Final

from features.support.arrange.factories import PASSWORD
from features.support.arrange.known_accounts import IdentityState
from features.support.concurrency.stress_tests import Part, Participant, Race
from features.support.identity.credentials import WRONG
from features.support.world import World

PURGED_AT_ONCE: Final = 5
"""Sessions in a batch."""


@dataclass(frozen=True)
class Replaced:
    """The password that somebody believes to have now."""

    password: str


def log_in(world: World) -> Part:
    """Log in three times, each time to the account of anybody there is."""
    people = list(world.people.values())

    def part(one: Participant) -> None:
        for user in one.dice.choices(people, k=3):
            with one.subject.identity() as tx:
                tx.sessions.log_in(user.email, PASSWORD)

    return part


def fail_to_log_in(world: World) -> Part:
    """Log in to Ada's account with a wrong password."""

    def part(one: Participant) -> None:
        with one.subject.identity() as tx:
            tx.sessions.log_in(world.people["Ada"].email, WRONG)

    return part


def register_one_address(_: World) -> Part:
    """Register with one address, each in another spelling."""

    def part(one: Participant) -> None:
        with one.subject.identity() as tx:
            tx.accounts.register(spelling(one), one.word, PASSWORD)

    return part


def spelling(one: Participant) -> str:
    """Return the one address in capitals and small letters of one's own."""
    return "".join(one.dice.choice([c, c.upper()]) for c in "ada") + "@example.org"


def replace_password(world: World) -> Part:
    """Replace Ada's password, each from a device of hers, by a new one of their own."""
    tokens = list(world.state(IdentityState).tokens.values())

    def part(one: Participant) -> Replaced:
        with one.subject.identity() as tx:
            tx.passwords.change(tokens[one.position], PASSWORD, new_password(one))
        return Replaced(new_password(one))

    return part


def new_password(one: Participant) -> str:
    """Return a password that nobody else chooses."""
    return f"nine herons wade upstream {one.word}"


def remove_old_sessions(_: World) -> Part:
    """Remove one batch of old sessions after the other, until nothing is left."""

    def part(one: Participant) -> int:
        total = 0
        while True:
            with one.subject.identity() as tx:
                removed = tx.sessions.purge(PURGED_AT_ONCE)
            if not removed:
                return total
            total += removed

    return part


LOGIN_RACES: Final[dict[str, Race]] = {
    "log in to anybody's account": log_in,
    "fail to log in to Ada's account": fail_to_log_in,
    "register with one address": register_one_address,
    "replace Ada's password": replace_password,
    "remove old sessions": remove_old_sessions,
}
"""In the words of the features."""
