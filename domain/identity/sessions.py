"""Sessions: logging in, being let in with a token, and every way in which a session ends."""

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
from domain.errors import DomainError, InvalidValue
from domain.identity.accounts import AccountNotFound, User
from domain.identity.authentication import Authentication, Principal
from domain.identity.failed_logins import (
    COUNTED,
    LoginProblem,
    LoginRefused,
    failure,
    forgive,
    hold_user,
    locked,
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
from domain.identity.recordings import remember
from domain.identity.stored_hashes import Credentials, find_credentials, verify_level
from domain.identity.temporary_passwords import TemporaryPassword
from domain.identity.tokens import JTI, Claims, Tokens
from domain.settings import Settings
from domain.values import email_address

JTI_BYTES: Final = 32
"""256 random bits; ASVS 7.2.3 wants at least 128."""

PURGE_BATCH: Final = 1000


@dataclass(frozen=True)
class Login:
    """A session that was opened, and the token that leads to it, which is shown this once."""

    user_id: int
    token: str = field(repr=False)
    expires_at: datetime
    must_set_password: bool


@dataclass(eq=False)
class SessionNotFound(DomainError):
    """The user has no such live session: it has ended, or it is somebody else's."""

    sentence = "you have no such session any more"


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
        """Open a session for whoever has this address and this password.

        Costs one Argon2 verification at each cost of a stored hash, whatever comes of it; one
        more only if the hash was replaced meanwhile. No connection is kept from others for that
        (`LateSession.look`), unless the unit of work did something before.

        With a temporary password the session is good for nothing but setting one's own. If the
        user has as many live sessions as they may, the oldest ends. `ip` is the caller's address
        as text; `user_agent` is cut off after 300 characters. Raises `LoginRefused`,
        `InvalidValue` for the ip, `NoKeyRing`.
        """
        address = _ip(ip)
        normal = readable(password, self._settings.passwords)
        found = self._find(email)
        right = verify_level(self._hasher, found, normal or "") and normal is not None
        user_id, stored = found.user_id, found.stored
        if user_id is None or stored is None:
            raise LoginRefused(LoginProblem.UNKNOWN_EMAIL)
        # For nobody else: how long it takes would tell that the password is right.
        raised = None
        if right and found.lasting and normal is not None:
            raised = self._hasher.raised(stored, normal)
        user = hold_user(self._session, user_id)
        problem, temporary = self._problem(user, stored, normal, right=right)
        if problem is not None or user is None or normal is None:
            raise self._refused(user_id, problem or LoginProblem.WRONG_PASSWORD)
        forgive(user)
        if temporary is not None:
            temporary.used_at = self._clock.now()
        elif raised is not None and user.password_hash == stored:
            user.password_hash = raised
        return self._open(user, address, user_agent, must_set_password=temporary is not None)

    def _find(self, email: str) -> Credentials:
        """Return what this login is verified against. It takes a while, without a connection."""
        try:
            address: str | None = email_address("email", email)
        except InvalidValue:
            address = None
        with self._session.look():
            return find_credentials(self._session, address, self._clock.now())

    def _problem(
        self, user: User | None, stored: str, normal: str | None, *, right: bool
    ) -> tuple[LoginProblem | None, TemporaryPassword | None]:
        """Return what stands against a login, now that nobody else can change the user.

        `right` is what was found against the hash `stored`. Another may stand there by now: a
        dearer one of the same password, or one of another password.
        """
        if user is None:
            return LoginProblem.UNKNOWN_EMAIL, None
        now = self._clock.now()
        temporary = self._session.get(TemporaryPassword, user.id, populate_existing=True)
        current = user.password_hash if temporary is None else temporary.password_hash
        if not user.active:
            return LoginProblem.DEACTIVATED, None
        if locked(user, now):
            return LoginProblem.LOCKED, None
        if stored != current:
            right = normal is not None and self._hasher.verify(current, normal)
        if not right:
            return LoginProblem.WRONG_PASSWORD, None
        return (temporary.problem(now) if temporary else None), temporary

    def _refused(self, user_id: int, problem: LoginProblem) -> LoginRefused:
        if problem in COUNTED:
            remember(self._session, failure(user_id, self._settings.lockout, self._clock))
        return LoginRefused(problem)

    def _open(
        self,
        user: User,
        ip: IPv4Address | IPv6Address | None,
        user_agent: str | None,
        *,
        must_set_password: bool,
    ) -> Login:
        """Open a session for a user whose row is held, and let the oldest make room for it."""
        rules = self._settings.sessions
        now = self._clock.now()
        claims = Claims(user.id, secrets.token_urlsafe(JTI_BYTES))
        expires_at = now + rules.lifetime
        token = self._tokens.make(claims, now, expires_at)
        surplus = (
            select(LoginSession.jti)
            .where(LoginSession.user_id == user.id, live(now, rules.idle))
            .order_by(LoginSession.created_at.desc(), LoginSession.jti)
            .offset(rules.at_most - 1)
        )
        self._end(user.id, SessionEnd.TOO_MANY, LoginSession.jti.in_(surplus))
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

    # --- being let in ---------------------------------------------------------------------------

    def authenticate(self, token: str) -> Principal:
        """Return who bears the token, and note that they were seen (at most once a minute).

        One round trip beyond the transaction's own, and no hashing. Every token that is not good
        is refused alike. Raises `TokenRefused`, `MustSetPassword`, `NoKeyRing`.
        """
        return self._authentication.authenticate(token)

    def list(self, token: str) -> list[LoginSession]:
        """Return the bearer's live sessions, oldest first. Raises as `authenticate` does."""
        bearer = self._authentication.authenticate(token)
        query = select(LoginSession).where(LoginSession.user_id == bearer.user_id, self._live())
        return [*self._session.scalars(query.order_by(LoginSession.created_at, LoginSession.jti))]

    # --- ending ---------------------------------------------------------------------------------

    def log_out(self, token: str) -> None:
        """End the bearer's session. Raises as `authenticate` does, but a restricted one may."""
        user, login = self._authentication.hold(token, must_set_password=True)
        self._end(user.id, SessionEnd.LOGGED_OUT, LoginSession.jti == login.jti)

    def end(self, token: str, jti: str) -> None:
        """End one of the bearer's own live sessions.

        Raises `SessionNotFound`, and as `authenticate` does.
        """
        user, _ = self._authentication.hold(token)
        one = LoginSession.jti == jti
        known = isinstance(jti, str) and JTI.fullmatch(jti) is not None
        if not known or not self._end(user.id, SessionEnd.ENDED_BY_USER, one, self._live()):
            raise SessionNotFound

    def end_others(self, token: str) -> int:
        """End all of the bearer's sessions but this one, and return how many there were.

        Raises as `authenticate` does.
        """
        user, login = self._authentication.hold(token)
        others = LoginSession.jti != login.jti
        return self._end(user.id, SessionEnd.ENDED_BY_USER, others, self._live())

    def end_all(self, user_id: int) -> int:
        """End all sessions of a user, for an administrator, and return how many there were.

        Raises `AccountNotFound`.
        """
        if hold_user(self._session, user_id) is None:
            raise AccountNotFound(user_id)
        return self._end(user_id, SessionEnd.ENDED_BY_ADMINISTRATOR, self._live())

    def purge(self, at_most: int = PURGE_BATCH) -> int:
        """Forget up to so many sessions that ended long ago (`sessions.kept_ended`), oldest first.

        Returns how many; less than `at_most` means that there are no more. What another purge
        is forgetting at the same time is left to it. A session whose token has not expired stays:
        forgotten, it could be stored again as one that never ended. Raises `InvalidValue` if
        `at_most` is less than 1.
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
            # Looked for once: as a part of the deletion it may be looked for again for each row,
            # and what was taken already is passed over then.
            .cte("old")
            .prefix_with("MATERIALIZED")
        )
        gone = self._session.scalars(
            delete(LoginSession)
            .where(LoginSession.jti.in_(select(old.c.jti)))
            .returning(LoginSession.jti)
            .execution_options(synchronize_session=False)
        )
        return len(gone.all())

    def _end(self, user_id: int, because: SessionEnd, *which: ColumnElement[bool]) -> int:
        return end_sessions(self._session, user_id, self._clock.now(), because, *which)

    def _live(self) -> ColumnElement[bool]:
        return live(self._clock.now(), self._settings.sessions.idle)


def _ip(text: str | None) -> IPv4Address | IPv6Address | None:
    try:
        return None if text is None else ip_address(text)
    except ValueError:
        raise InvalidValue("ip", "is not an IP address") from None


def _printable(user_agent: str | None) -> str | None:
    """Return what can be stored of what a browser says of itself: it must not stop a login."""
    if user_agent is None:
        return None
    return "".join(islice(filter(str.isprintable, user_agent), USER_AGENT_MAX_LENGTH))
