"""Authentication: the token is verified first, then the row of its session."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from domain.clock import Clock
from domain.errors import DomainError
from domain.identity.accounts import User
from domain.identity.failed_logins import lock_user_row
from domain.identity.login_sessions import LoginSession, live
from domain.identity.tokens import Claims, TokenProblem, TokenRefused, Tokens
from domain.settings import Settings


@dataclass(frozen=True)
class Principal:
    """An authenticated user, and the session."""

    user_id: int
    jti: str = field(repr=False)


@dataclass(eq=False)
class MustSetPassword(DomainError):
    """The session was opened with a temporary password, so it may only set a new one."""

    sentence = "the session may only set a new password; do that, then log in with it"


class Authentication:
    """Authenticates tokens within one unit of work."""

    def __init__(self, session: Session, settings: Settings, clock: Clock) -> None:
        self._session = session
        self._settings = settings
        self._clock = clock
        self._tokens = Tokens(settings.tokens)

    def authenticate(self, token: str) -> Principal:
        """Return the bearer of the token, in one round trip that also stores the time of this use.

        If another transaction has locked the session's row, the time is not stored.
        Raises `TokenRefused`, `MustSetPassword`.
        """
        return self.bearer(token, self._clock.now())

    def bearer(self, token: str, now: datetime) -> Principal:
        """Do the same at a time that the caller has read, for what else it does at that time."""
        claims = self._tokens.read(token, now)
        row = self._session.execute(
            select(LoginSession, User.deactivated_at)
            .join(User, User.id == LoginSession.user_id)
            .where(LoginSession.jti == claims.jti)
            .add_cte(self._touch(claims, now).cte("touched"))
            .execution_options(populate_existing=True)
        ).one_or_none()
        if row is None:
            raise TokenRefused(TokenProblem.UNKNOWN_SESSION)
        found, deactivated_at = row
        self._judge(found, claims, now, active=deactivated_at is None)
        if found.must_set_password:
            raise MustSetPassword
        return Principal(claims.user_id, claims.jti)

    def read(self, token: str) -> Claims:
        """Return the token's claims, without a statement. Raises `TokenRefused`."""
        return self._tokens.read(token, self._clock.now())

    def hold(
        self, token: str, *, must_set_password: bool = False
    ) -> tuple[User, LoginSession, datetime]:
        """Return the bearer, with the row locked until the transaction ends, the session, the time.

        For operations that change credentials or end sessions: what was checked still holds when
        it is used. The time is that of the check, after the wait for the lock. Raises
        `TokenRefused`; and `MustSetPassword` unless the argument allows a session that must set a
        password.
        """
        claims = self.read(token)
        user = lock_user_row(self._session, claims.user_id)
        # Only a statement that begins after the lock sees what the former holder committed.
        found = self._session.get(LoginSession, claims.jti, populate_existing=True)
        if user is None or found is None:
            raise TokenRefused(TokenProblem.UNKNOWN_SESSION)
        now = self._clock.now()
        self._judge(found, claims, now, active=user.active)
        if found.must_set_password and not must_set_password:
            raise MustSetPassword
        return user, found, now

    def _judge(self, found: LoginSession, claims: Claims, now: datetime, *, active: bool) -> None:
        """Raise `TokenRefused` unless the row confirms the claims."""
        if found.user_id != claims.user_id:
            raise TokenRefused(TokenProblem.ANOTHER_SUBJECT)
        if found.ended_at is not None:
            raise TokenRefused(TokenProblem.ENDED)
        if found.expires_at <= now:
            raise TokenRefused(TokenProblem.EXPIRED)
        if found.last_seen_at <= now - self._settings.sessions.idle:
            raise TokenRefused(TokenProblem.IDLE)
        if not active:
            raise TokenRefused(TokenProblem.DEACTIVATED)

    def _touch(self, claims: Claims, now: datetime) -> ReturningUpdate[tuple[str]]:
        rules = self._settings.sessions
        due = (
            select(LoginSession.jti)
            .join(User, User.id == LoginSession.user_id)
            .where(
                LoginSession.jti == claims.jti,
                LoginSession.user_id == claims.user_id,
                LoginSession.last_seen_at <= now - rules.touch_every,
                LoginSession.must_set_password.is_(False),
                User.deactivated_at.is_(None),
                live(now, rules.idle),
            )
            .with_for_update(of=LoginSession, skip_locked=True)
        )
        return (
            update(LoginSession)
            .where(LoginSession.jti.in_(due))
            .values(last_seen_at=now)
            .returning(LoginSession.jti)
        )
