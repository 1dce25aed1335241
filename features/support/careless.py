"""The same as in `races`, as a careless colleague would write it: past the service.

Each reads first and writes later, and all have read before anybody writes, so that what can go
wrong does. They are here to show that the criteria can fail; nothing but the features uses them.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.errors import diagnosis
from features.support import factories
from features.support.races import (
    PURGED_AT_ONCE,
    TEXTS,
    Accepted,
    Added,
    Race,
    Replaced,
    Text,
    new_password,
    spelling,
)
from features.support.storms import Part, Participant
from features.support.world import World

OURS: Final = ("TK", "23")
"""What the SQLSTATEs begin with by which the database holds to a rule of ours."""


class Stopped(Exception):
    """The database has stopped somebody careless."""


def stopped_is_an_answer(part: Part) -> Part:
    """Return the same part, in which being stopped by a rule of the database is an answer."""

    def careful(one: Participant) -> object:
        try:
            return part(one)
        except DBAPIError as error:
            cause = diagnosis(error)
            if not ((cause.sqlstate if cause else None) or "").startswith(OURS):
                raise
            return Stopped(str(cause))

    return careful


class Hand:
    """Statements by hand, in one transaction."""

    def __init__(self, one: Participant) -> None:
        self._session = one.past_the_domain()

    @contextmanager
    def at_work(self) -> Iterator["Hand"]:
        """Commit at the end."""
        with self._session, self._session.begin():
            yield self

    def __call__(self, statement: str, **values: Any) -> list[Any]:
        """Return the rows, if there are any."""
        result: Any = self._session.execute(text(statement), values)
        return list(result) if result.returns_rows else []


# --- tasks ------------------------------------------------------------------------------------

OLDEST: Final = "SELECT id FROM tasks WHERE status = 'pending' ORDER BY created_at, id LIMIT 1"
TAKE: Final = """
    UPDATE tasks SET status = 'processing', started_at = created_at, version = version + 1
     WHERE id = :id AND status = 'pending' RETURNING id
"""


def take_the_oldest(_: World) -> Part:
    """Look which task is the oldest, then take it, without looking whether that worked."""

    def part(one: Participant) -> list[int]:
        with Hand(one).at_work() as hand:
            ((oldest,),) = hand(OLDEST)
            one.meet()
            hand(TAKE, id=oldest)
        return [oldest]

    return part


def take_the_oldest_if_still_there(_: World) -> Part:
    """Look which task is the oldest, then take it, or nothing if somebody else was faster."""

    def part(one: Participant) -> list[int]:
        with Hand(one).at_work() as hand:
            ((oldest,),) = hand(OLDEST)
            one.meet()
            return [task_id for (task_id,) in hand(TAKE, id=oldest)]

    return part


def report_without_version(world: World) -> Part:
    """See that the task is being worked on, then complete it, whatever it is by then."""
    (task,) = world.tasks.values()

    def part(one: Participant) -> list[Accepted]:
        with Hand(one).at_work() as hand:
            ((status,),) = hand("SELECT status FROM tasks WHERE id = :id", id=task.id)
            assert status == "processing", "the storm is to begin before anybody reports"
            one.meet()
            hand(
                "UPDATE tasks SET status = 'completed', finished_at = started_at,"
                " result = jsonb_build_object('by', CAST(:by AS int)), version = version + 1"
                " WHERE id = :id",
                id=task.id,
                by=one.position,
            )
        return [Accepted(task.id, one.position)]

    return stopped_is_an_answer(part)


def delete_account_by_hand(world: World) -> Part:
    """One reads which tasks are Ada's, then deletes those and the account; others submit more."""
    ada = world.people["Ada"].id

    def part(one: Participant) -> None:
        if one.position:
            one.meet()
            with one.domain.tenant(ada) as tx:
                tx.tasks.submit(one.word, payload=None)
            one.meet()
            return
        with Hand(one).at_work() as hand:
            ids = [
                task_id for (task_id,) in hand("SELECT id FROM tasks WHERE owner_id = :id", id=ada)
            ]
            one.meet()
            one.meet()
            hand("DELETE FROM tasks WHERE id = ANY (:ids)", ids=ids)
            hand("DELETE FROM users WHERE id = :id", id=ada)

    return part


