"""Concurrent workloads on accounts and logins, through the service."""

from dataclasses import dataclass
from typing import Final

from features.support.arrange.factories import PASSWORD
from features.support.arrange.known_accounts import IdentityState
from features.support.concurrency.stress_tests import ClientWork, Participant, Workload
from features.support.identity.credentials import WRONG
from features.support.world import World

PURGE_BATCH: Final = 5
"""Sessions."""


@dataclass(frozen=True)
class Replaced:
    """The result of a change of password that the service has accepted."""

    password: str


def log_in(world: World) -> ClientWork:
    """Log in three times, each time to an account chosen at random."""
    people = list(world.people.values())

    def work(one: Participant) -> None:
        for user in one.dice.choices(people, k=3):
            with one.subject.identity() as tx:
                tx.sessions.log_in(user.email, PASSWORD)

    return work


def fail_to_log_in(world: World) -> ClientWork:
    """Log in to Ada's account with a wrong password."""

    def work(one: Participant) -> None:
        with one.subject.identity() as tx:
            tx.sessions.log_in(world.people["Ada"].email, WRONG)

    return work


def register_one_address(_: World) -> ClientWork:
    """Register with one address, each client in another spelling."""

    def work(one: Participant) -> None:
        with one.subject.identity() as tx:
            tx.accounts.register(spelling(one), one.word, PASSWORD)

    return work


def spelling(one: Participant) -> str:
    """Return the address in a mixture of capitals and small letters chosen at random."""
    return "".join(one.dice.choice([c, c.upper()]) for c in "ada") + "@example.org"


def replace_password(world: World) -> ClientWork:
    """Replace Ada's password, each client from another device and by another password."""
    tokens = list(world.state(IdentityState).tokens.values())

    def work(one: Participant) -> Replaced:
        with one.subject.identity() as tx:
            tx.passwords.change(tokens[one.position], PASSWORD, new_password(one))
        return Replaced(new_password(one))

    return work


def new_password(one: Participant) -> str:
    """Return a password that no other client chooses."""
    return f"nine herons wade upstream {one.word}"


def delete_old_sessions(_: World) -> ClientWork:
    """Delete old sessions, batch by batch, until none is left."""

    def work(one: Participant) -> int:
        total = 0
        while True:
            with one.subject.identity() as tx:
                deleted = tx.sessions.purge(PURGE_BATCH)
            if not deleted:
                return total
            total += deleted

    return work


LOGIN_WORKLOADS: Final[dict[str, Workload]] = {
    "log in to random accounts": log_in,
    "fail to log in to Ada's account": fail_to_log_in,
    "register with one address": register_one_address,
    "replace Ada's password": replace_password,
    "delete old sessions": delete_old_sessions,
}
"""By the words of the features."""
