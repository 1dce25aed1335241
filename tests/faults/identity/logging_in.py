"""Logging in, failing to, and being locked out: what can be wrong with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from secrets import token_urlsafe
from types import SimpleNamespace
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy.orm import Session

from domain import transactions
from domain.identity import failed_logins, sessions
from domain.identity.accounts import User
from domain.identity.failed_logins import CurrentPasswordRefused, LoginProblem, LoginRefused
from domain.identity.sessions import Sessions
from domain.settings import Lockout
from domain.transactions import Domain, _Caller
from tests.faults.catalogue import fault
from tests.faults.replacing import set_field


@fault(
    "half of the id of a token is always the same",
    noticed_by="sessions/logging_in",
    tags="@sessions-2",
)
def half_of_id_is_always_the_same(patch: MonkeyPatch) -> None:
    half_random = SimpleNamespace(token_urlsafe=lambda size: "A" * 22 + token_urlsafe(size)[22:])
    patch.setattr(sessions, "secrets", half_random)


@fault("a refusal says that no account has this address", noticed_by="sessions/logging_in")
def refusal_reveals_unknown_address(patch: MonkeyPatch) -> None:
    original = LoginRefused.__init__

    def init(self: LoginRefused, reason: LoginProblem) -> None:
        original(self, reason)
        self.args = (str(reason),)

    patch.setattr(LoginRefused, "__init__", init)


@fault(
    "a login with a wrong password is refused as a change of the password is",
    noticed_by="sessions/failed_logins",
    examples="Two concurrent failures count as two",
)
def login_is_refused_as_change_of_password(patch: MonkeyPatch) -> None:
    patch.setattr(sessions, "LoginRefused", CurrentPasswordRefused)


@fault(
    "failed logins are forgotten with the work they happened in",
    noticed_by="sessions/failed_logins",
)
def failed_logins_are_rolled_back(patch: MonkeyPatch) -> None:
    patch.setattr(transactions.Domain, "_record", lambda self, ended, caller: None)


@fault("an account is never locked", noticed_by="sessions/failed_logins")
def account_is_never_locked(patch: MonkeyPatch) -> None:
    patch.setattr(sessions, "locked", lambda user, now: False)


@fault("failures are counted by reading, then writing", noticed_by="sessions/failed_logins")
def failures_are_counted_by_reading_then_writing(patch: MonkeyPatch) -> None:
    def read(session: Session, user_id: int) -> User | None:
        return session.get(User, user_id, populate_existing=True)

    for module in (failed_logins, sessions):
        patch.setattr(module, "lock_user_row", read)


@fault("what a failed login did before is committed with it", noticed_by="sessions/failed_logins")
def work_of_a_failed_login_is_committed(patch: MonkeyPatch) -> None:
    original = Domain._unit_of_work

    @contextmanager
    def unit_of_work(self: Domain, caller: _Caller) -> Iterator[Any]:
        refusals = []
        with original(self, caller) as work:
            try:
                yield work
            except LoginRefused as refusal:
                refusals.append(refusal)
        if refusals:
            raise refusals[0]

    patch.setattr(Domain, "_unit_of_work", unit_of_work)


@fault("a lock is for good", noticed_by="sessions/failed_logins")
def lock_is_for_good(patch: MonkeyPatch) -> None:
    for module in (failed_logins, sessions):
        patch.setattr(module, "locked", lambda user, now: user.locked_until is not None)


@fault("trying on prolongs the lock", noticed_by="sessions/failed_logins")
def trying_on_prolongs_lock(patch: MonkeyPatch) -> None:
    patch.setattr(sessions, "COUNTED", set(LoginProblem))
    patch.setattr(failed_logins, "locked", lambda user, now: False)


@fault(
    "a wrong password is given as the reason although the account is locked",
    noticed_by="sessions/failed_logins",
    examples="do not prolong",
)
def lock_is_not_the_reason_for_a_wrong_password(patch: MonkeyPatch) -> None:
    original = Sessions._problem

    def problem(self: Sessions, user: User, *rest: Any, right: bool) -> Any:
        found, temporary = original(self, user, *rest, right=right)
        if found is LoginProblem.LOCKED and not right:
            return LoginProblem.WRONG_PASSWORD, None
        return found, temporary

    patch.setattr(Sessions, "_problem", problem)


@fault("a success does not reset the failures", noticed_by="sessions/failed_logins")
def success_does_not_reset_failures(patch: MonkeyPatch) -> None:
    patch.setattr(sessions, "reset_failed_logins", lambda user: None)


@fault("failures of long ago count", noticed_by="sessions/failed_logins")
def failures_of_long_ago_count(patch: MonkeyPatch) -> None:
    set_field(patch, Lockout, "window", timedelta(days=1))
