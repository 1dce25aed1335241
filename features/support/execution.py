"""How a step runs an operation: committed at once, left open, continued, concurrently and so on."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import TypeVar

Work = TypeVar("Work")


class Execution(StrEnum):
    """How one operation is run; the values are how a step ends in the features."""

    COMMITTED = ""
    """In a unit of work of its own, which commits unless it is refused."""
    OPEN = " in an open transaction"
    """In a unit of work that stays open, until a step commits it or rolls it back."""
    CONTINUED = " in the same transaction"
    """In the unit of work that the participant has left open."""
    CONCURRENT = " concurrently"
    """In another unit of work while one is open: it may have to wait, so no step waits for it."""
    ROLLED_BACK = " in a transaction that is rolled back"
    """In a unit of work that an error of the program's own ends, after the operation."""


class ProgramError(Exception):
    """The error by which `ROLLED_BACK` ends a unit of work; the service knows nothing of it."""


def roll_back(
    unit_of_work: AbstractContextManager[Work], operation: Callable[[Work], object]
) -> None:
    """Run an operation in a unit of work that then fails; its caller must get that very error."""
    error = ProgramError("the mail server does not answer")
    caught: ProgramError | None = None
    try:
        with unit_of_work as tx:
            operation(tx)
            raise error
    except ProgramError as raised:
        caught = raised
    assert caught is error, f"the caller got {caught!r} instead of the error that was raised"
