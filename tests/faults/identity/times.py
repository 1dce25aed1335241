"""Times of accounts and sessions: what is right only while the clock stands still, or is in UTC."""

from datetime import UTC, datetime, timedelta
from math import ceil
from types import SimpleNamespace
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import true
from sqlalchemy.orm import Session

from domain.clock import Clock
from domain.database.late_sessions import Recording
from domain.identity import accounts, login_sessions, passwords, sessions
from domain.identity.accounts import Accounts, User
from domain.identity.authentication import Authentication
from domain.identity.failed_logins import lock_user_row, locked
from domain.identity.login_sessions import LoginSession
from domain.identity.passwords import Passwords
from domain.identity.sessions import Sessions
from domain.identity.tokens import Claims, Tokens
from domain.settings import Lockout
from tests.faults.catalogue import fault

LATER = timedelta(seconds=1)

# --- failures that are not all at one moment ------------------------------------------------


def _record_by(patch: MonkeyPatch, count: Any) -> None:
    """Record a failed login by what `count` does with the user, the settings and the time."""

    def failure_(user_id: int, lockout: Lockout, clock: Clock) -> Recording:
        def record(session: Session) -> None:
            user, now = lock_user_row(session, user_id), clock.now()
            if user is not None and not locked(user, now):
                count(user, lockout, now)

        return record

    for module in (sessions, passwords):
        patch.setattr(module, "failure", failure_)


@fault("a lock lasts from the first of the failures", noticed_by="sessions/failed_logins")
def lock_lasts_from_the_first_failure(patch: MonkeyPatch) -> None:
    def count(user: User, lockout: Lockout, now: datetime) -> None:
        counting = [*(at for at in user.failed_logins_at if at > now - lockout.window), now]
        if len(counting) >= lockout.failures:
            user.locked_until, counting = counting[0] + lockout.lasts, []
        user.failed_logins_at = counting

    _record_by(patch, count)


@fault("failures begin to count again after a window", noticed_by="sessions/failed_logins")
def failures_begin_to_count_again_after_a_window(patch: MonkeyPatch) -> None:
    def count(user: User, lockout: Lockout, now: datetime) -> None:
        counting = [*user.failed_logins_at, now]
        if counting[0] <= now - lockout.window:
            counting = [now]
        if len(counting) >= lockout.failures:
            user.locked_until, counting = now + lockout.lasts, []
        user.failed_logins_at = counting

    _record_by(patch, count)


@fault("failures count while they follow each other closely", noticed_by="sessions/failed_logins")
def failures_count_while_they_follow_closely(patch: MonkeyPatch) -> None:
    def count(user: User, lockout: Lockout, now: datetime) -> None:
        counting = [*user.failed_logins_at, now]
        if user.failed_logins_at and user.failed_logins_at[-1] <= now - lockout.window:
            counting = [now]
        if len(counting) >= lockout.failures:
            user.locked_until, counting = now + lockout.lasts, []
        user.failed_logins_at = counting

    _record_by(patch, count)


# --- zones ----------------------------------------------------------------------------------


def _wall(clock: Any) -> datetime:
    """Return what the clock on the wall shows, taken for UTC."""
    shown: datetime = clock._clock.now().replace(tzinfo=UTC)
    return shown


@fault(
    "whether a session is idle is judged by the clock on the wall",
    noticed_by="sessions/authenticating",
)
def idle_is_judged_by_the_wall(patch: MonkeyPatch) -> None:
    original = Authentication._judge

    def judge(
        self: Authentication, found: LoginSession, claims: Claims, now: datetime, *, active: bool
    ) -> None:
        original(self, found, claims, _wall(self._clock), active=active)

    patch.setattr(Authentication, "_judge", judge)


@fault(
    "whether an account is locked is judged by the clock on the wall",
    noticed_by="sessions/failed_logins",
)
def lock_is_judged_by_the_wall(patch: MonkeyPatch) -> None:
    original: Any = Sessions._problem

    def problem(self: Sessions, *of: Any, right: bool) -> Any:
        *others, _ = of
        return original(self, *others, _wall(self._clock), right=right)

    patch.setattr(Sessions, "_problem", problem)


# --- clocks that are read twice -------------------------------------------------------------


@fault(
    "a deactivation reads the clock twice",
    noticed_by="transactions/values",
    tags="@transactions-41",
)
def deactivation_reads_the_clock_twice(patch: MonkeyPatch) -> None:
    original = Accounts._change
    patch.setattr(
        Accounts,
        "_change",
        lambda self, seen, now, **values: original(self, seen, self._clock.now(), **values),
    )


