"""Accounts: who may use the service.

Every change names the account as it was last seen; if somebody changed it meanwhile, the change
is refused (optimistic concurrency, one compare-and-swap each).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BindParameter,
    CheckConstraint,
    ColumnElement,
    DateTime,
    Index,
    collate,
    delete,
    func,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from domain.clock import Clock
from domain.database.pages import beyond
from domain.database.schema import Base, Hash, Instant, Key, Version
from domain.errors import DomainError, InvalidValue, refusing
from domain.identity.hashing import Hasher
from domain.identity.login_sessions import SessionEnd, end_sessions
from domain.identity.password_policy import acceptable, words_of
from domain.settings import Settings
from domain.values import email_address, line

DISPLAY_NAME_MAX_LENGTH: Final = 200
"""Code points."""


class User(Base):
    """One person who may use the service, and the tenant that owns what they make."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("char_length(email) <= 254 AND email LIKE '_%@_%'", name="email_form"),
        CheckConstraint(
            "char_length(display_name) <= 200 AND display_name ~ '[^[:space:]]'",
            name="display_name_form",
        ),
        CheckConstraint("password_hash LIKE '$argon2id$%'", name="password_hash_form"),
        CheckConstraint("version >= 1", name="version_counts"),
        CheckConstraint("changed_at >= created_at", name="changed_after_created"),
        CheckConstraint("deactivated_at >= created_at", name="deactivated_after_created"),
        CheckConstraint(
            "array_position(failed_logins_at, NULL) IS NULL", name="failed_logins_are_dated"
        ),
    )

    id: Mapped[Key]
    email: Mapped[str]
    display_name: Mapped[str]
    password_hash: Mapped[Hash]
    version: Mapped[int] = mapped_column(Version, server_default=text("1"))
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]
    deactivated_at: Mapped[Instant | None]
    failed_logins_at: Mapped[list[datetime]] = mapped_column(
        ARRAY(DateTime(timezone=True)), server_default=text("'{}'")
    )
    """The failures that still count, until there are enough of them."""
    locked_until: Mapped[Instant | None]

    @property
    def active(self) -> bool:
        """Whether the account may be used."""
        return self.deactivated_at is None

    @property
    def own_words(self) -> set[str]:
        """What everybody knows of this person, and no password of theirs may contain."""
        return set(words_of(self.display_name, self.email))

    def __repr__(self) -> str:
        return f"User(id={self.id}, version={self.version}, active={self.active})"


def email_key(email: InstrumentedAttribute[str] | BindParameter[str]) -> ColumnElement[str]:
    """What makes two addresses one: the address with A to Z in lower case, in every locale."""
    return func.lower(collate(email, "C"))


Index("uq_users_email", email_key(User.email), unique=True)


@dataclass(eq=False)
class EmailAlreadyRegistered(DomainError):
    """Another account has this address, in this or another case."""

    email: str

    sentence = "{email} is already registered"


@dataclass(eq=False)
class AccountNotFound(DomainError):
    """No account has this id or this address."""

    sought: int | str

    sentence = "there is no account {sought}"


@dataclass(eq=False)
class StaleAccount(DomainError):
    """Somebody changed the account after it was read: read it again, then decide."""

    user_id: int
    version_seen: int

    sentence = "account {user_id} was changed since version {version_seen} was read; read it again"


@dataclass(eq=False)
class AccountAlreadyDeactivated(DomainError):
    """The account is deactivated as it is."""

    user_id: int

    sentence = "account {user_id} is already deactivated"


@dataclass(eq=False)
class AccountAlreadyActive(DomainError):
    """The account is active as it is."""

    user_id: int

    sentence = "account {user_id} is already active"


@dataclass(frozen=True)
class Page:
    """Some accounts, oldest first, and where the next page starts (None: there is no more)."""

    users: tuple[User, ...]
    next_after: int | None


