"""One row by its id: read, stored, deleted; each raises what its table's entity is called."""

from typing import TypeVar

from sqlalchemy import delete
from sqlalchemy.orm import Session

from domain.database.error_translation import Constraints, translating
from domain.database.schema import KeyedBase
from domain.errors import NotFound

Row = TypeVar("Row", bound=KeyedBase)


def find_row(session: Session, model: type[Row], row_id: int) -> Row:
    """Return the row with this id. Raises `NotFound`."""
    found = session.get(model, row_id)
    if found is None:
        raise NotFound(model.entity, row_id)
    return found


def store_row(session: Session, row: Row, constraints: Constraints) -> Row:
    """Send a new row at once. Raises the error of a constraint that it violates."""
    with translating(constraints):
        session.add(row)
        session.flush()
    return row


def delete_row(session: Session, model: type[Row], row_id: int) -> None:
    """Delete the row with this id. Raises `NotFound`."""
    if session.scalar(delete(model).where(model.id == row_id).returning(model.id)) is None:
        raise NotFound(model.entity, row_id)
