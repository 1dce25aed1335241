"""The fixtures of the pytest plugin; what they need is imported when the first test needs it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from pgharness.adapters.pytest_plugin import configuration

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
    from sqlalchemy.orm import Session

    from pgharness.adapters.pytest_cases import Case
    from pgharness.adapters.test_run import Harness
    from pgharness.core.application import Application
    from pgharness.core.options import Options
    from pgharness.core.protocols import DatabaseUnderTest
    from pgharness.sessions.sessions import TestSessionFactory


@pytest.fixture(scope="session")
def harness_options(pytestconfig: pytest.Config) -> "Options":
    """Options of the run, pgharness.core.options.Options; a conftest.py may return others."""
    return configuration(pytestconfig).options


@pytest.fixture(scope="session")
def application(pytestconfig: pytest.Config) -> "Application[Any]":
    """What the harness is told of the application: [tool.pgharness], or what a conftest.py returns.

    It is a pgharness.core.application.Application.
    """
    from pgharness.adapters.pytest_cases import refusals

    with refusals():
        return configuration(pytestconfig).application()


@pytest.fixture(scope="session")
def _case(pytestconfig: pytest.Config) -> "Case":
    from pgharness.adapters.pytest_cases import Case

    return Case(configuration(pytestconfig))


@pytest.fixture(scope="session")
def harness(
    _case: "Case",
    harness_options: "Options",
    application: "Application[Any]",
    pytestconfig: pytest.Config,
) -> "Iterator[Harness[Any]]":
    """The run: its server, and its clone of the template.

    Without a server every test that needs one is an error, with the reason in one sentence.
    """
    from pgharness.adapters.pytest_cases import running

    with running(_case, harness_options, application, pytestconfig) as made:
        yield made


@pytest.fixture
def _visit(_case: "Case", harness: "Harness[Any]", request: pytest.FixtureRequest) -> Iterator[Any]:
    """The test's place in the run, on the database that its mark asks for.

    What the test leaves open is an error of it.
    """
    from pgharness.adapters.pytest_cases import Test, refusals, what_is_left

    with refusals(), what_is_left(), _case.isolated(request):
        test = Test(request.node, _case.isolation)
        made = harness.before_scenario(test)
        yield made
        harness.after_scenario(made, test)


@pytest.fixture
def world(_visit: Any) -> Any:
    """What the application makes for each test; without one of its own, an engine and a database.

    What the test leaves open, or a refusal that it kept and did not judge, is an error.
    """
    return _visit


@pytest.fixture
def database(_case: "Case", world: object) -> "DatabaseUnderTest":
    """The test's database: its `url`, and `observer`, a psycopg connection that sees all rows.

    With isolation="rollback", `observer` reads within the test's transaction, as long as no session
    or connection is in use (commit or close it first), and `url` is refused.
    """
    assert world is not None, "the test has begun"
    return _case.database


@pytest.fixture
def engine(_case: "Case", world: object) -> "Engine":
    """The application's engine on the test's database; what is committed is really committed.

    With isolation="rollback" it has one connection, and all that is committed is rolled back.
    """
    assert world is not None, "the test has begun"
    return _case.engine


@pytest.fixture
def connection(engine: "Engine") -> "Iterator[Connection]":
    """A connection of `engine`, closed after the test."""
    with engine.connect() as opened:
        yield opened


@pytest.fixture
def sessions(
    _case: "Case", database: "DatabaseUnderTest", request: pytest.FixtureRequest
) -> "Iterator[TestSessionFactory]":
    """A factory of sessions past the application: rolled_back() and committing().

    A session that is still open after the test is an error of it.
    """
    from pgharness.adapters.pytest_cases import refusals, what_is_left

    with refusals():
        assert database.url, "it is refused where the test is one transaction"
    made = _case.harness.sessions()
    made.opener = request.node.nodeid
    yield made
    with what_is_left():
        made.check_none_open()


@pytest.fixture
def session(_case: "Case", _visit: object, request: pytest.FixtureRequest) -> "Iterator[Session]":
    """An SQLAlchemy session of which nothing is left, whatever the test commits.

    A test that has `database`, `engine` or `world` as well, and is not one transaction as a whole,
    has this session on a connection of its own: neither sees what the other has not committed.
    """
    shared = request.getfixturevalue("connection") if _shares(_case, request) else None
    with _case.session(shared, request.node.nodeid) as opened:
        yield opened


def _shares(case: "Case", request: pytest.FixtureRequest) -> bool:
    """Return whether a session must do with the connection that the test has."""
    return case.is_rolled_back and "connection" in request.fixturenames


@pytest.fixture
def async_engine(
    database: "DatabaseUnderTest", application: "Application[Any]"
) -> "Iterator[AsyncEngine]":
    """An asynchronous engine on the test's database, with the options of the application's own.

    It works in whatever event loop the test has. A connection that the test leaves open is an
    error of it. With isolation="rollback" it is refused.
    """
    from pgharness.adapters.pytest_cases import asynchronous

    with asynchronous(database, application) as made:
        yield made.engine


@pytest.fixture
def async_session(
    database: "DatabaseUnderTest", application: "Application[Any]"
) -> "Iterator[AsyncSession]":
    """An asynchronous session of which nothing is left, whatever the test commits.

    It connects when it is first used. As it rolls back by itself, isolation="rollback" is refused.
    """
    from pgharness.adapters.pytest_cases import asynchronous_session

    with asynchronous_session(database, application) as opened:
        yield opened


@pytest.fixture(scope="class")
def shared_in_class(
    harness: "Harness[Any]", request: pytest.FixtureRequest
) -> "Iterator[TestSessionFactory]":
    """What tests of this class store is kept until its last one, then all is put back.

    A fixture of the class stores something for all of them by `shared_in_class.committing()`.
    """
    from pgharness.adapters.pytest_cases import shared

    with shared(harness, request) as sessions:
        yield sessions


@pytest.fixture(scope="module")
def shared_in_module(
    harness: "Harness[Any]", request: pytest.FixtureRequest
) -> "Iterator[TestSessionFactory]":
    """What tests of this module store is kept until its last one, then all is put back.

    A fixture of the module stores something for all of them by `shared_in_module.committing()`.
    """
    from pgharness.adapters.pytest_cases import shared

    with shared(harness, request) as sessions:
        yield sessions


@pytest.fixture
def shared_in_session(_visit: object) -> None:
    """What the tests with this fixture store is kept for one another, in a database of its own."""
    assert _visit is not None, "the test has begun, in the database that this fixture chooses"
