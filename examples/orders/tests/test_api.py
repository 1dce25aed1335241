"""Tests of the application through its HTTP interface."""

import asyncio

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import ASGITransport, AsyncClient

from pgharness import DatabaseUnderTest


def register(client: TestClient) -> int:
    """Register a customer and return its number."""
    answer = client.post("/customers", json={"email": "bea@example.org"})
    assert answer.status_code == 201
    number: int = answer.json()["id"]
    return number


def test_what_a_request_stores_is_committed(
    client: TestClient, database: DatabaseUnderTest
) -> None:
    customer = register(client)
    stored = database.observer.execute("SELECT id, email, preferences FROM customers")
    assert stored.fetchall() == [(customer, "bea@example.org", {})]


def test_nothing_is_left_of_other_tests(database: DatabaseUnderTest) -> None:
    assert database.observer.execute("SELECT FROM customers").rowcount == 0


@pytest.mark.pgharness(isolation="rollback")
def test_an_order_is_paid_once(client: TestClient) -> None:
    mugs = {"product": "mug", "quantity": 2, "cents": 450}
    placed = client.post(f"/customers/{register(client)}/orders", json=[mugs]).json()
    assert placed["total"] == 900
    payments = [client.post(f"/orders/{placed['id']}/payment") for _ in range(2)]
    assert [payment.status_code for payment in payments] == [200, 409]


@pytest.mark.anyio
async def test_two_requests_for_one_address_register_one_customer(
    app: FastAPI, database: DatabaseUnderTest
) -> None:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://shop") as client:
        asking = (client.post("/customers", json={"email": "bea@example.org"}) for _ in range(2))
        answers = await asyncio.gather(*asking)
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert database.observer.execute("SELECT FROM customers").rowcount == 1
