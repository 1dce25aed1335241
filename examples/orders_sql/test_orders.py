"""What these tests commit is removed after each of them."""

from collections.abc import Iterator

import psycopg
import pytest

import orders
from pgharness import DatabaseUnderTest


@pytest.fixture
def shop(database: DatabaseUnderTest) -> Iterator[psycopg.Connection]:
    """A connection to the test's database."""
    url = database.url.set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
        yield connection


@pytest.mark.parametrize("prices", [{"mug": 450}, {"mug": 450, "plate": 600}])
def test_an_order_adds_up(
    shop: psycopg.Connection, database: DatabaseUnderTest, prices: dict[str, int]
) -> None:
    order = orders.place(shop, "Bea", prices)
    assert orders.total(shop, order) == sum(prices.values())
    assert database.observer.execute("SELECT FROM orders").rowcount == 1
