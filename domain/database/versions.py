"""Optimistic concurrency: a row is changed only if it still has the version that was read."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import and_, delete, false, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.database.schema import VersionedBase
from domain.errors import DomainError, NotFound, Stale

Row = TypeVar("Row", bound=VersionedBase)
State = TypeVar("State")


class Seen(Protocol):
    """A row as the caller has read it."""

    @property
    def id(self) -> int:
        """The row's id."""
        ...

    @property
    def version(self) -> int:
        """The version that was read."""
        ...


@dataclass(frozen=True)
class Required(Generic[State]):
    """A state that a row must be in to be changed."""

    column: InstrumentedAttribute[State]
    states: Collection[State]
    refusal: Callable[[int, State], DomainError]
    """Returns the error for the row with this id in any other state."""


def compare_and_swap(
    session: Session,
    model: type[Row],
    seen: Seen,
    required: Required[Any] | None = None,
    **values: Any,
) -> Row:
    """Write `values` into the row and count its version, if it still has the version seen.

    Raises `NotFound`, the refusal of `required`, `Stale`.
    """
    (changed,) = compare_and_swap_all(session, model, [seen], required, **values)
    return changed


def compare_and_swap_all(
    session: Session,
    model: type[Row],
    seen: Sequence[Seen],
    required: Required[Any] | None = None,
    **values: Any,
) -> list[Row]:
    """Do the same for several rows in one statement, and return them in the order of `seen`.

    If it raises, some of them may be changed: the caller rolls back, for example to a savepoint.
    """
    statement = update(model).values(**values, version=model.version + 1)
    return _matched(session, model, seen, required, statement.returning(model.id, model))


def compare_and_swap_unread(
    session: Session,
    model: type[Row],
    seen: Seen,
    required: Required[Any] | None = None,
    **values: Any,
) -> None:
    """Do the same as `compare_and_swap` under a role that may not read the whole row."""
    statement = update(model).values(**values, version=model.version + 1)
    _matched(session, model, [seen], required, statement.returning(model.id))


def compare_and_delete(session: Session, model: type[Row], seen: Seen) -> None:
    """Delete the row if it still has the version seen. Raises `NotFound`, `Stale`."""
    _matched(session, model, [seen], None, delete(model).returning(model.id))


def why_unchanged(
    session: Session,
    model: type[Row],
    key: tuple[int, int],
    required: Required[Any] | None,
) -> DomainError:
    """Return why a statement has not matched the row with this id and this version."""
    row_id, version = key
    column = model.id if required is None else required.column
    state = session.scalar(select(column).where(model.id == row_id))
    if state is None:
        return NotFound(model.entity, row_id)
    if required is not None and state not in required.states:
        return required.refusal(row_id, state)
    return Stale(model.entity, row_id, version)


def _matched(
    session: Session,
    model: type[Row],
    seen: Sequence[Seen],
    required: Required[Any] | None,
    statement: Any,
) -> list[Any]:
    """Run a statement that returns ids first on exactly these rows; return its last column."""
    keys = [(each.id, each.version) for each in seen]  # now: the statement updates `seen` itself
    # Not `tuple_(…).in_(keys)`, whose parameters have no type: `Id` and `Version` bound them.
    each = (and_(model.id == row_id, model.version == version) for row_id, version in keys)
    statement = statement.where(or_(false(), *each))
    if required is not None:
        statement = statement.where(required.column.in_(required.states))
    options = {"populate_existing": True, "synchronize_session": "fetch"}
    found = session.execute(statement.execution_options(**options))
    by_id = {row[0]: row[-1] for row in found}
    for key in keys:
        if key[0] not in by_id:
            raise why_unchanged(session, model, key, required)
    return [by_id[row_id] for row_id, _ in keys]
