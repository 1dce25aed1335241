"""Statements that would undo a security decision about Ada's account."""

from collections.abc import Mapping
from typing import Final

from psycopg import sql

from features.support.arrange import raw_sql
from features.support.arrange.valid_rows import HASH
from features.support.world import World

FORGET: Final = "DELETE FROM login_sessions WHERE user_id = {user};"

STORE_AGAIN: Final = """
    INSERT INTO login_sessions (jti, user_id, created_at, last_seen_at, expires_at)
    VALUES ({jti}, {user}, {created_at}, {created_at}, {expires_at})
"""

REOPEN: Final = """
    DELETE FROM users WHERE id = {user};
    INSERT INTO users (id, email, display_name, password_hash, created_at, changed_at)
    OVERRIDING SYSTEM VALUE
    VALUES ({user}, 'ada@example.org', 'Ada', {hash}, {created_at}, {created_at})
"""

RETIRE: Final = """
    INSERT INTO password_history (user_id, password_hash, retired_at)
    VALUES ({user}, %s, {created_at})
"""

UNDOINGS: Final[Mapping[str, str]] = {
    "deletes Ada's session": FORGET,
    "deletes Ada's session, and stores it again without its restriction": FORGET + STORE_AGAIN,
    "stores Ada's session over the one that is there, without its restriction": STORE_AGAIN
    + "ON CONFLICT (jti) DO UPDATE SET must_set_password = false",
    "lifts the restriction of Ada's session": "UPDATE login_sessions SET must_set_password = false",
    "takes back that Ada's session has ended": (
        "UPDATE login_sessions SET ended_at = NULL, ended_because = NULL WHERE user_id = {user}"
    ),
    "says that Ada's session ended later": (
        "UPDATE login_sessions SET ended_at = ended_at + interval '1 hour' WHERE user_id = {user}"
    ),
    "says that Ada's session ended for another reason": (
        "UPDATE login_sessions SET ended_because = 'too_many' WHERE user_id = {user}"
    ),
    "notes that Ada's session was used": (
        "UPDATE login_sessions SET last_seen_at = expires_at WHERE user_id = {user}"
    ),
    "deletes Ada's account": "DELETE FROM users WHERE id = {user}",
    "deletes Ada's account, and stores it again under its id": REOPEN,
    "gives Ada's account another id": "UPDATE users SET id = DEFAULT WHERE id = {user}",
    "gives Ada's temporary password to another account": (
        "UPDATE temporary_passwords SET user_id = {user} + 1"
    ),
    "stores Ada's password as a former one": RETIRE.replace("%s", "{current}"),
    "stores a password that Ada never had as a former one": RETIRE.replace("%s", "{hash}"),
}
"""By the words of the features."""


def attempt(world: World, undoing: str, role: str = "") -> None:
    """Run it in a role, or as the owner of the tables, and keep the database's refusal."""
    user = world.people["Ada"].id
    (account,) = world.stored("users", id=user)
    # Without a session, nothing that is tried is about one.
    session = {"jti": "A" * 43, "created_at": None, "expires_at": None}
    session.update(*world.stored("login_sessions", user_id=user))
    values = {
        "user": user,
        "current": account["password_hash"],
        "hash": HASH,
        "jti": session["jti"],
        "created_at": session["created_at"] or world.clock.now(),
        "expires_at": session["expires_at"],
    }
    statement = sql.SQL(UNDOINGS[undoing]).format(**{k: sql.Literal(v) for k, v in values.items()})
    raw_sql.attempt(world, statement, role=role)
