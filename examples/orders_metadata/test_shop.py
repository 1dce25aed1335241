"""All rows that these tests store are removed afterwards."""

import pytest
from sqlalchemy.orm import Session

from shop import Order, OrderLine, total


@pytest.mark.parametrize("prices", [[450], [450, 600]])
def test_an_order_adds_up(session: Session, prices: list[int]) -> None:
    order = Order(customer="Bea")
    session.add(order)
    session.flush()
    session.add_all(
        OrderLine(order_id=order.id, product=f"product {number}", cents=cents)
        for number, cents in enumerate(prices)
    )
    session.commit()
    assert session.query(Order).count() == 1
    assert total(session, order) == sum(prices)
