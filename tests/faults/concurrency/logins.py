"""Logins, passwords and deactivations at the same time: what can go wrong."""

import threading
from contextlib import nullcontext
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import Select
from sqlalchemy.orm import Session

from domain.database import rows
from domain.identity import authentication, failed_logins, passwords, sessions
from domain.identity.accounts import Accounts, User
from domain.identity.authentication import Authentication, MustSetPassword
from domain.identity.failed_logins import lock_user_row, locked
from domain.identity.login_sessions import LoginSession, SessionEnd, end_sessions
from domain.identity.passwords import Passwords
from domain.identity.sessions import Sessions
from domain.identity.stored_hashes import Credentials
from domain.identity.tokens import TokenProblem, TokenRefused
from tests.faults.catalogue import fault
from tests.faults.replacing import lock_keys_too


def work_without_lock(patch: MonkeyPatch, owner: type, operation: str) -> None:
    """Let one operation not hold the account while it works; all others do."""
    original, held = getattr(owner, operation), failed_logins.lock_user_row
    working = threading.local()

    def hold(session: Session, user_id: int) -> User | None:
        if not getattr(working, "now", False):
            return held(session, user_id)
        return session.get(User, user_id, populate_existing=True)

    def without_lock(*arguments: Any, **options: Any) -> Any:
        working.now = True
        try:
            return original(*arguments, **options)
        finally:
            working.now = False

    for module in (authentication, failed_logins, passwords, sessions):
        patch.setattr(module, "lock_user_row", hold)
    patch.setattr(owner, operation, without_lock)


@fault("a login does not hold the account", noticed_by="concurrency/logins")
def login_without_lock(patch: MonkeyPatch) -> None:
    work_without_lock(patch, Sessions, "log_in")


@fault("ending all sessions does not hold the account", noticed_by="concurrency/logins")
def ending_all_without_lock(patch: MonkeyPatch) -> None:
    work_without_lock(patch, Sessions, "end_all")


@fault("issuing a temporary password does not hold the account", noticed_by="concurrency/logins")
def issuing_without_lock(patch: MonkeyPatch) -> None:
    work_without_lock(patch, Passwords, "issue_temporary")


@fault("logging out does not hold the account", noticed_by="concurrency/logins")
def logging_out_without_lock(patch: MonkeyPatch) -> None:
    work_without_lock(patch, Sessions, "log_out")


@fault("ending one session does not hold the account", noticed_by="concurrency/logins")
def ending_one_without_lock(patch: MonkeyPatch) -> None:
    work_without_lock(patch, Sessions, "end")


@fault("ending the others does not hold the account", noticed_by="concurrency/logins")
def ending_others_without_lock(patch: MonkeyPatch) -> None:
    work_without_lock(patch, Sessions, "end_others")


@fault("replacing a password does not hold the account", noticed_by="concurrency/logins")
def replacing_without_lock(patch: MonkeyPatch) -> None:
    work_without_lock(patch, Passwords, "change")


@fault("replacing a temporary password does not hold the account", noticed_by="concurrency/logins")
def replacing_temporary_without_lock(patch: MonkeyPatch) -> None:
    work_without_lock(patch, Passwords, "replace_temporary")


@fault("a deactivation ends the sessions first", noticed_by="concurrency/logins")
def deactivation_ends_sessions_first(patch: MonkeyPatch) -> None:
    def deactivate(self: Accounts, seen: User) -> User:
        now = self._clock.now()
        end_sessions(self._session, seen.id, now, SessionEnd.DEACTIVATED)
        return self._change(seen, now, deactivated_at=now)

    patch.setattr(Accounts, "deactivate", deactivate)


@fault("a session is read before the account is held", noticed_by="concurrency/logins")
def session_is_read_before_holding(patch: MonkeyPatch) -> None:
    def hold(self: Authentication, token: str, *, must_set_password: bool = False) -> Any:
        now = self._clock.now()
        claims = self._tokens.read(token, now)
        found = self._session.get(LoginSession, claims.jti)
        user = lock_user_row(self._session, claims.user_id)
        if user is None or found is None:
            raise TokenRefused(TokenProblem.UNKNOWN_SESSION)
        self._judge(found, claims, now, active=user.active)
        if found.must_set_password and not must_set_password:
            raise MustSetPassword
        return user, found, now

    patch.setattr(Authentication, "hold", hold)


@fault("a password is not verified again once the account is held", noticed_by="concurrency/logins")
def password_is_not_verified_again(patch: MonkeyPatch) -> None:
    original = Sessions._problem

    def problem(self: Sessions, user: User, *rest: Any, right: bool) -> Any:
        if right and user.active and not locked(user, rest[-1]):
            return None, None
        return original(self, user, *rest, right=right)

    patch.setattr(Sessions, "_problem", problem)


@fault("an account is not read again once it is held", noticed_by="concurrency/logins")
def account_is_not_read_again(patch: MonkeyPatch) -> None:
    find, problem = Sessions._find, Sessions._problem
    before: dict[Sessions, User] = {}

    def find_and_keep(self: Sessions, email: str) -> Credentials:
        found = find(self, email)
        before[self] = self._session.get_one(User, found.user_id)
        self._session.expunge(before[self])
        return found

    patch.setattr(Sessions, "_find", find_and_keep)
    patch.setattr(
        Sessions, "_problem", lambda self, user, *a, **k: problem(self, before[self], *a, **k)
    )


@fault("a login keeps the account's owner from working", noticed_by="concurrency/logins")
def login_locks_out_the_owner(patch: MonkeyPatch) -> None:
    lock_keys_too(patch)


@fault(
    "of concurrent registrations, the later ones get the database's own error",
    noticed_by="concurrency/logins",
)
def later_registrations_get_raw_errors(patch: MonkeyPatch) -> None:
    patch.setattr(rows, "translating", lambda *_: nullcontext())


@fault("old sessions are removed without locking them", noticed_by="concurrency/logins")
def old_sessions_are_removed_unlocked(patch: MonkeyPatch) -> None:
    original = Select.with_for_update
    patch.setattr(
        Select,
        "with_for_update",
        lambda self, skip_locked=False, **k: (
            self if skip_locked and not k else original(self, skip_locked=skip_locked, **k)
        ),
    )


@fault("removing old sessions waits for another that does", noticed_by="concurrency/logins")
def removing_sessions_waits(patch: MonkeyPatch) -> None:
    original = Select.with_for_update
    patch.setattr(
        Select,
        "with_for_update",
        lambda self, skip_locked=False, **k: original(
            self, skip_locked=skip_locked and bool(k), **k
        ),
    )
