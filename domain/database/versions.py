"""Optimistic concurrency: a row is changed only if it still has the version that was read."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import delete, select, tuple_, update
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
    keys = _keys(seen)  # read first: the statement brings entities of this session up to date
    found = session.scalars(
        _swap(model, keys, required, values)
        .returning(model)
        .execution_options(populate_existing=True)
    )
    by_id = {row.id: row for row in found}
    _check_swapped(session, model, keys, by_id, required)
    return [by_id[row_id] for row_id, _ in keys]


def compare_and_swap_unread(
    session: Session,
    model: type[Row],
    seen: Seen,
    required: Required[Any] | None = None,
    **values: Any,
) -> None:
    """Do the same as `compare_and_swap` under a role that may not read the whole row."""
    keys = _keys([seen])
    found = session.scalars(
        _swap(model, keys, required, values)
        .returning(model.id)
        .execution_options(synchronize_session=False)
    )
    _check_swapped(session, model, keys, found.all(), required)


def compare_and_delete(session: Session, model: type[Row], seen: Seen) -> None:
    """Delete the row if it still has the version seen. Raises `NotFound`, `Stale`."""
    keys = _keys([seen])
    matching = tuple_(model.id, model.version).in_(keys)
    found = session.scalars(delete(model).where(matching).returning(model.id))
    _check_swapped(session, model, keys, found.all(), None)


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


def _keys(seen: Sequence[Seen]) -> list[tuple[int, int]]:
    return [(each.id, each.version) for each in seen]


def _swap(
    model: type[Row],
    keys: list[tuple[int, int]],
    required: Required[Any] | None,
    values: dict[str, Any],
) -> Any:
    statement = update(model).where(tuple_(model.id, model.version).in_(keys))
    if required is not None:
        statement = statement.where(required.column.in_(required.states))
    return statement.values(**values, version=model.version + 1)


def _check_swapped(
    session: Session,
    model: type[Row],
    keys: list[tuple[int, int]],
    found: Collection[int],
    required: Required[Any] | None,
) -> None:
    for key in keys:
        if key[0] not in found:
            raise why_unchanged(session, model, key, required)
