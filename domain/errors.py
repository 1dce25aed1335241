"""What can be refused, and how a database error becomes a refusal.

Every error carries its facts as fields and says one sentence that a person can act on.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError


@dataclass(eq=False)
class DomainError(Exception):
    """The root of everything the domain refuses. `sentence` is a template over the fields."""

    sentence: ClassVar[str]

    def __post_init__(self) -> None:
        super().__init__(self.sentence.format(**vars(self)))


@dataclass(eq=False)
class InvalidValue(DomainError):
    """A value that no account, task or other record may hold. It never repeats the value."""

    field: str
    problem: str

    sentence = "{field} {problem}"


@dataclass(eq=False)
class InvalidSetting(DomainError):
    """The service cannot be run with this setting."""

    setting: str
    problem: str

    sentence = "the setting {setting} {problem}"


@dataclass(eq=False)
class RecordedRefusal(DomainError):
    """A refusal that is itself worth remembering, such as a failed login.

    What is to be remembered was handed to the unit of work (`domain.identity.recordings`), which
    writes it in a transaction of its own, however the work itself ends.
    """


@dataclass(eq=False)
class RuleBroken(DomainError):
    """The database refused what the domain let through: the rule is named by its constraint."""

    constraint: str
    table: str
    sqlstate: str

    sentence = "the rule {constraint!r} of {table!r} does not allow that (SQLSTATE {sqlstate})"


@dataclass(eq=False)
class StaleReading(DomainError):
    """Something that was edited in place was changed by somebody else after it was read."""

    sentence = "what you edit was changed since you read it; read it again"


@dataclass(eq=False)
class TransactionConflict(DomainError):
    """Transactions got in each other's way, and the database has undone this one."""

    sqlstate: str

    sentence = (
        "somebody else was changing the same at the same time (SQLSTATE {sqlstate}); nothing was"
        " changed, try again"
    )


Violations = Mapping[str, Callable[[], DomainError]]
"""For each constraint that an operation may run into, the error it stands for."""

States = Mapping[str, Callable[[dict[str, Any]], DomainError]]
"""For each SQLSTATE of our own, the error it stands for; its facts are in the detail, as JSON."""

CONFLICTS: Final = ("40001", "40P01")
"""serialization_failure and deadlock_detected: what a second attempt may well get past."""

_INTEGRITY_CONSTRAINT_VIOLATION = "23"
"""SQLSTATE class 23, of the SQL standard."""


def diagnosis(error: DBAPIError) -> psycopg.Error | None:
    """Return what the server or the driver said."""
    return error.orig if isinstance(error.orig, psycopg.Error) else None


@contextmanager
def refusing(violations: Violations) -> Iterator[None]:
    """Turn the violation of a constraint named in `violations` into the domain's own error."""
    try:
        yield
    except DBAPIError as error:
        cause = diagnosis(error)
        refusal = violations.get((cause.diag.constraint_name if cause else None) or "")
        if refusal is None:
            raise
        raise refusal() from error


@contextmanager
def refusing_states(states: States) -> Iterator[None]:
    """Turn what our own triggers raise into the domain's own errors.

    An edited entity that somebody else changed meanwhile is refused before any trigger is asked:
    the session finds no row of the version it has read.
    """
    try:
        yield
    except StaleDataError as error:
        raise StaleReading from error
    except DBAPIError as error:
        cause = diagnosis(error)
        refusal = states.get((cause.sqlstate if cause else None) or "")
        if cause is None or refusal is None:
            raise
        raise refusal(json.loads(cause.diag.message_detail or "{}")) from error


@contextmanager
def database_rules() -> Iterator[None]:
    """Turn a broken integrity rule into `RuleBroken`, a conflict into `TransactionConflict`.

    All other errors go up untouched.

    The driver's error is not kept as the cause: it quotes the row, and with it any hash.
    """
    try:
        yield
    except DBAPIError as error:
        cause = diagnosis(error)
        sqlstate = (cause.sqlstate if cause else None) or ""
        if sqlstate in CONFLICTS:
            raise TransactionConflict(sqlstate) from None
        if cause is None or not sqlstate.startswith(_INTEGRITY_CONSTRAINT_VIOLATION):
            raise
        raise RuleBroken(
            constraint=cause.diag.constraint_name or cause.diag.column_name or "(unnamed)",
            table=cause.diag.table_name or "(unnamed)",
            sqlstate=sqlstate,
        ) from None
