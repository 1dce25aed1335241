"""Models of customers and their orders, with columns of every type that a data table can hold."""

from datetime import datetime
from enum import StrEnum, auto
from ipaddress import IPv4Address
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    JSON,
    DateTime,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import INET, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeEngine


class Status(StrEnum):
    """What has become of an order."""

    OPEN = auto()
    PAID = auto()


def own(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """Return a type of the project's own, with this one behind it."""
    made: TypeEngine[Any] = type("Own", (TypeDecorator,), {"impl": kind, "cache_ok": True})()
    return made


STATUS: Final = Enum(Status, values_callable=list, native_enum=False)


class Base(DeclarativeBase):
    """What all models here have in common."""


class Customer(Base):
    """A customer. No rule of the database says that an address is unique."""

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    country: Mapped[str] = mapped_column(server_default="NL")
    joined_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    comment: Mapped[str | None] = mapped_column("metadata")


class Order(Base):
    """An order, with a column of every kind."""

    __tablename__ = "orders"
    __table_args__ = (UniqueConstraint("id", "customer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    title: Mapped[str | None]
    priority: Mapped[int | None]
    gift: Mapped[bool | None]
    status: Mapped[Status | None] = mapped_column(STATUS)
    details: Mapped[Any] = mapped_column(JSONB, nullable=True)
    settings: Mapped[Any] = mapped_column(JSON, nullable=True)
    labels: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    reminders: Mapped[list[datetime] | None] = mapped_column(ARRAY(DateTime(timezone=True)))
    placed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    opens_at: Mapped[datetime | None] = mapped_column(DateTime)
    ip: Mapped[IPv4Address | None] = mapped_column(INET)
    reference: Mapped[UUID | None]
    own_text: Mapped[str | None] = mapped_column(own(Text()))
    own_status: Mapped[Status | None] = mapped_column(own(STATUS))
    own_details: Mapped[Any] = mapped_column(own(JSONB()), nullable=True)
    own_labels: Mapped[list[str] | None] = mapped_column(own(ARRAY(Text)))
    own_time: Mapped[datetime | None] = mapped_column(own(DateTime(timezone=True)))


class Line(Base):
    """A line of an order, which is of the same customer."""

    __tablename__ = "lines"
    __table_args__ = (
        ForeignKeyConstraint(["order_id", "customer_id"], ["orders.id", "orders.customer_id"]),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int]
    customer_id: Mapped[int]
    article: Mapped[str]
