"""The errors of the domain. Each carries its facts as fields, and its message says what to do."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Entity(StrEnum):
    """What an error is about, by the word that its message uses."""

    ACCOUNT = "account"
    AGENT = "agent"
    EVENT = "event"
    OBJECTIVE = "objective"
    PROJECT = "project"
    ROW = "row"
    """A row of a table that the database does not name."""
    SESSION = "session"
    TASK = "task"
    TENANT = "tenant"
    TURN = "turn"


@dataclass(eq=False)
class DomainError(Exception):
    """The root of the domain's errors. `sentence` is a template over the fields."""

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
class NotFound(DomainError):
    """The entity does not exist, or belongs to another tenant."""

    entity: Entity
    sought: int | str | None
    """Its id or its address; words where the message must show neither."""

    sentence = "there is no {entity} {sought}"


@dataclass(eq=False)
class Stale(DomainError):
    """The entity was changed or deleted after the caller read it."""

    entity: Entity
    id: int | None = None
    version_seen: int | None = None
    """None, like `id`, for an object edited in place: SQLAlchemy tells neither."""

    sentence = "{subject} was changed since {reading} was read; read it again"

    def __post_init__(self) -> None:
        known = self.id is not None
        self.subject = f"{self.entity} {self.id}" if known else f"a {self.entity}"
        self.reading = f"version {self.version_seen}" if known else "it"
        super().__post_init__()


@dataclass(eq=False)
class RuleBroken(DomainError):
    """The database rejected a row that the domain had accepted, by the named constraint."""

    constraint: str | None
    """The column, where it must not be NULL."""
    table: str | None
    sqlstate: str | None

    sentence = (
        "the constraint {constraint!r} of the table {table!r} is violated (SQLSTATE {sqlstate});"
        " nothing was changed, correct the value"
    )


@dataclass(eq=False)
class TransactionConflict(DomainError):
    """A serialization failure or a deadlock; the database has rolled back this transaction."""

    sqlstate: str | None

    sentence = (
        "another transaction changed the same rows (SQLSTATE {sqlstate}); nothing was changed,"
        " try again"
    )


@dataclass(eq=False)
class WorkAborted(DomainError):
    """The unit of work caught a database error and went on, in a transaction that cannot commit.

    COMMIT of such a transaction raises nothing: the server answers with ROLLBACK.
    """

    sentence = (
        "nothing was changed: the unit of work caught a database error and went on; let the error"
        " propagate, or put the statement that may fail into a savepoint"
    )
