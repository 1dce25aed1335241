"""A database with the tables of customers and orders, for tests that need one."""

from collections.abc import Iterator

import pytest
from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.orm import Session

from orders import Base


@pytest.fixture
def shop(marked: URL) -> Iterator[Engine]:
    """An engine of a database with the tables of the models, empty."""
    engine = create_engine(marked, connect_args={"application_name": "shop"})
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def making(shop: Engine) -> Iterator[Session]:
    """A session that makes something; nothing is expired by its commit."""
    with Session(shop, expire_on_commit=False) as session:
        yield session
