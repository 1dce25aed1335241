"""Storing, changing and remembering passwords: what can be wrong with it."""

from datetime import timedelta
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import delete, false, select

from domain.identity import authentication, hashing, password_policy, passwords
from domain.identity.accounts import User
from domain.identity.hashing import Hasher, normal_form
from domain.identity.passwords import FormerPassword, Passwords
from domain.identity.sessions import Sessions
from domain.settings import Argon2Cost
from tests.faults.catalogue import fault


@fault("former passwords are not compared", noticed_by="passwords/history")
def former_passwords_are_not_compared(patch: MonkeyPatch) -> None:
    patch.setattr(Passwords, "_former", lambda self, user: [])


@fault("the oldest former password is not compared", noticed_by="passwords/history")
def oldest_former_password_is_not_compared(patch: MonkeyPatch) -> None:
    original = Passwords._former
    patch.setattr(Passwords, "_former", lambda self, user: original(self, user)[:-1])


@fault("former passwords are those of all users", noticed_by="passwords/history")
def former_passwords_of_all_users(patch: MonkeyPatch) -> None:
    patch.setattr(
        Passwords,
        "_former",
        lambda self, user: list(
            self._session.scalars(select(FormerPassword).order_by(FormerPassword.id.desc()))
        ),
    )


@fault("former passwords are never forgotten", noticed_by="passwords/history")
def former_passwords_are_never_forgotten(patch: MonkeyPatch) -> None:
    patch.setattr(passwords, "delete", lambda table: delete(table).where(false()))


@fault("composed and decomposed are two passwords", noticed_by="passwords/storage")
def composed_and_decomposed_are_two_passwords(patch: MonkeyPatch) -> None:
    patch.setattr(password_policy, "normal_form", lambda password: password)


@fault("case does not count", noticed_by="passwords/storage")
def case_does_not_count(patch: MonkeyPatch) -> None:
    patch.setattr(password_policy, "normal_form", lambda password: normal_form(password).casefold())


@fault("what comes after 72 characters does not count", noticed_by="passwords/storage")
def only_72_characters_count(patch: MonkeyPatch) -> None:
    original = Hasher.verify
    patch.setattr(
        Hasher,
        "verify",
        lambda self, stored, password: any(
            original(self, stored, password + end) for end in ("", "cd")
        ),
    )


@fault("a hash shrinks with the service's cost", noticed_by="passwords/storage")
def hash_shrinks_with_services_cost(patch: MonkeyPatch) -> None:
    patch.setattr(hashing, "max", lambda stored, own: own, raising=False)


@fault("a hash never grows", noticed_by="passwords/storage")
def hash_never_grows(patch: MonkeyPatch) -> None:
    patch.setattr(Hasher, "raised", lambda *_: None)


@fault(
    "a hash that was raised concurrently is taken for another password's",
    noticed_by="passwords/storage",
)
def raised_hash_is_another_password(patch: MonkeyPatch) -> None:
    original = Sessions._problem

    def problem(self: Sessions, user: User, *rest: Any, right: bool) -> Any:
        stored, _, now = rest
        return original(self, user, stored, "", now, right=right)

    patch.setattr(Sessions, "_problem", problem)


@fault("the service may hash cheaply", noticed_by="passwords/storage")
def service_may_hash_cheaply(patch: MonkeyPatch) -> None:
    patch.setattr(Argon2Cost, "__post_init__", lambda self: None)


@fault("a password is changed without knowing the current one", noticed_by="passwords/changing")
def current_password_is_not_verified(patch: MonkeyPatch) -> None:
    patch.setattr(Passwords, "_confirm", lambda *_: None)


@fault("a wrong current password does not count", noticed_by="passwords/changing")
def wrong_current_password_does_not_count(patch: MonkeyPatch) -> None:
    patch.setattr(passwords, "failure", lambda *_: lambda session: None)


@fault("a password expires after a year", noticed_by="passwords/changing", tags="@passwords-42")
def password_expires_after_a_year(patch: MonkeyPatch) -> None:
    original = Sessions._problem

    def problem(self: Sessions, user: User, *rest: Any, right: bool) -> Any:
        aged = rest[-1] - user.changed_at >= timedelta(days=365)
        return original(self, user, *rest, right=right and not aged)

    patch.setattr(Sessions, "_problem", problem)


@fault("other sessions survive a change of the password", noticed_by="passwords/changing")
def other_sessions_survive_change_of_password(patch: MonkeyPatch) -> None:
    patch.setattr(Passwords, "_end_sessions", lambda *_, **__: None)


@fault("a change of the password ends this session too", noticed_by="passwords/changing")
def change_of_password_ends_this_session_too(patch: MonkeyPatch) -> None:
    original = Passwords._end_sessions
    patch.setattr(
        Passwords,
        "_end_sessions",
        lambda self, user, because, now, but=None: original(self, user, because, now),
    )


@fault("the user is not held while the password changes", noticed_by="passwords/changing")
def user_is_not_held_while_password_changes(patch: MonkeyPatch) -> None:
    patch.setattr(
        authentication, "lock_user_row", lambda session, user_id: session.get(User, user_id)
    )