# --- changes that rest on a reading -----------------------------------------------------------

WRITE: Final = {
    "users": "UPDATE users SET display_name = :text, version = :seen + 1 WHERE id = :id"
    " RETURNING version",
    "tasks": "UPDATE tasks SET title = :text, version = version + 1 WHERE id = :id"
    " RETURNING version",
    "objectives": "UPDATE objectives SET text = :text, version = version + 1 WHERE id = :id"
    " RETURNING version",
}
READ: Final = {
    "users": "SELECT display_name, version FROM users WHERE id = :id",
    "tasks": "SELECT title, version FROM tasks WHERE id = :id",
    "objectives": "SELECT text, version FROM objectives WHERE id = :id",
}
CLOSE_ENTRY: Final = """
    UPDATE objective_history SET valid_until = valid_from
     WHERE objective_id = :id AND valid_until IS NULL
"""
OPEN_ENTRY: Final = """
    INSERT INTO objective_history
           (owner_id, objective_id, text, constraints, valid_from)
    SELECT owner_id, id, text, constraints, since FROM objectives WHERE id = :id
"""


def add_a_word(what: Text, world: World) -> Part:
    """Read the text, then write it with a word more, whatever it is by then."""
    key = what.key(world)

    def part(one: Participant) -> Added:
        with Hand(one).at_work() as hand:
            ((before, seen),) = hand(READ[what.table], id=key)
            one.meet()
            values = {"id": key, "text": f"{before} {one.word}"}
            if what.table == "users":
                values["seen"] = seen
            ((version,),) = hand(WRITE[what.table], **values)
            if what.table == "objectives":
                hand(CLOSE_ENTRY, id=key)
                hand(OPEN_ENTRY, id=key)
        return Added(one.word, version)

    return part


def add_an_entry(world: World) -> Part:
    """Look which entry of Ada's objective is open, then close that one and open another."""
    (objective,) = world.objectives.values()

    def part(one: Participant) -> None:
        with Hand(one).at_work() as hand:
            ((entry,),) = hand(
                "SELECT id FROM objective_history WHERE objective_id = :id AND valid_until IS NULL",
                id=objective.id,
            )
            one.meet()
            hand("UPDATE objective_history SET valid_until = valid_from WHERE id = :id", id=entry)
            hand(OPEN_ENTRY, id=objective.id)

    return stopped_is_an_answer(part)


# --- logins -----------------------------------------------------------------------------------


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


CARELESS: Final[dict[str, Race]] = {
    "take the oldest task without locking it": take_the_oldest,
    "take the oldest task, or nothing if somebody was faster": take_the_oldest_if_still_there,
    "report on the task without looking at its version": report_without_version,
    "delete Ada's account task by task while she submits more": delete_account_by_hand,
    **{
        f"add a word each to {name} without looking at its version": partial(add_a_word, what)
        for name, what in TEXTS.items()
    },
    "open an entry each in the history of Ada's objective": add_an_entry,
    "log in to Ada's account, counting her sessions first": log_in,
    "fail to log in to Ada's account, counting the failures first": fail_to_log_in,
    "register with one address, looking for it first": register_one_address,
    "replace Ada's password without holding her account": replace_password,
    "remove old sessions without locking them": remove_old_sessions,
}
"""In the words of the features."""

GUARDS: Final = {
    "finished tasks against reports": "ALTER TABLE tasks DISABLE TRIGGER USER",
    "tasks against the loss of their owner": (
        "ALTER TABLE tasks DROP CONSTRAINT fk_tasks_owner_id_users"
    ),
    "addresses against a second account": "DROP INDEX uq_users_email",
    "objectives against a second open entry": (
        "DROP INDEX uq_objective_history_open;"
        "ALTER TABLE objectives DISABLE TRIGGER USER;"
        "ALTER TABLE objective_history DISABLE TRIGGER USER"
    ),
}
"""What the database itself holds to, and how that is taken away."""
