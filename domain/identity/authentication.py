"""Who bears a token: the token, then its row, which has the last word."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from domain.clock import Clock
from domain.errors import DomainError
from domain.identity.accounts import User
from domain.identity.failed_logins import hold_user
from domain.identity.login_sessions import LoginSession, live
from domain.identity.tokens import Claims, TokenProblem, TokenRefused, Tokens
from domain.settings import Settings


@dataclass(frozen=True)
class Principal:
    """Who was authenticated, and in which session."""

    user_id: int
    jti: str = field(repr=False)


@dataclass(eq=False)
class MustSetPassword(DomainError):
    """The session was opened with a temporary password; it is good for setting a new one only."""

    sentence = "set a password of your own first; the temporary one is good for nothing else"


class Authentication:
    """Authenticates tokens within one unit of work."""

    def __init__(self, session: Session, settings: Settings, clock: Clock) -> None:
        self._session = session
        self._settings = settings
        self._clock = clock
        self._tokens = Tokens(settings.tokens)

    def authenticate(self, token: str) -> Principal:
        """Return who bears the token, in one round trip that also notes that they were seen.

        The note waits for nobody: where another request holds the session's row, it is left out.
        Raises `TokenRefused`, `MustSetPassword`.
        """
        now = self._clock.now()
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
        """Return what the token claims, by itself: no statement is sent. Raises `TokenRefused`."""
        return self._tokens.read(token, self._clock.now())

    def hold(self, token: str, *, must_set_password: bool = False) -> tuple[User, LoginSession]:
        """Return the bearer and the session, and keep both as they are until the work has ended.

        For operations that change credentials or end sessions: what was checked still holds
        when it is used. Raises `TokenRefused`, and `MustSetPassword` unless a session that must
        set a password will do.
        """
        now = self._clock.now()
        claims = self._tokens.read(token, now)
        user = hold_user(self._session, claims.user_id)
        # Only a statement that begins after the lock is sure to see what its former holder did.
        found = self._session.get(LoginSession, claims.jti, populate_existing=True)
        if user is None or found is None:
            raise TokenRefused(TokenProblem.UNKNOWN_SESSION)
        self._judge(found, claims, now, active=user.active)
        if found.must_set_password and not must_set_password:
            raise MustSetPassword
        return user, found

    def _judge(self, found: LoginSession, claims: Claims, now: datetime, *, active: bool) -> None:
        """Refuse what the row does not confirm."""
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
