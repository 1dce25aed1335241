"""What all tables share: the metadata, the names of constraints, times with a zone."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Final

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Identity,
    Integer,
    MetaData,
    String,
    TypeDecorator,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeEngine

from domain.errors import Entity


class Role(StrEnum):
    """The group roles, one for each kind of work; a transaction takes exactly one of them."""

    IDENTITY = "app_identity"
    TENANT = "app_tenant"
    WORKER = "app_worker"


class Base(DeclarativeBase):
    """The root of all mapped classes. Constraint names are fixed: they identify errors."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )


class Hidden(str):
    """Text that no representation shows: a row with it may be logged."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'(hidden)'"


class HiddenText(TypeDecorator[str]):
    """Text that comes out of the database as `Hidden`."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, _: Dialect) -> str | None:
        """Hand plain text to the driver."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, _: Dialect) -> Hidden | None:
        """Hide what comes out."""
        return None if value is None else Hidden(value)


def labels(kind: type[StrEnum]) -> list[str]:
    """Return what a closed set is called in the database, in its order."""
    return [member.value for member in kind]


Hash = Annotated[str, mapped_column(HiddenText)]
"""The hash of a password."""

NO_ROW: Final = 0
"""An id and a version that no row has: both begin at 1."""

LARGEST_ID: Final = 2**63 - 1
LARGEST_VERSION: Final = 2**31 - 1


class Id(TypeDecorator[int]):
    """The id of a row. One that does not fit the column is the id of no row, and not an error.

    This holds where ids are compared by `=`. To compare by order, use `pages.beyond`.
    """

    impl: TypeEngine[int] | type[TypeEngine[int]] = BigInteger
    cache_ok = True
    largest = LARGEST_ID

    def process_bind_param(self, value: int | None, _: Dialect) -> int | None:
        """Hand the driver what the column can hold."""
        return value if value is None or abs(value) <= self.largest else NO_ROW


class Version(Id):
    """How often a row was changed. One that does not fit the column is never current."""

    impl = Integer
    cache_ok = True
    largest = LARGEST_VERSION


Key = Annotated[int, mapped_column(Id, Identity(always=True), primary_key=True)]
"""A surrogate key that the database alone hands out."""

Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
"""A point in time, whatever the zone it was written in."""


class KeyedBase(Base):
    """A row with a surrogate key, of an entity that errors can name."""

    __abstract__ = True

    entity: ClassVar[Entity]
    id: Mapped[Key] = mapped_column(sort_order=-2)


class VersionedBase(KeyedBase):
    """A row whose version counts its changes: see `domain.database.versions`."""

    __abstract__ = True

    version: Mapped[int] = mapped_column(Version, server_default=text("1"), sort_order=-1)
