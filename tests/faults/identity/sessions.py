"""Authenticating, ending and removing sessions: what can be wrong with it."""

from datetime import datetime, timedelta
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import Select, delete, select, true, update
from sqlalchemy.orm.attributes import InstrumentedAttribute

from domain.identity import accounts, sessions
from domain.identity.authentication import Authentication, Principal
from domain.identity.login_sessions import LoginSession, SessionEnd
from domain.identity.sessions import Sessions
from domain.identity.tokens import Claims, TokenProblem, TokenRefused
from domain.settings import SessionRules, Timeouts
from tests.faults.catalogue import fault
from tests.faults.replacing import set_field


def overlook(patch: MonkeyPatch, problem: TokenProblem) -> None:
    """Accept a session that has one problem."""
    original = Authentication._judge

    def judge(
        self: Authentication, found: LoginSession, claims: Claims, now: datetime, *, active: bool
    ) -> None:
        try:
            original(self, found, claims, now, active=active)
        except TokenRefused as refusal:
            if refusal.reason is not problem:
                raise

    patch.setattr(Authentication, "_judge", judge)


@fault(
    "the problem ANOTHER_SUBJECT of a session is overlooked", noticed_by="sessions/authenticating"
)
def session_overlooks_another_subject(patch: MonkeyPatch) -> None:
    overlook(patch, TokenProblem.ANOTHER_SUBJECT)


@fault("the problem ENDED of a session is overlooked", noticed_by="sessions/authenticating")
def session_overlooks_ended(patch: MonkeyPatch) -> None:
    overlook(patch, TokenProblem.ENDED)


@fault("the problem EXPIRED of a session is overlooked", noticed_by="sessions/authenticating")
def session_overlooks_expired(patch: MonkeyPatch) -> None:
    overlook(patch, TokenProblem.EXPIRED)


@fault("the problem IDLE of a session is overlooked", noticed_by="sessions/authenticating")
def session_overlooks_idle(patch: MonkeyPatch) -> None:
    overlook(patch, TokenProblem.IDLE)


@fault("the problem DEACTIVATED of a session is overlooked", noticed_by="sessions/authenticating")
def session_overlooks_deactivated(patch: MonkeyPatch) -> None:
    overlook(patch, TokenProblem.DEACTIVATED)


@fault("the token alone identifies the user", noticed_by="sessions/authenticating")
def token_alone_identifies_the_user(patch: MonkeyPatch) -> None:
    def authenticate(self: Authentication, token: str) -> Principal:
        claims = self._tokens.read(token, self._clock.now())
        return Principal(claims.user_id, claims.jti)

    patch.setattr(Authentication, "authenticate", authenticate)


@fault("every use is written down", noticed_by="sessions/authenticating")
def every_use_is_written_down(patch: MonkeyPatch) -> None:
    set_field(patch, SessionRules, "touch_every", timedelta(0))


@fault("use is written down every quarter of an hour", noticed_by="sessions/authenticating")
def use_is_written_down_every_quarter_of_hour(patch: MonkeyPatch) -> None:
    set_field(patch, SessionRules, "touch_every", timedelta(minutes=15))


@fault("there is no limit to the sessions of a user", noticed_by="sessions/ending")
def there_is_no_limit_to_sessions_of_user(patch: MonkeyPatch) -> None:
    original = Sessions._end
    patch.setattr(
        Sessions,
        "_end",
        lambda self, user_id, because, now, *which: (
            0 if because is SessionEnd.TOO_MANY else original(self, user_id, because, now, *which)
        ),
    )


@fault("logging out is forgotten", noticed_by="sessions/ending")
def logging_out_is_forgotten(patch: MonkeyPatch) -> None:
    patch.setattr(Sessions, "log_out", lambda self, token: None)


@fault("a deactivation leaves the sessions", noticed_by="sessions/ending")
def deactivation_leaves_sessions(patch: MonkeyPatch) -> None:
    patch.setattr(accounts, "end_sessions", lambda *_: 0)


@fault("the newest session makes room", noticed_by="sessions/ending")
def newest_session_makes_room(patch: MonkeyPatch) -> None:
    original = Sessions._end

    def end(self: Sessions, user_id: int, because: SessionEnd, now: datetime, *which: Any) -> int:
        live = select(LoginSession.jti).where(
            LoginSession.user_id == user_id, LoginSession.ended_at.is_(None)
        )
        newest = live.order_by(LoginSession.created_at).offset(4)
        if because is SessionEnd.TOO_MANY:
            which = (LoginSession.jti.in_(newest),)
        return original(self, user_id, because, now, *which)

    patch.setattr(Sessions, "_end", end)


@fault("any user's session may be ended", noticed_by="sessions/ending")
def any_session_may_be_ended(patch: MonkeyPatch) -> None:
    def end(self: Sessions, token: str, jti: str) -> None:
        self._authentication.hold(token)
        self._session.execute(
            update(LoginSession)
            .where(LoginSession.jti == jti)
            .values(ended_at=self._clock.now(), ended_because=SessionEnd.ENDED_BY_USER)
        )

    patch.setattr(Sessions, "end", end)


@fault("purging takes what ended yesterday", noticed_by="sessions/housekeeping")
def purging_takes_what_ended_yesterday(patch: MonkeyPatch) -> None:
    set_field(patch, SessionRules, "kept_ended", timedelta(days=1))


@fault("purging leaves what ended by itself", noticed_by="sessions/housekeeping")
def purging_leaves_what_ended_by_itself(patch: MonkeyPatch) -> None:
    patch.setattr(
        sessions, "delete", lambda table: delete(table).where(table.ended_at.is_not(None))
    )


@fault("sessions are forgotten before their tokens expire", noticed_by="sessions/housekeeping")
def sessions_are_removed_too_early(patch: MonkeyPatch) -> None:
    original = InstrumentedAttribute.__le__
    patch.setattr(
        InstrumentedAttribute,
        "__le__",
        lambda self, other: true() if self is LoginSession.expires_at else original(self, other),
    )


@fault("a use is noted at the price of waiting", noticed_by="sessions/authenticating")
def use_is_noted_at_price_of_waiting(patch: MonkeyPatch) -> None:
    original = Select.with_for_update
    patch.setattr(
        Select,
        "with_for_update",
        lambda self, of=None, skip_locked=False, **k: original(
            self, of=of, skip_locked=skip_locked and of is None, **k
        ),
    )
    set_field(patch, Timeouts, "lock", timedelta(seconds=1))
