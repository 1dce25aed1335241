"""Tests of the tables, without the application."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from orders.models import Customer, Order, OrderLine, OrderStatus


def test_an_order_is_open_and_adds_up(session: Session) -> None:
    customer = Customer(email="bea@example.org", preferences={"gift": True})
    session.add(customer)
    session.flush()
    order = Order(
        customer_id=customer.id,
        lines=[
            OrderLine(product="mug", quantity=2, cents=450),
            OrderLine(product="plate", quantity=1, cents=600),
        ],
    )
    session.add(order)
    session.commit()
    session.refresh(order)
    assert (order.status, order.total) == (OrderStatus.OPEN, 1500)
    gifts = select(Customer.email).where(Customer.preferences["gift"].as_boolean())
    assert session.scalars(gifts).all() == ["bea@example.org"]


def test_a_product_is_in_an_order_once(session: Session) -> None:
    customer = Customer(email="bea@example.org")
    session.add(customer)
    session.flush()
    mugs = [OrderLine(product="mug", quantity=1, cents=450) for _ in range(2)]
    session.add(Order(customer_id=customer.id, lines=mugs))
    with pytest.raises(IntegrityError, match="order_lines_order_id_product_key"):
        session.flush()


@pytest.mark.anyio
async def test_asynchronous_code_has_a_session_too(async_session: AsyncSession) -> None:
    async_session.add(Customer(email="bea@example.org"))
    await async_session.commit()
    assert await async_session.scalar(select(func.count()).select_from(Customer)) == 1
