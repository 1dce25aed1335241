"""The tables of the shop."""

from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Enum, ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """The base class of the tables."""


class OrderStatus(StrEnum):
    """The status of an order."""

    OPEN = "open"
    PAID = "paid"


class Customer(Base):
    """A customer of the shop."""

    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    preferences: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")


class Order(Base):
    """An order of a customer; deleted with the customer."""

    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    status: Mapped[OrderStatus] = mapped_column(
        Enum(OrderStatus, name="order_status", values_callable=list), server_default="open"
    )
    lines: Mapped[list["OrderLine"]] = relationship(order_by="OrderLine.id")

    @property
    def total(self) -> int:
        """The sum, in cents."""
        return sum(line.quantity * line.cents for line in self.lines)


class OrderLine(Base):
    """One product of an order; deleted with its order."""

    __tablename__ = "order_lines"
    __table_args__ = (UniqueConstraint("order_id", "product"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    product: Mapped[str]
    quantity: Mapped[int] = mapped_column(CheckConstraint("quantity > 0"))
    cents: Mapped[int]
