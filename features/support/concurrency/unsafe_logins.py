"""Concurrent workloads on one account that check before they write, without locks: raw SQL.

All clients have read before any writes, so that every anomaly that can happen does. They show that
the criteria can fail.
"""

import secrets
from typing import Final

from features.support.arrange import factories
from features.support.concurrency.login_workloads import (
    PURGE_BATCH,
    Replaced,
    new_password,
    spelling,
)
from features.support.concurrency.raw_participant import (
    RawParticipant,
    refused_by_database_is_an_answer,
)
from features.support.concurrency.stress_tests import ClientWork, Participant, Workload
from features.support.world import World


def log_in(world: World) -> ClientWork:
    """Count Ada's sessions, then open another if there is room."""
    ada = world.people["Ada"].id
    rules = world.settings.sessions
    now = world.clock.now()

    def work(one: Participant) -> None:
        with RawParticipant(one).transaction() as execute:
            ((number,),) = execute(
                "SELECT count(*) FROM login_sessions WHERE user_id = :id AND ended_at IS NULL",
                id=ada,
            )
            one.meet()
            assert number < rules.at_most, "the limit was reached before the clients began"
            execute(
                "INSERT INTO login_sessions (jti, user_id, created_at, last_seen_at, expires_at)"
                " VALUES (:jti, :id, :now, :now, :until)",
                jti=secrets.token_urlsafe(32),
                id=ada,
                now=now,
                until=now + rules.lifetime,
            )

    return work


def fail_to_log_in(world: World) -> ClientWork:
    """Read Ada's failed logins, then write them with one more."""
    ada = world.people["Ada"].id
    now = world.clock.now()

    def work(one: Participant) -> None:
        with RawParticipant(one).transaction() as execute:
            ((counted,),) = execute("SELECT failed_logins_at FROM users WHERE id = :id", id=ada)
            one.meet()
            execute(
                "UPDATE users SET failed_logins_at = :counted WHERE id = :id",
                id=ada,
                counted=[*counted, now],
            )

    return work


def register_one_address(world: World) -> ClientWork:
    """Check that no account has the address, then store one with it."""
    now = world.clock.now()

    def work(one: Participant) -> None:
        address = spelling(one)
        with RawParticipant(one).transaction() as execute:
            found = execute("SELECT FROM users WHERE lower(email) = lower(:email)", email=address)
            assert not found, "the address was used before the clients began"
            one.meet()
            execute(
                "INSERT INTO users (email, display_name, password_hash, created_at, changed_at)"
                " VALUES (:email, :name, :hash, :now, :now)",
                email=address,
                name=one.word,
                hash=factories.hash_of(factories.PASSWORD),
                now=now,
            )

    return refused_by_database_is_an_answer(work)


def replace_password(world: World) -> ClientWork:
    """Read Ada's password, then add it to the former ones and store a new one."""
    ada = world.people["Ada"].id
    now = world.clock.now()

    def work(one: Participant) -> Replaced:
        with RawParticipant(one).transaction() as execute:
            ((former,),) = execute("SELECT password_hash FROM users WHERE id = :id", id=ada)
            one.meet()
            execute(
                "INSERT INTO password_history (user_id, password_hash, retired_at)"
                " VALUES (:id, :hash, :now)",
                id=ada,
                hash=former,
                now=now,
            )
            execute(
                "UPDATE users SET password_hash = :hash WHERE id = :id",
                id=ada,
                hash=factories.hash_of(new_password(one)),
            )
        return Replaced(new_password(one))

    return work


def delete_old_sessions(_: World) -> ClientWork:
    """Read which sessions are the oldest, then delete those; the result is the number read."""

    def work(one: Participant) -> int:
        with RawParticipant(one).transaction() as execute:
            oldest = execute(
                "SELECT jti FROM login_sessions ORDER BY ended_at LIMIT :limit",
                limit=PURGE_BATCH,
            )
            one.meet()
            execute(
                "DELETE FROM login_sessions WHERE jti = ANY (:oldest)",
                oldest=[jti for (jti,) in oldest],
            )
        return len(oldest)

    return work


UNSAFE_LOGINS: Final[dict[str, Workload]] = {
    "log in to Ada's account, counting her sessions without a lock": log_in,
    "fail to log in to Ada's account, counting the failures without a lock": fail_to_log_in,
    "register with one address, checking it without a constraint": register_one_address,
    "replace Ada's password without locking her account": replace_password,
    "delete old sessions without locking them": delete_old_sessions,
}
"""By the words of the features."""
