"""Sessions: logging in, authenticating a token, and all the ways in which a session ends."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_address
from itertools import islice
from typing import Final

from sqlalchemy import ColumnElement, delete, func, select

from domain.clock import Clock
from domain.database.late_sessions import LateSession
from domain.database.schema import LARGEST_ID
from domain.errors import Entity, InvalidValue, NotFound
from domain.identity.accounts import User
from domain.identity.authentication import Authentication, Principal
from domain.identity.failed_logins import (
    COUNTED,
    LoginProblem,
    LoginRefused,
    failure,
    lock_user_row,
    locked,
    reset_failed_logins,
)
from domain.identity.hashing import Hasher
from domain.identity.login_sessions import (
    USER_AGENT_MAX_LENGTH,
    LoginSession,
    SessionEnd,
    end_sessions,
    live,
)
from domain.identity.password_policy import readable
from domain.identity.stored_hashes import Credentials, find_credentials, verify_level
from domain.identity.temporary_passwords import TemporaryPassword
from domain.identity.tokens import JTI, Claims, Tokens
from domain.settings import Settings
from domain.values import email_address

JTI_BYTES: Final = 32
"""256 random bits; ASVS 7.2.3 wants at least 128."""


@dataclass(frozen=True)
class Login:
    """A session that was opened, and its token, which cannot be read again."""

    user_id: int
    token: str = field(repr=False)
    expires_at: datetime
    must_set_password: bool


class Sessions:
    """The operations on login sessions, within one unit of work."""

    def __init__(
        self, session: LateSession, settings: Settings, clock: Clock, hasher: Hasher
    ) -> None:
        self._session = session
        self._settings = settings
        self._clock = clock
        self._hasher = hasher
        self._tokens = Tokens(settings.tokens)
        self._authentication = Authentication(session, settings, clock)

    # --- logging in ---------------------------------------------------------------------------

    def log_in(
        self, email: str, password: str, *, ip: str | None = None, user_agent: str | None = None
    ) -> Login:
        """Open a session for the account with this address and this password.

        Costs one Argon2 verification at each cost of a stored hash, whether or not the login is
        refused, and one more only if the hash was replaced concurrently. They occupy no
        connection (`LateSession.look`), unless the unit of work has sent a statement before.

        With a temporary password the session may only set a password. If the user has as many
        live sessions as the settings allow, the oldest ends. `ip` is the caller's address as
        text; `user_agent` is cut off after 300 characters. Raises `LoginRefused`, `InvalidValue`
        for the ip, `NoKeyRing`.
        """
        address = _ip(ip)
        # What cannot be a password costs what one does: it is the empty text, which no account has.
        normal = readable(password, self._settings.passwords) or ""
        found = self._find(email)
        right = verify_level(self._hasher, found, normal)
        user_id, stored = found.user_id, found.stored
        if user_id is None or stored is None:
            raise LoginRefused(LoginProblem.UNKNOWN_EMAIL)
        # Only for a login that will succeed: otherwise the time would reveal a right password.
        raised = None
        if right and found.lasting:
            raised = self._hasher.raised(stored, normal)
        user = lock_user_row(self._session, user_id)
        if user is None:
            raise LoginRefused(LoginProblem.UNKNOWN_EMAIL)
        now = self._clock.now()
        problem, temporary = self._problem(user, stored, normal, now, right=right)
        if problem is not None:
            raise self._refused(user_id, problem)
        reset_failed_logins(user)
        if temporary is not None:
            temporary.used_at = max(now, temporary.issued_at)
        elif raised is not None and user.password_hash == stored:
            user.password_hash = raised
        return self._open(user, address, user_agent, now, must_set_password=temporary is not None)

    def _find(self, email: str) -> Credentials:
        """Return what this login is verified against; the verification occupies no connection."""
        try:
            address: str | None = email_address("email", email)
        except InvalidValue:
            address = None
        with self._session.look():
            return find_credentials(self._session, address, self._clock.now())

    def _problem(
        self, user: User, stored: str, normal: str, now: datetime, *, right: bool
    ) -> tuple[LoginProblem | None, TemporaryPassword | None]:
        """Return why the login of a user whose row is locked is refused, or None.

        `right` is the result for the hash `stored`. Another hash may have replaced it since: one
        of the same password at a higher cost, or one of another password.
        """
        temporary = self._session.get(TemporaryPassword, user.id, populate_existing=True)
        current = user.password_hash if temporary is None else temporary.password_hash
        if not user.active:
            return LoginProblem.DEACTIVATED, None
        if locked(user, now):
            return LoginProblem.LOCKED, None
        if stored != current:
            right = self._hasher.verify(current, normal)
        if not right:
            return LoginProblem.WRONG_PASSWORD, None
        return (temporary.problem(now) if temporary else None), temporary

    def _refused(self, user_id: int, problem: LoginProblem) -> LoginRefused:
        if problem in COUNTED:
            self._session.recordings.append(failure(user_id, self._settings.lockout, self._clock))
        return LoginRefused(problem)

    def _open(
        self,
        user: User,
        ip: IPv4Address | IPv6Address | None,
        user_agent: str | None,
        now: datetime,
        *,
        must_set_password: bool,
    ) -> Login:
        """Open a session for a user whose row is locked, and end the oldest beyond the limit."""
        rules = self._settings.sessions
        claims = Claims(user.id, secrets.token_urlsafe(JTI_BYTES))
        expires_at = now + rules.lifetime
        token = self._tokens.make(claims, now, expires_at)
        surplus = (
            select(LoginSession.jti)
            .where(LoginSession.user_id == user.id, live(now, rules.idle))
            .order_by(LoginSession.created_at.desc(), LoginSession.jti)
            .offset(rules.at_most - 1)
        )
        self._end(user.id, SessionEnd.TOO_MANY, now, LoginSession.jti.in_(surplus))
        self._session.add(
            LoginSession(
                jti=claims.jti,
                user_id=user.id,
                created_at=now,
                last_seen_at=now,
                expires_at=expires_at,
                must_set_password=must_set_password,
                ip=ip,
                user_agent=_printable(user_agent),
            )
        )
        return Login(user.id, token, expires_at, must_set_password)

    # --- authenticating ---------------------------------------------------------------------------

    def authenticate(self, token: str) -> Principal:
        """Return the bearer of the token, and store the time of this use (at most once a minute).

        One round trip beyond the transaction's own, and no hashing. The message is the same for
        all refused tokens. Raises `TokenRefused`, `MustSetPassword`, `NoKeyRing`.
        """
        return self._authentication.authenticate(token)

    def list(self, token: str) -> list[LoginSession]:
        """Return the bearer's live sessions, oldest first. Raises as `authenticate` does."""
        now = self._clock.now()
        bearer = self._authentication.bearer(token, now)
        query = select(LoginSession).where(LoginSession.user_id == bearer.user_id, self._live(now))
        return [*self._session.scalars(query.order_by(LoginSession.created_at, LoginSession.jti))]

    # --- ending ---------------------------------------------------------------------------------

    def log_out(self, token: str) -> None:
        """End the bearer's session, also one that must set a password. Raises `TokenRefused`."""
        user, login, now = self._authentication.hold(token, must_set_password=True)
        self._end(user.id, SessionEnd.LOGGED_OUT, now, LoginSession.jti == login.jti)

    def end(self, token: str, jti: str) -> None:
        """End one of the bearer's own live sessions.

        Raises `NotFound`, and as `authenticate` does.
        """
        user, _, now = self._authentication.hold(token)
        one = LoginSession.jti == jti
        known = isinstance(jti, str) and JTI.fullmatch(jti) is not None
        live_one = one, self._live(now)
        if not known or not self._end(user.id, SessionEnd.ENDED_BY_USER, now, *live_one):
            raise NotFound(Entity.SESSION, "with this id")

    def end_others(self, token: str) -> int:
        """End all of the bearer's sessions but this one, and return how many there were.

        Raises as `authenticate` does.
        """
        user, login, now = self._authentication.hold(token)
        others = LoginSession.jti != login.jti
        return self._end(user.id, SessionEnd.ENDED_BY_USER, now, others, self._live(now))

    def end_all(self, user_id: int) -> int:
        """End all sessions of a user, for an administrator, and return how many there were.

        Raises `NotFound`.
        """
        if lock_user_row(self._session, user_id) is None:
            raise NotFound(Entity.ACCOUNT, user_id)
        now = self._clock.now()
        return self._end(user_id, SessionEnd.ENDED_BY_ADMINISTRATOR, now, self._live(now))

    def purge(self, at_most: int) -> int:
        """Delete up to `at_most` sessions that ended before `sessions.kept_ended`, oldest first.

        Returns how many; fewer than `at_most` means that none are left. Rows that a concurrent
        purge has locked are left to it. A session whose token has not expired stays: otherwise it
        could be stored again as one that has not ended. Raises `InvalidValue` if `at_most` is
        less than 1.
        """
        if at_most < 1:
            raise InvalidValue("at_most", "must be 1 or more")
        now = self._clock.now()
        rules = self._settings.sessions
        idle_at = LoginSession.last_seen_at + rules.idle
        ended = func.coalesce(LoginSession.ended_at, func.least(LoginSession.expires_at, idle_at))
        old = (
            select(LoginSession.jti)
            .where(ended < now - rules.kept_ended, LoginSession.expires_at <= now)
            .order_by(ended)
            .limit(min(at_most, LARGEST_ID))
            .with_for_update(skip_locked=True)
            # MATERIALIZED, because a subquery of the DELETE may be evaluated again for each row,
            # and then skips the rows that it has locked before.
            .cte("old")
            .prefix_with("MATERIALIZED")
        )
        gone = self._session.scalars(
            delete(LoginSession)
            .where(LoginSession.jti.in_(select(old.c.jti)))
            .returning(LoginSession.jti)
        )
        return len(gone.all())

    def _end(
        self, user_id: int, because: SessionEnd, now: datetime, *which: ColumnElement[bool]
    ) -> int:
        return end_sessions(self._session, user_id, now, because, *which)

    def _live(self, now: datetime) -> ColumnElement[bool]:
        return live(now, self._settings.sessions.idle)


def _ip(text: str | None) -> IPv4Address | IPv6Address | None:
    try:
        return None if text is None else ip_address(text)
    except ValueError:
        raise InvalidValue("ip", "is not an IP address") from None


def _printable(user_agent: str | None) -> str | None:
    """Return the printable characters: no user agent must make a login fail."""
    if user_agent is None:
        return None
    return "".join(islice(filter(str.isprintable, user_agent), USER_AGENT_MAX_LENGTH))
