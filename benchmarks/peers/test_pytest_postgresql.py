"""pytest-postgresql: a database for each test, copied from a template, on the run's server."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from pytest_postgresql import factories
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from own_databases import SERVER
from shop import Base, place_an_order


def create_all(**parameters: Any) -> None:
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(**parameters))
    Base.metadata.create_all(engine)
    engine.dispose()


runs_server = factories.postgresql_noproc(
    host=str(SERVER.query["host"]),
    user=SERVER.username,
    password=SERVER.password,
    load=[create_all],
)
copied = factories.postgresql("runs_server")


@pytest.fixture
def engine_of_copy(copied: psycopg.Connection) -> Iterator[Engine]:
    engine = create_engine("postgresql+psycopg://", creator=lambda: copied)
    yield engine
    engine.dispose()


def test_pytest_postgresql(number: int, engine_of_copy: Engine) -> None:
    with Session(engine_of_copy) as session:
        place_an_order(session, number)