class Accounts:
    """The operations on accounts, within one unit of work."""

    def __init__(self, session: Session, settings: Settings, clock: Clock, hasher: Hasher) -> None:
        self._session = session
        self._settings = settings
        self._clock = clock
        self._hasher = hasher

    def register(self, email: str, display_name: str, password: str) -> User:
        """Open an account.

        Raises `InvalidValue` with the field that is wrong (a `WeakPassword` is one),
        `EmailAlreadyRegistered`.
        """
        now = self._clock.now()
        address = email_address("email", email)
        name = line("display name", display_name, longest=DISPLAY_NAME_MAX_LENGTH)
        rules = self._settings.passwords
        normal = acceptable(password, rules, words_of(name, address))
        user = User(
            email=address,
            display_name=name,
            password_hash=self._hasher.hash(normal),
            created_at=now,
            changed_at=now,
        )
        with refusing({"uq_users_email": lambda: EmailAlreadyRegistered(user.email)}):
            self._session.add(user)
            self._session.flush()
        return user

    def get(self, user_id: int) -> User:
        """Return the account with this id. Raises `AccountNotFound`."""
        user = self._session.get(User, user_id)
        if user is None:
            raise AccountNotFound(user_id)
        return user

    def get_by_email(self, email: str) -> User:
        """Return the account with this address, whatever its case. Raises `AccountNotFound`."""
        address = email_address("email", email)
        user = self._session.scalar(
            select(User).where(email_key(User.email) == email_key(literal(address)))
        )
        if user is None:
            raise AccountNotFound(address)
        return user

    def rename(self, seen: User, display_name: str) -> User:
        """Give the account another display name. Raises `InvalidValue`, `StaleAccount`."""
        name = line("display name", display_name, longest=DISPLAY_NAME_MAX_LENGTH)
        return self._change(seen, display_name=name)

    def change_email(self, seen: User, email: str) -> User:
        """Give the account another address, or another case of its own.

        Raises `InvalidValue`, `EmailAlreadyRegistered`, `StaleAccount`.
        """
        address = email_address("email", email)
        with refusing({"uq_users_email": lambda: EmailAlreadyRegistered(address)}):
            return self._change(seen, email=address)

    def deactivate(self, seen: User) -> User:
        """Close the account for use, end its sessions, and keep all it owns.

        Raises `AccountAlreadyDeactivated`, `StaleAccount`.
        """
        if not seen.active:
            raise AccountAlreadyDeactivated(seen.id)
        now = self._clock.now()
        changed = self._change(seen, deactivated_at=now)
        end_sessions(self._session, seen.id, now, SessionEnd.DEACTIVATED)
        return changed

    def reactivate(self, seen: User) -> User:
        """Open a deactivated account again. Raises `AccountAlreadyActive`, `StaleAccount`."""
        if seen.active:
            raise AccountAlreadyActive(seen.id)
        return self._change(seen, deactivated_at=None)

    def delete(self, seen: User) -> None:
        """Remove the account and everything it owns. Raises `AccountNotFound`, `StaleAccount`."""
        removed = self._session.scalar(
            delete(User).where(User.id == seen.id, User.version == seen.version).returning(User.id)
        )
        if removed is None:
            raise self._why_unchanged(seen)

    def list(self, after: int | None = None, limit: int = 20) -> Page:
        """Return up to `limit` accounts that were opened after the one with the id `after`.

        Pages neither skip nor repeat an account when others are opened or deleted meanwhile.
        Raises `InvalidValue` unless 1 ≤ limit ≤ the settings' `page_size_max`.
        """
        if not 1 <= limit <= self._settings.page_size_max:
            raise InvalidValue("limit", f"must be from 1 to {self._settings.page_size_max}")
        query = select(User).order_by(User.id).limit(limit + 1)
        if after is not None:
            query = query.where(beyond(User.id, after))
        found = self._session.scalars(query).all()
        users = tuple(found[:limit])
        return Page(users, next_after=users[-1].id if len(found) > limit else None)

    def _change(self, seen: User, **values: Any) -> User:
        """Write `values` if the account still is as it was seen."""
        changed = self._session.scalar(
            update(User)
            .where(User.id == seen.id, User.version == seen.version)
            .values(**values, version=User.version + 1, changed_at=self._clock.now())
            .returning(User)
            .execution_options(populate_existing=True)
        )
        if changed is None:
            raise self._why_unchanged(seen)
        return changed

    def _why_unchanged(self, seen: User) -> DomainError:
        if self._session.scalar(select(User.id).where(User.id == seen.id)) is None:
            return AccountNotFound(seen.id)
        return StaleAccount(seen.id, version_seen=seen.version)
