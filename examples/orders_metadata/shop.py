"""Orders whose tables SQLAlchemy creates; there are no migrations."""

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    """The base class of the tables."""


class Order(Base):
    """An order."""

    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer: Mapped[str]


class OrderLine(Base):
    """One product of an order; deleted with its order."""

    __tablename__ = "order_lines"
    order_id: Mapped[int] = mapped_column(
        ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True
    )
    product: Mapped[str] = mapped_column(primary_key=True)
    cents: Mapped[int]


def total(session: Session, order: Order) -> int:
    """Return the sum of an order, in cents."""
    of_the_order = OrderLine.order_id == order.id
    return session.scalar(select(func.sum(OrderLine.cents)).where(of_the_order)) or 0
