"""Passwords: changing one, refusing former ones, issuing and replacing a temporary one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from domain.clock import Clock
from domain.database.late_sessions import LateSession
from domain.database.schema import Base, Hash, HiddenText, Id, Instant, Key
from domain.errors import DomainError, Entity, InvalidValue, NotFound
from domain.identity.accounts import User
from domain.identity.authentication import Authentication
from domain.identity.failed_logins import (
    CurrentPasswordRefused,
    LoginProblem,
    failure,
    lock_user_row,
    locked,
    reset_failed_logins,
)
from domain.identity.hashing import Hasher
from domain.identity.login_sessions import LoginSession, SessionEnd, end_sessions, live
from domain.identity.password_policy import acceptable, readable
from domain.identity.temporary_passwords import (
    IssuedPassword,
    TemporaryPassword,
    invent,
    suits,
    supersede,
)
from domain.settings import Settings


class FormerPassword(Base):
    """The hash of a former password, kept so that it is not set again soon."""

    __tablename__ = "password_history"
    __table_args__ = (
        CheckConstraint("password_hash LIKE '$argon2id$%'", name="password_hash_form"),
        Index("ix_password_history_user_id", "user_id"),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    password_hash: Mapped[Hash]
    retired_at: Mapped[Instant]

    def __repr__(self) -> str:
        return f"FormerPassword(user_id={self.user_id}, retired_at={self.retired_at:%FT%T%z})"


@dataclass(eq=False)
class PasswordUsedBefore(DomainError):
    """The new password is the current one or one of the former ones that are kept."""

    last: int

    sentence = "the password is one of your last {last}; choose one that you have not had"


@dataclass(eq=False)
class TemporaryPasswordAgain(DomainError):
    """The new password equals the temporary one that it must replace."""

    sentence = "the password is the temporary one; choose one of your own"


@dataclass(eq=False)
class NoTemporaryPassword(DomainError):
    """The session was not opened with a temporary password, so there is none to replace."""

    sentence = "there is no temporary password to replace; change your password instead"


class Passwords:
    """The operations on passwords, within one unit of work."""

    def __init__(
        self, session: LateSession, settings: Settings, clock: Clock, hasher: Hasher
    ) -> None:
        self._session = session
        self._settings = settings
        self._clock = clock
        self._hasher = hasher
        self._authentication = Authentication(session, settings, clock)
        self._verified: dict[tuple[str, str], bool] = {}
        """The results so far, by stored hash and password."""

    def change(self, token: str, current: str, new: str) -> None:
        """Set a new password and end all other sessions of the user.

        A wrong current password counts as a failed login, and while the account is locked the
        right one is refused too. Raises `TokenRefused`, `MustSetPassword`,
        `CurrentPasswordRefused`, `InvalidValue` (`WeakPassword`), `PasswordUsedBefore`.
        """
        hashed = self._hashed(token, new)
        self._verify_ahead(token, current, new if hashed else None)
        user, login, now = self._authentication.hold(token)
        self._confirm(user, current, now)
        normal = acceptable(new, self._settings.passwords, user.own_words)
        self._replace(user, normal, hashed, now)
        reset_failed_logins(user)
        self._end_sessions(user, SessionEnd.PASSWORD_CHANGED, now, but=login)

    def issue_temporary(self, user_id: int) -> IssuedPassword:
        """Issue a random password for one login, and end the user's sessions.

        For an administrator, who cannot choose the password or read it again. From now on neither
        the user's own password nor an earlier temporary one logs in. Raises `NotFound`.
        """
        rules = self._settings.passwords
        password = invent(rules)
        hashed = self._hasher.hash(password)
        user = lock_user_row(self._session, user_id)
        if user is None:
            raise NotFound(Entity.ACCOUNT, user_id)
        if not suits(password, rules, user.own_words):  # one of several hundred thousand
            password = invent(rules, user.own_words)
            hashed = self._hasher.hash(password)
        now = self._clock.now()
        ends = now + rules.temporary_lasts
        supersede(self._session, user, hashed, now, ends)
        self._end_sessions(user, SessionEnd.TEMPORARY_PASSWORD, now)
        return IssuedPassword(user_id, password, ends)

    def replace_temporary(self, token: str, new: str) -> None:
        """Set a new password after a login with a temporary one, and end all sessions.

        Raises `TokenRefused`, `NoTemporaryPassword`, `InvalidValue` (`WeakPassword`),
        `TemporaryPasswordAgain`, `PasswordUsedBefore`.
        """
        hashed = self._hashed(token, new)
        self._verify_ahead(token, None, new if hashed else None)
        user, login, now = self._authentication.hold(token, must_set_password=True)
        own = TemporaryPassword.user_id == user.id
        temporary = self._session.scalar(select(TemporaryPassword.password_hash).where(own))
        if not login.must_set_password or temporary is None:
            raise NoTemporaryPassword
        normal = acceptable(new, self._settings.passwords, user.own_words)
        if self._verify(temporary, normal):
            raise TemporaryPasswordAgain
        self._replace(user, normal, hashed, now)
        self._session.execute(delete(TemporaryPassword).where(own))
        self._end_sessions(user, SessionEnd.PASSWORD_CHANGED, now)

    def _hashed(self, token: str, new: str) -> str | None:
        """Return the hash of a new password, before a connection is taken or a row locked.

        None for a password that the policy refuses for every user; the refusal is raised only
        after the current password has been verified.
        Raises `TokenRefused`.
        """
        self._authentication.read(token)
        try:
            normal = acceptable(new, self._settings.passwords, ())
        except InvalidValue:
            return None
        return self._hasher.hash(normal)

    def _verify_ahead(self, token: str, current: str | None, new: str | None) -> None:
        """Verify all passwords that will be compared, while no row is locked.

        Always all of them, so that the time reveals no more than the answer does.
        """
        rules = self._settings.passwords
        own, *others = self._hashes(token) or [None]
        compared = [(own, current), *((stored, new) for stored in (own, *others))]
        for stored, password in compared:
            normal = readable(password, rules)
            if stored is not None and normal is not None:
                self._verify(stored, normal)

    def _hashes(self, token: str) -> list[str | None]:
        """Return the hashes of the bearer's own password, a temporary one, and former ones.

        Empty for a session that has ended.
        """
        claims = self._authentication.read(token)
        former = (
            select(FormerPassword.password_hash)
            .where(FormerPassword.user_id == User.id)
            .order_by(FormerPassword.id.desc())
            .limit(self._settings.passwords.history - 1)
        )
        query = (
            select(
                User.password_hash,
                TemporaryPassword.password_hash,
                func.array(former.scalar_subquery(), type_=ARRAY(HiddenText)),
            )
            .join(LoginSession, LoginSession.user_id == User.id)
            .outerjoin(TemporaryPassword, TemporaryPassword.user_id == User.id)
            .where(
                LoginSession.jti == claims.jti,
                live(self._clock.now(), self._settings.sessions.idle),
            )
        )
        with self._session.look():
            found = self._session.execute(query).one_or_none()
        return [] if found is None else [found[0], found[1], *found[2]]

    def _verify(self, stored: str, normal: str) -> bool:
        """Tell whether this hash was made from this password; each pair is verified once."""
        if (stored, normal) not in self._verified:
            self._verified[stored, normal] = self._hasher.verify(stored, normal)
        return self._verified[stored, normal]

    def _confirm(self, user: User, current: str, now: datetime) -> None:
        normal = readable(current, self._settings.passwords)
        right = normal is not None and self._verify(user.password_hash, normal)
        if locked(user, now):
            raise CurrentPasswordRefused(LoginProblem.LOCKED)
        if not right:
            self._session.recordings.append(failure(user.id, self._settings.lockout, self._clock))
            raise CurrentPasswordRefused(LoginProblem.WRONG_PASSWORD)

    def _replace(self, user: User, normal: str, hashed: str | None, now: datetime) -> None:
        """Set the password, and keep the hash of the former one. Raises `PasswordUsedBefore`."""
        last = self._settings.passwords.history
        former = self._former(user)[: last - 1]
        barred = [user.password_hash, *(entry.password_hash for entry in former)]
        if any(self._verify(stored, normal) for stored in barred):
            raise PasswordUsedBefore(last)
        self._retire(user, former, now)
        user.password_hash = hashed or self._hasher.hash(normal)

    def _former(self, user: User) -> list[FormerPassword]:
        """Return the user's former passwords, the latest first."""
        query = select(FormerPassword).where(FormerPassword.user_id == user.id)
        return list(self._session.scalars(query.order_by(FormerPassword.id.desc())))

    def _retire(self, user: User, barred: list[FormerPassword], now: datetime) -> None:
        """Store the current hash as a former one, and delete those that are no longer barred."""
        last = self._settings.passwords.history
        kept = [entry.id for entry in barred[: last - 2]]
        self._session.execute(
            delete(FormerPassword).where(
                FormerPassword.user_id == user.id, FormerPassword.id.not_in(kept)
            )
        )
        if last > 1:
            self._session.add(
                FormerPassword(user_id=user.id, password_hash=user.password_hash, retired_at=now)
            )
            # A trigger accepts the hash only while it is still the current one.
            self._session.flush()

    def _end_sessions(
        self, user: User, because: SessionEnd, now: datetime, *, but: LoginSession | None = None
    ) -> None:
        others = [] if but is None else [LoginSession.jti != but.jti]
        end_sessions(self._session, user.id, now, because, *others)
