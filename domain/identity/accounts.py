"""Accounts: the users of the service.

Every change names the account as the caller has read it, and is refused if another transaction has
changed the account since (optimistic concurrency, `domain.database.versions`).
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
    func,
    literal,
    select,
    text,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from domain.clock import Clock
from domain.database.error_translation import translating
from domain.database.pages import Page, Pages
from domain.database.rows import find_row, store_row
from domain.database.schema import Hash, Instant, VersionedBase
from domain.database.versions import compare_and_delete, compare_and_swap
from domain.errors import DomainError, Entity, NotFound
from domain.identity.hashing import Hasher
from domain.identity.login_sessions import SessionEnd, end_sessions
from domain.identity.password_policy import acceptable, words_of
from domain.settings import Settings
from domain.values import email_address, line

DISPLAY_NAME_MAX_LENGTH: Final = 200
"""Code points."""


class User(VersionedBase):
    """One person who may use the service, and the tenant that owns the rows of their work."""

    __tablename__ = "users"
    entity = Entity.ACCOUNT
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

    email: Mapped[str]
    display_name: Mapped[str]
    password_hash: Mapped[Hash]
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]
    deactivated_at: Mapped[Instant | None]
    failed_logins_at: Mapped[list[datetime]] = mapped_column(
        ARRAY(DateTime(timezone=True)), server_default=text("'{}'")
    )
    """The failures that count, until their number locks the account."""
    locked_until: Mapped[Instant | None]

    @property
    def active(self) -> bool:
        """Whether the account may be used."""
        return self.deactivated_at is None

    @property
    def own_words(self) -> set[str]:
        """The words of the name and the address, which no password of the account may contain."""
        return set(words_of(self.display_name, self.email))

    def __repr__(self) -> str:
        return f"User(id={self.id}, version={self.version}, active={self.active})"


def email_key(email: InstrumentedAttribute[str] | BindParameter[str]) -> ColumnElement[str]:
    """Return the unique form of an address: A to Z in lower case, in every locale."""
    return func.lower(collate(email, "C"))


Index("uq_users_email", email_key(User.email), unique=True)


@dataclass(eq=False)
class EmailAlreadyRegistered(DomainError):
    """Another account has this address, in this or another case."""

    email: str

    sentence = "{email} is already registered; use another address"


@dataclass(eq=False)
class AccountAlreadyDeactivated(DomainError):
    """The account is deactivated."""

    user_id: int

    sentence = "account {user_id} is already deactivated"


@dataclass(eq=False)
class AccountAlreadyActive(DomainError):
    """The account is active."""

    user_id: int

    sentence = "account {user_id} is already active"


class Accounts:
    """The operations on accounts, within one unit of work."""

    def __init__(self, session: Session, settings: Settings, clock: Clock, hasher: Hasher) -> None:
        self._session = session
        self._settings = settings
        self._clock = clock
        self._hasher = hasher
        self._pages = Pages(session, settings)

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
        taken = {"uq_users_email": lambda: EmailAlreadyRegistered(address)}
        return store_row(self._session, user, taken)

    def get(self, user_id: int) -> User:
        """Return the account with this id. Raises `NotFound`."""
        return find_row(self._session, User, user_id)

    def get_by_email(self, email: str) -> User:
        """Return the account with this address, whatever its case. Raises `NotFound`."""
        address = email_address("email", email)
        user = self._session.scalar(
            select(User).where(email_key(User.email) == email_key(literal(address)))
        )
        if user is None:
            raise NotFound(Entity.ACCOUNT, address)
        return user

    def rename(self, seen: User, display_name: str) -> User:
        """Change the display name. Raises `InvalidValue`, `NotFound`, `Stale`."""
        name = line("display name", display_name, longest=DISPLAY_NAME_MAX_LENGTH)
        return self._change(seen, self._clock.now(), display_name=name)

    def change_email(self, seen: User, email: str) -> User:
        """Change the address, or its case.

        Raises `InvalidValue`, `EmailAlreadyRegistered`, `NotFound`, `Stale`.
        """
        address = email_address("email", email)
        with translating({"uq_users_email": lambda: EmailAlreadyRegistered(address)}):
            return self._change(seen, self._clock.now(), email=address)

    def deactivate(self, seen: User) -> User:
        """Deactivate the account and end its sessions; the rows that it owns stay.

        Raises `AccountAlreadyDeactivated`, `NotFound`, `Stale`.
        """
        if not seen.active:
            raise AccountAlreadyDeactivated(seen.id)
        now = self._clock.now()
        changed = self._change(seen, now, deactivated_at=func.greatest(now, User.changed_at))
        end_sessions(self._session, seen.id, now, SessionEnd.DEACTIVATED)
        return changed

    def reactivate(self, seen: User) -> User:
        """Reactivate the account. Raises `AccountAlreadyActive`, `NotFound`, `Stale`."""
        if seen.active:
            raise AccountAlreadyActive(seen.id)
        return self._change(seen, self._clock.now(), deactivated_at=None)

    def delete(self, seen: User) -> None:
        """Delete the account and all rows that it owns. Raises `NotFound`, `Stale`."""
        compare_and_delete(self._session, User, seen)

    def list(self, after: int | None = None, limit: int = 20) -> Page[User]:
        """Return a page of all accounts. Raises `InvalidValue`."""
        return self._pages.read(select(User), User.id, after, limit, order=User.id)

    def _change(self, seen: User, now: datetime, **values: Any) -> User:
        # Another server's clock may be ahead of this one; an account's times do not run backwards.
        changed_at = func.greatest(now, User.changed_at)
        return compare_and_swap(self._session, User, seen, **values, changed_at=changed_at)
