"""A savepoint fixture written by hand, as SQLAlchemy's manual shows it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from shop import place_an_order


@pytest.fixture
def within_savepoint(made_by_hand: Engine) -> Iterator[Session]:
    with made_by_hand.connect() as connection:
        transaction = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        transaction.rollback()


def test_savepoint(number: int, within_savepoint: Session) -> None:
    place_an_order(within_savepoint, number)