@fault(
    "a token has another time than its session",
    noticed_by="transactions/values",
    tags="@transactions-41",
)
def token_has_another_time_than_its_session(patch: MonkeyPatch) -> None:
    original = Tokens.make
    patch.setattr(
        Tokens,
        "make",
        lambda self, claims, issued, expires: original(self, claims, issued + LATER, expires),
    )


@fault(
    "a session ends for another one at a time of its own",
    noticed_by="transactions/values",
    tags="@transactions-41",
)
def session_ends_at_a_time_of_its_own(patch: MonkeyPatch) -> None:
    original = Sessions._end
    patch.setattr(
        Sessions,
        "_end",
        lambda self, user_id, because, now, *which: original(
            self, user_id, because, self._clock.now(), *which
        ),
    )


@fault(
    "a changed password ends sessions at another time",
    noticed_by="transactions/values",
    tags="@transactions-41",
)
def changed_password_ends_sessions_at_another_time(patch: MonkeyPatch) -> None:
    original = Passwords._end_sessions
    patch.setattr(
        Passwords,
        "_end_sessions",
        lambda self, user, because, now, but=None: original(
            self, user, because, self._clock.now(), but=but
        ),
    )


@fault(
    "a login opens its session after another reading of the clock",
    noticed_by="transactions/values",
    tags="@transactions-41",
)
def login_opens_its_session_later(patch: MonkeyPatch) -> None:
    original: Any = Sessions._open

    def open_(self: Sessions, user: User, *of: Any, must_set_password: bool) -> Any:
        *others, _ = of
        return original(self, user, *others, self._clock.now(), must_set_password=must_set_password)

    patch.setattr(Sessions, "_open", open_)


@fault(
    "a temporary password is used later than it is judged",
    noticed_by="passwords/temporary",
    tags="@passwords-21",
)
def temporary_password_is_used_later_than_judged(patch: MonkeyPatch) -> None:
    patch.setattr(sessions, "max", lambda now, issued: max(now + LATER, issued), raising=False)


# --- clocks that are behind -----------------------------------------------------------------


def _believed(patch: MonkeyPatch, module: Any) -> None:
    """Take the time of now although it is before the one that it follows."""
    names = {name: getattr(module.func, name) for name in ("lower",)}
    patch.setattr(module, "func", SimpleNamespace(greatest=lambda now, other: now, **names))


@fault(
    "a session may end before it began",
    noticed_by="transactions/values",
    tags="@transactions-40",
)
def session_may_end_before_it_began(patch: MonkeyPatch) -> None:
    _believed(patch, login_sessions)


@fault(
    "an account may be changed before it was opened",
    noticed_by="transactions/values",
    tags="@transactions-40",
)
def account_may_be_changed_before_it_was_opened(patch: MonkeyPatch) -> None:
    _believed(patch, accounts)


@fault(
    "a temporary password may be used before it was issued",
    noticed_by="passwords/temporary",
    tags="@passwords-21",
)
def temporary_password_may_be_used_before_it_was_issued(patch: MonkeyPatch) -> None:
    patch.setattr(sessions, "max", lambda now, issued: now, raising=False)


# --- limits ---------------------------------------------------------------------------------


@fault("a token expires a part of a second early", noticed_by="sessions/authenticating")
def token_expires_a_part_of_a_second_early(patch: MonkeyPatch) -> None:
    original = Tokens._judge
    patch.setattr(Tokens, "_judge", lambda self, claims, now: original(self, claims, ceil(now)))


@fault("a use is recorded after a minute in whole seconds", noticed_by="sessions/authenticating")
def use_is_recorded_after_a_minute_in_whole_seconds(patch: MonkeyPatch) -> None:
    original = Authentication._touch
    patch.setattr(
        Authentication,
        "_touch",
        lambda self, claims, now: original(self, claims, now + timedelta(microseconds=500_000)),
    )


@fault("a token begins with the next whole second", noticed_by="sessions/logging_in")
def token_begins_with_the_next_second(patch: MonkeyPatch) -> None:
    original = Tokens.make
    patch.setattr(
        Tokens,
        "make",
        lambda self, claims, issued, expires: original(
            self, claims, issued + timedelta(microseconds=999_999), expires
        ),
    )


@fault("an idle session may be ended", noticed_by="sessions/ending")
def idle_session_may_be_ended(patch: MonkeyPatch) -> None:
    original = Sessions.end

    def end(self: Sessions, token: str, jti: str) -> None:
        with MonkeyPatch.context() as while_ending:
            while_ending.setattr(self, "_live", lambda now: true())
            original(self, token, jti)

    patch.setattr(Sessions, "end", end)
