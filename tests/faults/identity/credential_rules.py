"""What passwords, tokens and locks promise in one place, and what may be forgotten there."""

from functools import partial
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from argon2 import PasswordHasher
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from domain.database.late_sessions import SEES_EACH_MOMENT, LateSession
from domain.database.schema import Role
from domain.database.tenancy import bind
from domain.identity import failed_logins, passwords, sessions
from domain.identity.accounts import User
from domain.identity.authentication import Authentication, Principal
from domain.identity.failed_logins import lock_user_row, locked
from domain.identity.login_sessions import end_sessions
from domain.identity.passwords import Passwords
from domain.identity.sessions import Sessions
from domain.identity.stored_hashes import Credentials
from domain.identity.temporary_passwords import TemporaryPassword
from domain.identity.tokens import Claims, TokenProblem, TokenRefused, Tokens
from domain.settings import KeyRing
from tests.faults.catalogue import fault

ONE_SALT = b"the salt of each"


def hash_replaced(patch: MonkeyPatch, hashing: PasswordHasher, salt: bytes | None = None) -> None:
    """Have passwords that replace others hashed in another way than those of new accounts."""
    original = Passwords._hashed

    def hashed(self: Passwords, token: str, new: str) -> str | None:
        found = original(self, token, new)
        return found and hashing.hash(new, salt=salt)

    patch.setattr(Passwords, "_hashed", hashed)


@fault(
    "a password that replaces another is hashed cheaply",
    noticed_by="passwords/storage",
    tags="@passwords-1",
)
def replaced_password_is_hashed_cheaply(patch: MonkeyPatch) -> None:
    hash_replaced(patch, PasswordHasher(time_cost=1, memory_cost=7168, parallelism=1))


@fault(
    "passwords that replace others share a salt",
    noticed_by="passwords/storage",
    tags="@passwords-1",
)
def replaced_passwords_share_salt(patch: MonkeyPatch) -> None:
    hash_replaced(patch, PasswordHasher(), ONE_SALT)


@fault(
    "a lock does not keep the password from being changed",
    noticed_by="passwords/changing",
    tags="@passwords-11",
)
def lock_does_not_bar_change_of_password(patch: MonkeyPatch) -> None:
    patch.setattr(passwords, "locked", lambda *_: False)


@fault(
    "the other sessions are ended before the change of the password is committed",
    noticed_by="passwords/changing",
    tags="@passwords-12",
)
def sessions_are_ended_by_themselves(patch: MonkeyPatch) -> None:
    def end(session: Session, *arguments: Any) -> int:
        assert isinstance(session.bind, Engine)
        begin = partial(bind, role=Role.IDENTITY)
        with LateSession(session.bind, SEES_EACH_MOMENT, begin) as other:
            ended = end_sessions(other, *arguments)
            other.commit()
        return ended

    patch.setattr(passwords, "end_sessions", end)


@fault(
    "a password may be changed with any token that is signed",
    noticed_by="passwords/changing",
    tags="@passwords-13",
)
def any_token_changes_password(patch: MonkeyPatch) -> None:
    original = Passwords.change

    def change(self: Passwords, token: str, current: str, new: str) -> None:
        with MonkeyPatch.context() as while_changing:
            while_changing.setattr(self._authentication, "_judge", lambda *_, **__: None)
            original(self, token, current, new)

    patch.setattr(Passwords, "change", change)


@fault(
    "whether a temporary password was used is read before its user is held",
    noticed_by="passwords/temporary",
    tags="@passwords-24",
)
def use_of_temporary_password_is_read_early(patch: MonkeyPatch) -> None:
    find, problem = Sessions._find, TemporaryPassword.problem
    used: dict[int, Any] = {}

    def find_and_keep(self: Sessions, email: str) -> Credentials:
        found = find(self, email)
        temporary = self._session.get(TemporaryPassword, found.user_id or 0)
        if temporary is not None:
            used[temporary.user_id] = temporary.used_at
            self._session.expunge(temporary)
        return found

    def problem_before(self: TemporaryPassword, now: Any) -> Any:
        found = problem(self, now)
        return found if used.get(self.user_id, self.used_at) == self.used_at else None

    patch.setattr(Sessions, "_find", find_and_keep)
    patch.setattr(TemporaryPassword, "problem", problem_before)


@fault(
    "a service without keys signs with one that is in its source",
    noticed_by="sessions/logging_in",
    tags="@sessions-5",
)
def keys_are_in_the_source(patch: MonkeyPatch) -> None:
    known = KeyRing("default", {"default": b"a key that everyone can read here"})
    patch.setattr(Tokens, "_keys", lambda self: self._rules.keys or known)


@fault(
    "a token is known by its text alone",
    noticed_by="sessions/tokens",
    tags="@sessions-6",
)
def token_is_known_by_its_text(patch: MonkeyPatch) -> None:
    make, read = Tokens.make, Tokens.read
    made: set[str] = set()

    def make_and_keep(self: Tokens, *arguments: Any) -> str:
        token = make(self, *arguments)
        made.add(token)
        return token

    def read_known(self: Tokens, token: str, now: Any) -> Claims:
        claims = read(self, token, now)
        if token not in made:
            raise TokenRefused(TokenProblem.UNKNOWN_SESSION)
        return claims

    patch.setattr(Tokens, "make", make_and_keep)
    patch.setattr(Tokens, "read", read_known)


@fault(
    "a locked account's sessions are refused",
    noticed_by="sessions/failed_logins",
    tags="@sessions-24",
)
def sessions_of_locked_account_are_refused(patch: MonkeyPatch) -> None:
    original = Authentication.bearer

    def bearer(self: Authentication, token: str, now: Any) -> Principal:
        found = original(self, token, now)
        if locked(self._session.get_one(User, found.user_id), now):
            raise TokenRefused(TokenProblem.DEACTIVATED)
        return found

    patch.setattr(Authentication, "bearer", bearer)


@fault(
    "the failed logins of one account lock all accounts",
    noticed_by="sessions/failed_logins",
    tags="@sessions-24",
)
def failed_logins_lock_all_accounts(patch: MonkeyPatch) -> None:
    original = failed_logins.failure

    def failure(user_id: int, *rest: Any) -> Any:
        def record(session: Session) -> None:
            original(user_id, *rest)(session)
            failed = lock_user_row(session, user_id)
            for user in session.query(User) if failed and failed.locked_until else ():
                user.locked_until = failed.locked_until if failed else None

        return record

    for module in (passwords, sessions):
        patch.setattr(module, "failure", failure)
