"""What is done at once to one account, as a careless colleague would write it: past the service.

Each reads first and writes later, and all have read before anybody writes, so that what can go
wrong does. It is here to show that the criteria can fail; nothing but the features uses it.
"""

import secrets
from typing import Final

from features.support.arrange import factories
from features.support.concurrency.login_workloads import (
    PURGED_AT_ONCE,
    Replaced,
    new_password,
    spelling,
)
from features.support.concurrency.raw_participant import Hand, stopped_is_an_answer
from features.support.concurrency.stress_tests import Part, Participant, Race
from features.support.world import World


def log_in(world: World) -> Part:
    """Count Ada's sessions, then open another if there is room."""
    ada = world.people["Ada"].id
    rules = world.settings.sessions
    now = world.clock.now()

    def part(one: Participant) -> None:
        with Hand(one).at_work() as hand:
            ((number,),) = hand(
                "SELECT count(*) FROM login_sessions WHERE user_id = :id AND ended_at IS NULL",
                id=ada,
            )
            one.meet()
            assert number < rules.at_most, "the storm is to begin while there is room"
            hand(
                "INSERT INTO login_sessions (jti, user_id, created_at, last_seen_at, expires_at)"
                " VALUES (:jti, :id, :now, :now, :until)",
                jti=secrets.token_urlsafe(32),
                id=ada,
                now=now,
                until=now + rules.lifetime,
            )

    return part


def fail_to_log_in(world: World) -> Part:
    """Read which failures count against Ada, then write them with one more."""
    ada = world.people["Ada"].id
    now = world.clock.now()

    def part(one: Participant) -> None:
        with Hand(one).at_work() as hand:
            ((counted,),) = hand("SELECT failed_logins_at FROM users WHERE id = :id", id=ada)
            one.meet()
            hand(
                "UPDATE users SET failed_logins_at = :counted WHERE id = :id",
                id=ada,
                counted=[*counted, now],
            )

    return part


def register_one_address(world: World) -> Part:
    """Look whether anybody has the address, then store an account with it."""
    now = world.clock.now()

    def part(one: Participant) -> None:
        address = spelling(one)
        with Hand(one).at_work() as hand:
            found = hand("SELECT FROM users WHERE lower(email) = lower(:email)", email=address)
            assert not found, "the storm is to begin while the address is free"
            one.meet()
            hand(
                "INSERT INTO users (email, display_name, password_hash, created_at, changed_at)"
                " VALUES (:email, :name, :hash, :now, :now)",
                email=address,
                name=one.word,
                hash=factories.hash_of(factories.PASSWORD),
                now=now,
            )

    return stopped_is_an_answer(part)


def replace_password(world: World) -> Part:
    """Read Ada's password, then put it among the former ones and a new one in its place."""
    ada = world.people["Ada"].id
    now = world.clock.now()

    def part(one: Participant) -> Replaced:
        with Hand(one).at_work() as hand:
            ((former,),) = hand("SELECT password_hash FROM users WHERE id = :id", id=ada)
            one.meet()
            hand(
                "INSERT INTO password_history (user_id, password_hash, retired_at)"
                " VALUES (:id, :hash, :now)",
                id=ada,
                hash=former,
                now=now,
            )
            hand(
                "UPDATE users SET password_hash = :hash WHERE id = :id",
                id=ada,
                hash=factories.hash_of(new_password(one)),
            )
        return Replaced(new_password(one))

    return part


def remove_old_sessions(_: World) -> Part:
    """Look which sessions are the oldest, then delete those, and count what was looked at."""

    def part(one: Participant) -> int:
        with Hand(one).at_work() as hand:
            oldest = hand(
                "SELECT jti FROM login_sessions ORDER BY ended_at LIMIT :limit",
                limit=PURGED_AT_ONCE,
            )
            one.meet()
            hand(
                "DELETE FROM login_sessions WHERE jti = ANY (:oldest)",
                oldest=[jti for (jti,) in oldest],
            )
        return len(oldest)

    return part


CARELESS_WITH_LOGINS: Final[dict[str, Race]] = {
    "log in to Ada's account, counting her sessions first": log_in,
    "fail to log in to Ada's account, counting the failures first": fail_to_log_in,
    "register with one address, looking for it first": register_one_address,
    "replace Ada's password without holding her account": replace_password,
    "remove old sessions without locking them": remove_old_sessions,
}
"""In the words of the features."""
