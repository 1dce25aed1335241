"""What is told and kept of passwords and sessions: what another criterion would notice before."""

import logging
from datetime import datetime
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import Select

from domain.identity import passwords
from domain.identity.accounts import User
from domain.identity.hashing import Hasher
from domain.identity.passwords import Passwords
from domain.identity.sessions import Sessions
from domain.identity.temporary_passwords import IssuedPassword, invent
from domain.identity.tokens import Claims, Tokens
from domain.settings import PasswordRules
from tests.faults.catalogue import fault
from tests.faults.changing import change_schema
from tests.faults.rewriting import rewrite


@fault(
    "every temporary password is the same",
    noticed_by="passwords/temporary",
    examples="Thirty temporary passwords",
)
def every_temporary_password_is_the_same(patch: MonkeyPatch) -> None:
    patch.setattr(passwords, "invent", lambda rules, own_words=(): "a2b3c-d4e5f-g6h7j-k8m9n-p2q3r")


@fault(
    "temporary passwords are too short",
    noticed_by="passwords/temporary",
    examples="Thirty temporary passwords",
)
def temporary_passwords_are_too_short(patch: MonkeyPatch) -> None:
    def short(rules: PasswordRules, own_words: Any = ()) -> str:
        return invent(rules, own_words)[:7]

    patch.setattr(passwords, "invent", short)


@fault(
    "a temporary password becomes the name of the account",
    noticed_by="passwords/temporary",
    examples="stored as a hash at the service's cost",
)
def temporary_password_becomes_the_name(patch: MonkeyPatch) -> None:
    original = Passwords.issue_temporary

    def issue(self: Passwords, user_id: int) -> IssuedPassword:
        issued = original(self, user_id)
        self._session.get_one(User, user_id).display_name = issued.password
        return issued

    patch.setattr(Passwords, "issue_temporary", issue)


@fault(
    "a password that was issued shows itself",
    noticed_by="passwords/temporary",
    examples="stored as a hash at the service's cost",
)
def issued_password_shows_itself(patch: MonkeyPatch) -> None:
    patch.setattr(IssuedPassword, "__repr__", lambda self: f"IssuedPassword({self.password})")


@fault(
    "every login makes the hash again",
    noticed_by="passwords/storage",
    examples="A hash at the cost of the service",
)
def every_login_makes_the_hash_again(patch: MonkeyPatch) -> None:
    patch.setattr(Hasher, "raised", lambda self, stored, password: self.hash(password))


@fault("salts are short", noticed_by="passwords/storage", examples="as RFC 9106 recommends")
def salts_are_short(patch: MonkeyPatch) -> None:
    rewrite(patch, Hasher, "__init__", {"salt_len=cost.salt_bytes": "salt_len=8"})


@fault(
    "a former password has the time of the account",
    noticed_by="passwords/history",
    examples="A former password has the time at which it was replaced",
)
def former_password_has_the_time_of_the_account(patch: MonkeyPatch) -> None:
    rewrite(patch, Passwords, "_retire", {"retired_at=now": "retired_at=user.created_at"})


@fault(
    "a login does not wait for the account",
    noticed_by="sessions/ending",
    examples="Of eight concurrent logins",
)
def login_does_not_wait_for_the_account(patch: MonkeyPatch) -> None:
    original = Select.with_for_update

    def locked(self: Any, *, skip_locked: bool = False, **options: Any) -> Any:
        return original(self, skip_locked=skip_locked, nowait=not skip_locked, **options)

    patch.setattr(Select, "with_for_update", locked)


@fault("the log of statements is switched off", noticed_by="sessions/secrecy")
def log_of_statements_is_switched_off(patch: MonkeyPatch) -> None:
    patch.setattr(logging.getLogger("sqlalchemy.engine.Engine"), "disabled", True)


@fault(
    "a purge begins with the latest sessions",
    noticed_by="sessions/housekeeping",
    examples="A batch deletes the oldest sessions",
)
def purge_begins_with_the_latest_sessions(patch: MonkeyPatch) -> None:
    rewrite(patch, Sessions, "purge", {".order_by(ended)": ".order_by(ended.desc())"})


@fault(
    "a token expires a second before its session",
    noticed_by="sessions/logging_in",
    examples="The header and the claims",
)
def token_expires_a_second_before(patch: MonkeyPatch) -> None:
    rewrite(patch, Tokens, "make", {"int(expires.timestamp())": "int(expires.timestamp()) - 1"})


@fault(
    "the header of a token says more",
    noticed_by="sessions/logging_in",
    examples="The header and the claims",
)
def header_of_a_token_says_more(patch: MonkeyPatch) -> None:
    rewrite(patch, Tokens, "make", {'{"kid": keys.signing}': '{"kid": keys.signing, "cty": "x"}'})


@fault(
    "all logins are answered with one token",
    noticed_by="sessions/logging_in",
    examples="Forty logins",
)
def all_logins_are_answered_with_one_token(patch: MonkeyPatch) -> None:
    original = Tokens.make
    made: list[str] = []

    def make(self: Tokens, claims: Claims, issued: datetime, expires: datetime) -> str:
        made.append(original(self, claims, issued, expires))
        return made[0]

    patch.setattr(Tokens, "make", make)


@fault(
    "an address may have no more than 200 characters",
    noticed_by="accounts/integrity",
    examples="A script can store an account whose email",
)
def address_may_have_200_characters(patch: MonkeyPatch) -> None:
    change_schema(patch, "ALTER TABLE users ADD CHECK (length(email) <= 200)")


@fault(
    "two accounts may have one address",
    noticed_by="concurrency/logins",
    examples="registered once because of the unique index",
)
def two_accounts_may_have_one_address(patch: MonkeyPatch) -> None:
    change_schema(patch, "DROP INDEX uq_users_email")


@fault(
    "a session is restricted unless it says otherwise",
    noticed_by="sessions/integrity",
    examples="without its must_set_password",
)
def session_is_restricted_unless_it_says_otherwise(patch: MonkeyPatch) -> None:
    change_schema(patch, "ALTER TABLE login_sessions ALTER must_set_password SET DEFAULT true")
