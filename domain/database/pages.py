"""Listings by pages: keyed by id, so that they neither skip nor repeat a row.

A row stored while paging has a larger id and comes last; a deleted row shifts no other.
"""

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.database.schema import LARGEST_ID, NO_ROW
from domain.errors import InvalidValue
from domain.settings import Settings

Item = TypeVar("Item")

IN_ORDER: Final = text("id NULLS FIRST")
"""The last part of an index for pages, after the owner and other columns that select rows.

No id is null: the point is an order that the index of the primary key does not have. Otherwise the
server may use that index and read all tenants' rows until it has found a page of one tenant's.
"""


def beyond(key: InstrumentedAttribute[int], after: int) -> ColumnElement[bool]:
    """Return the condition that a row comes after this id, whether or not the column can hold it.

    `Id` replaces an id that does not fit by `NO_ROW`, which is right for `=` alone: every id is
    larger.
    """
    return key > max(NO_ROW, min(after, LARGEST_ID))


@dataclass(frozen=True)
class Page(Generic[Item]):
    """Some rows, oldest first, and where the next page starts (None: this is the last page)."""

    items: tuple[Item, ...]
    next_after: int | None


class Pages:
    """Reads pages in one unit of work, none larger than the settings allow."""

    def __init__(self, session: Session, settings: Settings) -> None:
        self._session = session
        self._settings = settings

    def read(
        self,
        query: Select[Item],
        key: InstrumentedAttribute[int],
        after: int | None,
        limit: int,
        order: InstrumentedAttribute[int] | None = None,
    ) -> Page[Item]:
        """Return up to `limit` of what `query` finds beyond the key `after`.

        The order is that of the tenants' indexes (`IN_ORDER`); `order` is for a table without one.
        Raises `InvalidValue` unless 1 ≤ limit ≤ the settings' `page_size_max`.
        """
        if not 1 <= limit <= self._settings.page_size_max:
            raise InvalidValue("limit", f"must be from 1 to {self._settings.page_size_max}")
        if after is not None:
            query = query.where(beyond(key, after))
        ordered = query.order_by(key.nulls_first() if order is None else order)
        found = self._session.scalars(ordered.limit(limit + 1)).all()
        items = tuple(found[:limit])
        more = len(found) > limit
        return Page(items, next_after=getattr(items[-1], key.key) if more else None)
