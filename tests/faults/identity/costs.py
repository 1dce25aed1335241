"""What logins and passwords cost: hashes, round trips, connections, time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import datetime
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import ColumnElement, literal, select, true
from zxcvbn import zxcvbn

from domain.database import late_sessions
from domain.database.late_sessions import LateSession
from domain.identity import guessing, sessions, stored_hashes
from domain.identity.accounts import User
from domain.identity.authentication import Authentication, Principal
from domain.identity.failed_logins import LoginProblem, LoginRefused
from domain.identity.hashing import Hasher
from domain.identity.passwords import Passwords
from domain.identity.sessions import Sessions
from domain.identity.stored_hashes import Credentials, find_credentials
from domain.identity.temporary_passwords import IssuedPassword, TemporaryPassword
from tests.faults.catalogue import fault


def count_temporary_passwords(
    patch: MonkeyPatch, good: Callable[[datetime], ColumnElement[bool]]
) -> None:
    """Let the costs of other temporary passwords count than of those that are good."""

    def has_good(cost: ColumnElement[str], now: datetime) -> Any:
        of_cost = stored_hashes.hash_cost(TemporaryPassword.password_hash) == cost
        return select(true()).where(of_cost, good(now)).limit(1).scalar_subquery()

    patch.setattr(stored_hashes, "_has_good", has_good)


@fault("seeing and noting are two round trips", noticed_by="sessions/costs")
def seeing_and_noting_are_two_round_trips(patch: MonkeyPatch) -> None:
    original = Authentication.authenticate

    def authenticate(self: Authentication, token: str) -> Principal:
        found = original(self, token)
        self._session.connection().exec_driver_sql("SELECT 1")
        return found

    patch.setattr(Authentication, "authenticate", authenticate)


@fault("for an unknown address no hash is tried", noticed_by="sessions/costs")
def for_unknown_address_no_hash_is_tried(patch: MonkeyPatch) -> None:
    original = Sessions._find

    def find(self: Sessions, email: str) -> Credentials:
        found = original(self, email)
        if found.user_id is None:
            raise LoginRefused(LoginProblem.UNKNOWN_EMAIL)
        return found

    patch.setattr(Sessions, "_find", find)


@fault("a decoy costs what new hashes cost, a hash what it had cost", noticed_by="sessions/costs")
def decoy_costs_what_new_hashes_cost(patch: MonkeyPatch) -> None:
    def level(hasher: Hasher, found: Credentials, password: str) -> bool:
        return hasher.verify(found.stored or hasher.decoy(hasher.own_cost), password)

    patch.setattr(sessions, "verify_level", level)


@fault("what temporary passwords cost does not count", noticed_by="sessions/costs")
def what_temporary_passwords_cost_does_not_count(patch: MonkeyPatch) -> None:
    original = stored_hashes._costs
    patch.setattr(
        stored_hashes,
        "_costs",
        lambda hashes: original(hashes).where(literal(hashes.class_ is User)),
    )


@fault("a login keeps its connection while it is verified", noticed_by="sessions/costs")
def login_keeps_its_connection(patch: MonkeyPatch) -> None:
    patch.setattr(LateSession, "look", lambda _: nullcontext())


@fault("a hash is raised while its user is held", noticed_by="sessions/costs")
def hash_is_raised_while_its_user_is_held(patch: MonkeyPatch) -> None:
    find, problem = Sessions._find, Sessions._problem

    def find_without_raising(self: Sessions, email: str) -> Credentials:
        return replace(find(self, email), lasting=False)

    def raise_while_held(self: Sessions, user: User, *rest: Any, right: bool) -> Any:
        found = problem(self, user, *rest, right=right)
        _, normal, _ = rest
        if found == (None, None):
            raised = self._hasher.raised(user.password_hash, normal)
            user.password_hash = raised or user.password_hash
        return found

    patch.setattr(Sessions, "_find", find_without_raising)
    patch.setattr(Sessions, "_problem", raise_while_held)


@fault("a look rolls back what the unit of work did before", noticed_by="sessions/costs")
def look_rolls_back_earlier_work(patch: MonkeyPatch) -> None:
    @contextmanager
    def look(self: LateSession) -> Iterator[Any]:
        yield
        self.rollback()
        self.asked = False

    patch.setattr(LateSession, "look", look)


@fault("a look ends a transaction that sees one snapshot", noticed_by="sessions/costs")
def look_ends_a_snapshot(patch: MonkeyPatch) -> None:
    original = LateSession.look

    def look(self: LateSession) -> Any:
        patch.setattr(late_sessions, "SEES_EACH_MOMENT", self._isolation)
        return original(self)

    patch.setattr(LateSession, "look", look)


@fault("temporary passwords count that are no longer good", noticed_by="sessions/costs")
def useless_temporary_passwords_count(patch: MonkeyPatch) -> None:
    count_temporary_passwords(patch, lambda now: true())


@fault("temporary passwords count that were used", noticed_by="sessions/costs")
def used_temporary_passwords_count(patch: MonkeyPatch) -> None:
    count_temporary_passwords(patch, lambda now: TemporaryPassword.expires_at > now)


@fault("temporary passwords count that have expired", noticed_by="sessions/costs")
def expired_temporary_passwords_count(patch: MonkeyPatch) -> None:
    count_temporary_passwords(patch, lambda now: TemporaryPassword.used_at.is_(None))


@fault("only the dearest hash is levelled", noticed_by="sessions/costs")
def only_dearest_hash_is_levelled(patch: MonkeyPatch) -> None:
    def find(*arguments: Any) -> Credentials:
        found = find_credentials(*arguments)
        return replace(found, costs=found.costs[-1:])

    patch.setattr(sessions, "find_credentials", find)


@fault("all of a password is judged", noticed_by="passwords/costs")
def all_of_password_is_judged(patch: MonkeyPatch) -> None:
    patch.setattr(guessing, "_beginning", lambda password: password)
    patch.setattr(
        guessing, "_run", lambda password, words: zxcvbn(password, words, max_length=1000)
    )


@fault("a password is judged in all its readings", noticed_by="passwords/costs")
def password_is_judged_in_all_its_readings(patch: MonkeyPatch) -> None:
    patch.setattr(guessing, "MOST_READINGS", 10**9)


@fault("a new password is hashed while its user is held", noticed_by="passwords/costs")
def new_password_is_hashed_while_held(patch: MonkeyPatch) -> None:
    patch.setattr(Passwords, "_hashed", lambda *_: None)


@fault("former passwords are compared while their user is held", noticed_by="passwords/costs")
def former_passwords_are_compared_while_held(patch: MonkeyPatch) -> None:
    patch.setattr(Passwords, "_verify_ahead", lambda *_: None)


@fault("only the current password is verified ahead", noticed_by="passwords/costs")
def only_current_password_is_verified_ahead(patch: MonkeyPatch) -> None:
    original = Passwords._verify_ahead
    patch.setattr(
        Passwords,
        "_verify_ahead",
        lambda self, token, current, new: original(self, token, current, None),
    )


@fault("a temporary password is hashed in a transaction", noticed_by="passwords/costs")
def temporary_password_is_hashed_in_transaction(patch: MonkeyPatch) -> None:
    original = Passwords.issue_temporary

    def issue(self: Passwords, user_id: int) -> IssuedPassword:
        self._session.connection()
        return original(self, user_id)

    patch.setattr(Passwords, "issue_temporary", issue)
