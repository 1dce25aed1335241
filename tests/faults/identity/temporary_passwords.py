"""Temporary passwords: what can be wrong with them."""

from dataclasses import replace
from typing import Any

from _pytest.monkeypatch import MonkeyPatch

from domain.identity import temporary_passwords
from domain.identity.accounts import User
from domain.identity.failed_logins import LoginProblem
from domain.identity.login_sessions import SessionEnd
from domain.identity.password_policy import acceptable
from domain.identity.passwords import NoTemporaryPassword, Passwords
from domain.identity.sessions import Sessions
from domain.identity.stored_hashes import Credentials
from domain.identity.temporary_passwords import TemporaryPassword
from tests.faults.catalogue import fault


@fault("a temporary password is good for any number of logins", noticed_by="passwords/temporary")
def temporary_password_is_reusable(patch: MonkeyPatch) -> None:
    original = TemporaryPassword.problem
    patch.setattr(
        TemporaryPassword,
        "problem",
        lambda self, now: None if self.used_at is not None else original(self, now),
    )


@fault("a temporary password is good for ever", noticed_by="passwords/temporary")
def temporary_password_is_good_for_ever(patch: MonkeyPatch) -> None:
    original = Sessions._problem

    def problem(self: Sessions, user: User, *rest: Any, right: bool) -> Any:
        found, temporary = original(self, user, *rest, right=right)
        if temporary:
            temporary.expires_at = rest[-1].replace(year=9999)
        return found, temporary

    patch.setattr(
        TemporaryPassword,
        "problem",
        lambda self, now: LoginProblem.TEMPORARY_USED if self.used_at is not None else None,
    )
    patch.setattr(Sessions, "_problem", problem)


@fault("one's own password still logs in beside a temporary one", noticed_by="passwords/temporary")
def own_password_beside_a_temporary_one(patch: MonkeyPatch) -> None:
    original_find, original_problem = Sessions._find, Sessions._problem

    def find(self: Sessions, email: str) -> Credentials:
        found = original_find(self, email)
        user = self._session.get_one(User, found.user_id)
        return replace(found, stored=user.password_hash)

    def problem(self: Sessions, user: User, *rest: Any, right: bool) -> Any:
        found, _ = original_problem(self, user, *rest, right=right)
        return None if right else found, None

    patch.setattr(Sessions, "_find", find)
    patch.setattr(Sessions, "_problem", problem)


@fault("a temporary password allows every operation", noticed_by="passwords/temporary")
def temporary_password_allows_everything(patch: MonkeyPatch) -> None:
    original = Sessions._open
    patch.setattr(
        Sessions,
        "_open",
        lambda self, user, ip, agent, now, must_set_password: original(
            self, user, ip, agent, now, must_set_password=False
        ),
    )


@fault("a temporary password leaves sessions as they are", noticed_by="passwords/temporary")
def temporary_password_ends_no_sessions(patch: MonkeyPatch) -> None:
    original = Passwords._end_sessions
    patch.setattr(
        Passwords,
        "_end_sessions",
        lambda self, user, because, now, but=None: (
            because is SessionEnd.TEMPORARY_PASSWORD or original(self, user, because, now, but=but)
        ),
    )


@fault("temporary passwords are made of ten digits", noticed_by="passwords/temporary")
def temporary_passwords_are_made_of_ten_digits(patch: MonkeyPatch) -> None:
    patch.setattr(temporary_passwords, "ALPHABET", "0123456789")


@fault("a temporary password may be kept as one's own", noticed_by="passwords/temporary")
def temporary_password_may_be_kept_as_ones_own(patch: MonkeyPatch) -> None:
    def replace_temporary(self: Passwords, token: str, new: str) -> None:
        user, login, now = self._authentication.hold(token, must_set_password=True)
        temporary = self._session.get(TemporaryPassword, user.id)
        if not login.must_set_password or temporary is None:
            raise NoTemporaryPassword
        normal = acceptable(new, self._settings.passwords, user.own_words)
        self._replace(user, normal, None, now)
        self._session.delete(temporary)
        self._end_sessions(user, SessionEnd.PASSWORD_CHANGED, now)

    patch.setattr(Passwords, "replace_temporary", replace_temporary)
