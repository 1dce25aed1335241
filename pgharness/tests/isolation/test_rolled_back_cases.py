"""A case that is rolled back is one transaction, in which each unit of work is a savepoint."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Final

import psycopg
import pytest
from sqlalchemy import URL, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

import inventory
from accounts import Task
from pgharness.core.default_world import DefaultWorld
from pgharness.faults.statement_faults import InjectedError, terminate
from pgharness.isolation.savepoints import UnsupportedInRollback, rolled_back
from rolled_back_cases import LIMITS, STATE, outermost, rolled_back_case, titles, unit_of_work
from session_work import line_at

# --- units of work --------------------------------------------------------------------------


def _commit(_: Session) -> None:
    """Do nothing more."""


def _fail(_: Session) -> None:
    raise InjectedError("the mail server is away")


def _be_refused(session: Session) -> None:
    session.execute(text("SELECT 1 / 0"))


def _swallow(session: Session) -> None:
    with suppress(DBAPIError):
        _be_refused(session)


def _undo_a_savepoint(session: Session) -> None:
    with suppress(InjectedError), session.begin_nested():
        session.add(Task(title="Sing"))
        session.flush()
        _fail(session)


ENDS: Final[dict[str, tuple[Callable[[Session], None], str, bool]]] = {
    "is committed": (_commit, "NoneType", True),
    "undoes a savepoint and is committed": (_undo_a_savepoint, "NoneType", True),
    "fails": (_fail, "InjectedError", False),
    "is refused by the database": (_be_refused, "DataError", False),
    # COMMIT rolls back then, and raises nothing.
    "swallows a refusal of the database": (_swallow, "NoneType", False),
}
"""How a unit of work ends, what it raises, and whether its task is stored then."""


def do(case: DefaultWorld, ending: str) -> str:
    """Do a unit of work that ends like this; return the type of its error."""
    end, _, _ = ENDS[ending]
    try:
        with unit_of_work(case.engine) as session:
            end(session)
    except (InjectedError, DBAPIError) as error:
        return type(error).__name__
    return "NoneType"


@pytest.mark.parametrize("ending", ENDS)
def test_a_unit_of_work_is_seen_in_the_case_and_by_no_other_connection(
    ending: str, accounts: URL, connection: psycopg.Connection
) -> None:
    _, error, stored = ENDS[ending]
    before = inventory.rows_of(connection)
    with rolled_back_case(accounts) as case:
        assert do(case, "is committed") == "NoneType"
        assert do(case, ending) == error
        assert titles(case) == ["Water the plants"] * (2 if stored else 1)
        assert inventory.rows_of(connection) == before
    assert inventory.rows_of(connection) == before


def test_a_unit_of_work_finds_what_an_earlier_one_has_stored(accounts: URL) -> None:
    with rolled_back_case(accounts) as case:
        do(case, "is committed")
        with Session(case.engine) as session, session.begin():
            session.query(Task).one().title = "Sing"
        assert titles(case) == ["Sing"]


@pytest.mark.parametrize("ending", ENDS)
def test_a_unit_of_work_finds_no_setting_of_an_earlier_one(ending: str, accounts: URL) -> None:
    with rolled_back_case(accounts) as case:
        do(case, ending)
        with case.engine.connect() as found:
            assert tuple(found.execute(text(STATE)).one()) == (True, "", *LIMITS.values())


# --- whole cases ----------------------------------------------------------------------------


def _end_well(_: DefaultWorld, __: ExitStack) -> None:
    """Do nothing more."""


def _fail_in_a_unit(case: DefaultWorld, _: ExitStack) -> None:
    do(case, "fails")


def _leave_open(case: DefaultWorld, later: ExitStack) -> None:
    later.enter_context(suppress(DBAPIError))  # it is ended when its connection is closed
    later.enter_context(unit_of_work(case.engine, "Sing"))


def _abort(case: DefaultWorld, _: ExitStack) -> None:
    with suppress(psycopg.Error):
        case.database.observer.execute("SELECT 1 / 0")


def _lose(case: DefaultWorld, later: ExitStack) -> None:
    info = case.database.observer.info
    observer = later.enter_context(psycopg.connect(info.dsn, password=info.password))
    observer.autocommit = True
    terminate(observer, info.backend_pid)


CASES: Final[dict[str, Callable[[DefaultWorld, ExitStack], None]]] = {
    "ends well": _end_well,
    "fails in a unit of work": _fail_in_a_unit,
    "ends while a unit of work is open": _leave_open,
    "ends in a transaction that is aborted": _abort,
    "loses its connection": _lose,
}


@pytest.mark.parametrize("ending", CASES)
def test_nothing_of_a_case_is_left_to_the_next_one(
    ending: str, accounts: URL, connection: psycopg.Connection
) -> None:
    before = inventory.rows_of(connection)
    found = []
    with ExitStack() as later:
        shared = later.enter_context(outermost(accounts))
        for end in (CASES[ending], _end_well):
            case = rolled_back(shared, DefaultWorld)
            found.append(titles(case))
            do(case, "is committed")
            end(case, later)
            case.close()
    assert found == [[], []]
    assert inventory.rows_of(connection) == before


# --- what cannot be shown -------------------------------------------------------------------


def _open_a_second(case: DefaultWorld) -> None:
    with case.engine.connect(), case.engine.connect():
        """Two at once."""


def _isolate(case: DefaultWorld) -> None:
    serializable = case.engine.execution_options(isolation_level="SERIALIZABLE")
    with serializable.connect() as connection:
        connection.execute(text("SELECT 1"))


def _read_within(case: DefaultWorld) -> None:
    with unit_of_work(case.engine):
        titles(case)


def _go_on(case: DefaultWorld) -> None:
    with ExitStack() as stack:
        _lose(case, stack)
    with suppress(DBAPIError):
        do(case, "is committed")
    with case.engine.connect() as connection:
        connection.execute(text("SELECT 1"))


WISHES: Final[dict[str, tuple[Callable[[DefaultWorld], object], str]]] = {
    "a further connection": (
        lambda case: case.database.url,
        "the test asks for the database's URL, for a second connection",
    ),
    "a second unit of work at once": (
        _open_a_second,
        "a second unit of work is opened while one is open, from ",
    ),
    "another isolation level": (_isolate, "a unit of work asks for isolation level SERIALIZABLE"),
    "to read while a unit of work is open": (
        _read_within,
        "observer cannot be read while a session or connection is in use (taken at ",
    ),
    "to go on without its connection": (
        _go_on,
        "the connection is lost, and the test's transaction with it",
    ),
    "its server": (lambda case: case.database.server, "the test asks for its server"),
    "to kill its server": (lambda case: case.database.crash(), "the test kills its server"),
    "to start its server": (
        lambda case: case.database.restart(),
        "the test restarts its server",
    ),
}
"""What a test in one transaction attempts, and the message of the refusal."""


@pytest.mark.parametrize("wish", WISHES)
def test_what_needs_more_than_one_transaction_is_refused(wish: str, accounts: URL) -> None:
    want, sentence = WISHES[wish]
    with rolled_back_case(accounts) as case:
        with pytest.raises(UnsupportedInRollback) as refused:
            want(case)
        said = str(refused.value)
        assert said.startswith(sentence)
        assert "@fixture.rollback" in said
        assert 'isolation="rollback"' in said
        assert "leave the tag out" in said


def test_a_read_in_a_unit_of_work_names_the_line_that_checked_out_the_connection(
    accounts: URL,
) -> None:
    with rolled_back_case(accounts) as case, case.engine.connect():
        with pytest.raises(UnsupportedInRollback) as refused:
            case.database.observer.execute("SELECT")
        place = str(refused.value).partition("(taken at ")[2].partition(")")[0]
        assert line_at(place) == "with rolled_back_case(accounts) as case, case.engine.connect():"


def test_a_second_unit_of_work_is_told_where_the_first_was_opened(accounts: URL) -> None:
    with rolled_back_case(accounts) as case, case.engine.connect():
        with pytest.raises(UnsupportedInRollback) as refused:
            case.engine.connect()
        place = str(refused.value).partition(", from ")[2].partition(": @fixture")[0]
        assert line_at(place) == "with rolled_back_case(accounts) as case, case.engine.connect():"
