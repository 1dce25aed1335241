"""What must be remembered although the work it happened in is rolled back.

"Any exception rolls all of it back" is the promise of the unit of work, and it would forget a
failed login. So what is to be remembered is put aside, and written after the work has ended,
either way, in a transaction of its own and together with nothing else. It is written even if
the caller swallows the refusal: forgetting it is not left to good manners.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from domain.errors import DomainError

Recording = Callable[[Session], None]
"""Writes what is to be remembered; must find everything anew."""

_PLACE: Final = "recordings"


@dataclass(eq=False)
class NotRemembered(DomainError):
    """The work is committed, and a refusal in it that was swallowed could not be written down.

    No `TransactionConflict` comes of that: the work must not be done a second time.
    """

    sentence = (
        "what was done is stored, but not that something was refused in it; do not do it again"
    )


def remember(session: Session, recording: Recording) -> None:
    """Have `recording` written when the unit of work of this session has ended."""
    session.info.setdefault(_PLACE, []).append(recording)


def remembered(session: Session) -> list[Recording]:
    """Return what is to be written, in the order in which it happened."""
    return list(session.info.get(_PLACE, ()))
