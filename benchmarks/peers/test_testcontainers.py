"""testcontainers with create_all and drop_all for each test.

Where Docker does not answer, the same on the server of the run.
"""

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from own_databases import new_database
from shop import Base, place_an_order


@pytest.fixture(scope="session")
def containers_url() -> Iterator[object]:
    image = os.environ.get("IN_CONTAINER")
    if image is None:
        with new_database("not_in_a_container") as url:
            yield url
    else:
        from testcontainers.community.postgres import PostgresContainer

        with PostgresContainer(image, driver="psycopg") as container:
            yield container.get_connection_url()


@pytest.fixture(scope="session")
def containers_engine(containers_url: str) -> Iterator[Engine]:
    engine = create_engine(containers_url)
    yield engine
    engine.dispose()


@pytest.fixture
def created(containers_engine: Engine) -> Iterator[Engine]:
    Base.metadata.create_all(containers_engine)
    yield containers_engine
    Base.metadata.drop_all(containers_engine)


def test_create_and_drop(number: int, created: Engine) -> None:
    with Session(created) as session:
        place_an_order(session, number)
