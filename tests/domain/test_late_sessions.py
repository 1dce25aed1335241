"""What a unit of work does whose transaction cannot begin: no statement goes without its role."""

from contextlib import suppress

import pytest
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.exc import OperationalError, PendingRollbackError
from sqlalchemy.orm import Session

from domain import Domain, Settings, engine_for
from domain.database.connections import ConnectionLost
from domain.database.late_sessions import LateSession
from domain.errors import WorkAborted

NOWHERE = make_url("postgresql+psycopg://nobody@/nothing?host=/nonexistent")


def _fail(_: Connection) -> None:
    raise RuntimeError("the role is not to be had")


def _session(begin: object = _fail) -> LateSession:
    return LateSession(create_engine("sqlite://"), "SERIALIZABLE", begin)  # type: ignore[arg-type]


def test_nothing_is_asked_for_until_a_statement() -> None:
    begun: list[Connection] = []
    with _session(begun.append) as session:
        assert not begun
        session.execute(text("SELECT 1"))
        session.execute(text("SELECT 1"))
        assert len(begun) == 1
        assert begun[0].get_isolation_level() == "SERIALIZABLE"


def test_a_savepoint_at_the_beginning_begins_the_transaction_once() -> None:
    begun: list[Connection] = []
    with _session(begun.append) as session:
        with session.begin_nested():
            session.execute(text("SELECT 1"))
        assert len(begun) == 1


@pytest.mark.parametrize("nested", [False, True])
def test_nothing_is_sent_where_the_transaction_could_not_begin(*, nested: bool) -> None:
    with _session() as session:
        with pytest.raises(RuntimeError):
            _select(session, nested=nested)
        with pytest.raises(PendingRollbackError):
            _select(session, nested=False)


def _select(session: Session, *, nested: bool) -> None:
    if nested:
        with session.begin_nested():
            session.execute(text("SELECT 1"))
    else:
        session.execute(text("SELECT 1"))


def test_a_unit_of_work_that_sends_nothing_needs_no_server() -> None:
    with Domain(engine_for(NOWHERE, Settings()), Settings()).identity():
        pass


def test_that_the_server_is_away_is_told_at_the_first_statement() -> None:
    with (
        pytest.raises(ConnectionLost),
        Domain(engine_for(NOWHERE, Settings()), Settings()).identity() as tx,
    ):
        tx.accounts.list()


def test_a_beginning_that_failed_unnoticed_aborts_the_work() -> None:
    with (
        pytest.raises(WorkAborted),
        Domain(engine_for(NOWHERE, Settings()), Settings()).identity() as tx,
        suppress(OperationalError),
    ):
        tx.accounts.list()
