"""A fixture that empties all tables by one TRUNCATE after each test."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from shop import Base, place_an_order


@pytest.fixture
def truncated(made_by_hand: Engine) -> Iterator[Engine]:
    yield made_by_hand
    tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
    with made_by_hand.begin() as connection:
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))


def test_truncate(number: int, truncated: Engine) -> None:
    with Session(truncated) as session:
        place_an_order(session, number)
