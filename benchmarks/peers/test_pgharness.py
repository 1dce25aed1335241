"""The fixtures of pgharness, in each of its modes."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from shop import Base, place_an_order

isolated = pytest.mark.pgharness


def test_session(number: int, session: Session) -> None:
    place_an_order(session, number)


@isolated(isolation="rollback")
def test_rollback(number: int, engine: Engine) -> None:
    with Session(engine) as session:
        place_an_order(session, number)


def test_reset(number: int, engine: Engine) -> None:
    with Session(engine) as session:
        place_an_order(session, number)


@isolated(isolation="database")
def test_database(number: int, engine: Engine) -> None:
    with Session(engine) as session:
        place_an_order(session, number)


@isolated(isolation="empty_database")
def test_empty_database(number: int, engine: Engine) -> None:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        place_an_order(session, number)
