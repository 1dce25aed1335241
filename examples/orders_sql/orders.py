"""Orders in plain SQL."""

from collections.abc import Mapping

import psycopg


def place(connection: psycopg.Connection, customer: str, prices: Mapping[str, int]) -> int:
    """Store an order, with the price of each product in cents; return its number."""
    ordering = "INSERT INTO orders (customer) VALUES (%s) RETURNING id"
    with connection.transaction():
        (order,) = connection.execute(ordering, [customer]).fetchone() or (0,)
        for product, cents in prices.items():
            connection.execute(
                "INSERT INTO order_lines VALUES (%s, %s, %s)", [order, product, cents]
            )
    return order


def total(connection: psycopg.Connection, order: int) -> int:
    """Return the sum of an order, in cents."""
    summing = "SELECT cents FROM totals WHERE id = %s"
    (cents,) = connection.execute(summing, [order]).fetchone() or (0,)
    return int(cents)
