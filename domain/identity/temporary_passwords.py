"""Temporary passwords: random, issued by an administrator, valid for one login."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.database.schema import Base, Hash, Id, Instant
from domain.errors import InvalidValue
from domain.identity.accounts import User
from domain.identity.failed_logins import LoginProblem
from domain.identity.password_policy import acceptable
from domain.settings import PasswordRules

ALPHABET: Final = "abcdefghijkmnpqrstuvwxyz23456789"
"""32 characters that are not confused when read aloud: no l, o, 0, 1."""

GROUPS: Final = 5
GROUP_LENGTH: Final = 5
"""5 × 5 characters of 5 bits each: 125 random bits, and 29 characters with the hyphens."""


class TemporaryPassword(Base):
    """The temporary password that replaces the user's own until the user sets a new one."""

    __tablename__ = "temporary_passwords"
    __table_args__ = (
        CheckConstraint("password_hash LIKE '$argon2id$%'", name="password_hash_form"),
        CheckConstraint("expires_at > issued_at", name="expires_after_issued"),
        CheckConstraint("used_at >= issued_at AND used_at < expires_at", name="used_in_time"),
    )

    user_id: Mapped[int] = mapped_column(
        Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    password_hash: Mapped[Hash]
    issued_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    used_at: Mapped[Instant | None]

    def __repr__(self) -> str:
        return f"TemporaryPassword(user_id={self.user_id}, expires_at={self.expires_at:%FT%T%z})"

    def problem(self, now: datetime) -> LoginProblem | None:
        """Return why the right temporary password no longer logs in, or None."""
        if self.used_at is not None:
            return LoginProblem.TEMPORARY_USED
        if now >= self.expires_at:
            return LoginProblem.TEMPORARY_EXPIRED
        return None


@dataclass(frozen=True)
class IssuedPassword:
    """A temporary password in plain text, which cannot be read again."""

    user_id: int
    password: str = field(repr=False)
    expires_at: datetime


def invent(rules: PasswordRules, own_words: Iterable[str] = ()) -> str:
    """Return a random password that satisfies the policy for a user with these words."""
    while True:
        groups = (
            "".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS)
        )
        password = "-".join(groups)
        if suits(password, rules, own_words):
            return password


def suits(password: str, rules: PasswordRules, own_words: Iterable[str]) -> bool:
    """Tell whether a random password satisfies the policy for a user with these words."""
    try:
        acceptable(password, rules, own_words)
    except InvalidValue:
        return False
    return True


def supersede(
    session: Session, user: User, password_hash: str, now: datetime, ends: datetime
) -> None:
    """Store a temporary password, and replace an earlier one of the user."""
    values = {
        "password_hash": password_hash,
        "issued_at": now,
        "expires_at": ends,
        "used_at": None,
    }
    session.execute(
        insert(TemporaryPassword)
        .values(user_id=user.id, **values)
        .on_conflict_do_update(index_elements=[TemporaryPassword.user_id], set_=values)
    )
