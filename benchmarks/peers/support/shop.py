"""The schema of all peers, and the work of each test: it places an order and reads its total."""

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    """The base class of the tables."""


class Customer(Base):
    """A customer of the shop."""

    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)


class Order(Base):
    """An order of a customer."""

    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))


class OrderLine(Base):
    """One product of an order."""

    __tablename__ = "order_lines"
    __table_args__ = (UniqueConstraint("order_id", "product"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    product: Mapped[str]
    quantity: Mapped[int] = mapped_column(CheckConstraint("quantity > 0"))
    cents: Mapped[int]


def place_an_order(session: Session, number: int) -> None:
    """Commit an order of two lines and read its total; no other test's rows may be there."""
    customer = Customer(email="bea@example.org")
    session.add(customer)
    session.flush()
    order = Order(customer_id=customer.id)
    session.add(order)
    session.flush()
    for product in ("mug", "plate"):
        session.add(OrderLine(order_id=order.id, product=product, quantity=number + 1, cents=450))
    session.commit()
    total = session.scalar(select(func.sum(OrderLine.quantity * OrderLine.cents)))
    assert total == 900 * (number + 1), "the rows of another test are here"
