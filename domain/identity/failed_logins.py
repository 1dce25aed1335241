"""Failed logins: one refusal for all of them, and a count that holds guessing off for a while."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.clock import Clock
from domain.errors import RecordedRefusal
from domain.identity.accounts import User
from domain.identity.recordings import Recording
from domain.settings import Lockout


class LoginProblem(StrEnum):
    """Why a login is refused. For logs and features; whoever tried is not told."""

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
"""What counts as a failure. A locked account does not count, or guessing would lock it for good."""


@dataclass(eq=False)
class LoginRefused(RecordedRefusal):
    """The one refusal of every login. It does not tell whether there is such an account."""

    reason: LoginProblem = field(repr=False)

    sentence = "the address and the password do not lead to an account that may log in now"


@dataclass(eq=False)
class CurrentPasswordRefused(RecordedRefusal):
    """The current password was not accepted, so nothing was changed."""

    reason: LoginProblem = field(repr=False)

    sentence = "the current password was not accepted"


def locked(user: User, now: datetime) -> bool:
    """Tell whether the account holds off every password at this time."""
    return user.locked_until is not None and now < user.locked_until


def hold_user(session: Session, user_id: int) -> User | None:
    """Read the user anew and keep everybody else from changing it until the transaction ends."""
    return session.scalar(
        select(User)
        .where(User.id == user_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def failure(user_id: int, lockout: Lockout, clock: Clock) -> Recording:
    """Return the recording of one failure; enough of them within the window lock the account."""

    def record(session: Session) -> None:
        user = hold_user(session, user_id)
        now = clock.now()
        if user is None or locked(user, now):
            return
        counting = [at for at in user.failed_logins_at if at > now - lockout.window]
        counting.append(now)
        if len(counting) >= lockout.failures:
            user.locked_until, counting = now + lockout.lasts, []
        user.failed_logins_at = counting

    return record


def forgive(user: User) -> None:
    """Forget the failures: the owner has come."""
    if user.failed_logins_at or user.locked_until is not None:
        user.failed_logins_at, user.locked_until = [], None
