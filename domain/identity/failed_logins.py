"""Failed logins: one refusal for all of them, and the count that locks an account for a while."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.clock import Clock
from domain.database.late_sessions import Recording
from domain.errors import DomainError
from domain.identity.accounts import User
from domain.settings import Lockout


class LoginProblem(StrEnum):
    """Why a login is refused, for logs and features; no message says it."""

    UNKNOWN_EMAIL = auto()
    WRONG_PASSWORD = auto()
    LOCKED = auto()
    DEACTIVATED = auto()
    TEMPORARY_USED = auto()
    TEMPORARY_EXPIRED = auto()


COUNTED: frozenset[LoginProblem] = frozenset(
    {
        LoginProblem.WRONG_PASSWORD,
        LoginProblem.TEMPORARY_USED,
        LoginProblem.TEMPORARY_EXPIRED,
    }
)
"""What counts as a failure. A refusal by the lock does not, or the lock could last for ever."""


@dataclass(eq=False)
class LoginRefused(DomainError):
    """The one refusal of every login: it does not reveal whether the account exists."""

    reason: LoginProblem = field(repr=False)

    sentence = "the login is refused; check the address and the password, or try again later"


@dataclass(eq=False)
class CurrentPasswordRefused(DomainError):
    """The current password was not accepted, so nothing was changed."""

    reason: LoginProblem = field(repr=False)

    sentence = "the current password was not accepted"


def locked(user: User, now: datetime) -> bool:
    """Tell whether the account refuses every password at this time."""
    return user.locked_until is not None and now < user.locked_until


def lock_user_row(session: Session, user_id: int) -> User | None:
    """Read the user again and lock the row (FOR NO KEY UPDATE) until the transaction ends."""
    return session.scalar(
        select(User)
        .where(User.id == user_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def failure(user_id: int, lockout: Lockout, clock: Clock) -> Recording:
    """Return what records one failure; enough of them within the window lock the account.

    A unit of work writes it after it has ended (`LateSession.recordings`).
    """

    def record(session: Session) -> None:
        user = lock_user_row(session, user_id)
        now = clock.now()
        if user is None or locked(user, now):
            return
        counting = [at for at in user.failed_logins_at if at > now - lockout.window]
        counting.append(now)
        if len(counting) >= lockout.failures:
            user.locked_until, counting = now + lockout.lasts, []
        user.failed_logins_at = counting

    return record


def reset_failed_logins(user: User) -> None:
    """Delete the failures that count and the lock, after the right password."""
    user.failed_logins_at, user.locked_until = [], None
