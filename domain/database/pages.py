"""Listings by pages: keyed by id, so that they neither skip nor repeat anything.

Something that comes while paging has a larger id and comes last; something that goes takes no
other's place.
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
"""How indexes for pages end, after the owner and what else is asked for.

No id is null: this is to be an order that the index of the primary key does not have. Else the
server may take that one and read everybody's rows until it has found a page of the tenant's own.
"""


def beyond(key: InstrumentedAttribute[int], after: int) -> ColumnElement[bool]:
    """Return the condition that a row comes after this id, whether or not the column can hold it.

    `Id` takes one that does not fit for `NO_ROW`, which is right for `=` alone: everything is
    larger than that.
    """
    return key > max(NO_ROW, min(after, LARGEST_ID))


@dataclass(frozen=True)
class Page(Generic[Item]):
    """Some of them, oldest first, and where the next page starts (None: there is no more)."""

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
    ) -> Page[Item]:
        """Return up to `limit` of what `query` finds beyond the key `after`.

        Raises `InvalidValue` unless 1 ≤ limit ≤ the settings' `page_size_max`.
        """
        if not 1 <= limit <= self._settings.page_size_max:
            raise InvalidValue("limit", f"must be from 1 to {self._settings.page_size_max}")
        if after is not None:
            query = query.where(beyond(key, after))
        found = self._session.scalars(query.order_by(key.nulls_first()).limit(limit + 1)).all()
        items = tuple(found[:limit])
        more = len(found) > limit
        return Page(items, next_after=getattr(items[-1], key.key) if more else None)
