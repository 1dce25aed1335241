"""The fixtures of the pytest plugin; their implementation is imported for the first test."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from pgharness.adapters.pytest_plugin import configuration

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
    from sqlalchemy.orm import Session

    from pgharness.adapters.pytest_cases import CurrentTest
    from pgharness.adapters.test_run import Harness
    from pgharness.core.application import Application
    from pgharness.core.options import Options
    from pgharness.core.protocols import DatabaseUnderTest
    from pgharness.sessions.sessions import TestSessionFactory


@pytest.fixture(scope="session")
def harness_options(pytestconfig: pytest.Config) -> "Options":
    """Options of the run, `pgharness.Options`; a conftest.py may override it."""
    return configuration(pytestconfig).options


@pytest.fixture(scope="session")
def application(pytestconfig: pytest.Config) -> "Application[Any]":
    """The application under test, `pgharness.Application`, from [tool.pgharness].

    A conftest.py may override it.
    """
    from pgharness.adapters.pytest_cases import refusals

    with refusals():
        return configuration(pytestconfig).application()


@pytest.fixture(scope="session")
def _case(pytestconfig: pytest.Config) -> "CurrentTest":
    from pgharness.adapters.pytest_cases import CurrentTest

    return CurrentTest(configuration(pytestconfig))


@pytest.fixture(scope="session")
def harness(
    _case: "CurrentTest",
    harness_options: "Options",
    application: "Application[Any]",
    pytestconfig: pytest.Config,
) -> "Iterator[Harness[Any]]":
    """The run: its server, and its clone of the template.

    If the server cannot be started, each test that needs it is an error with the reason.
    """
    from pgharness.adapters.pytest_cases import running

    with running(_case, harness_options, application, pytestconfig) as made:
        yield made


@pytest.fixture
def _begun_world(
    _case: "CurrentTest", harness: "Harness[Any]", request: pytest.FixtureRequest
) -> Iterator[Any]:
    """Begin the test on the database that its mark names, and yield its world.

    A connection or session that the test leaves open is an error.
    """
    from pgharness.adapters.pytest_cases import BEGUN, TestItem, refusals, what_is_left

    with refusals(), what_is_left(), _case.isolated(request):
        test = TestItem(request.node, _case.isolation)
        made = harness.before_scenario(test)
        request.node.stash[BEGUN] = harness
        yield made
        harness.after_scenario(made, test)


@pytest.fixture
def world(_begun_world: Any) -> Any:
    """The application's object for the test; by default it has an engine and a database.

    A connection that the test leaves open, or a refusal that it does not check, is an error.
    """
    return _begun_world


@pytest.fixture
def database(_case: "CurrentTest", world: object) -> "DatabaseUnderTest":
    """The test's database: its `url`, and `observer`, a psycopg connection that sees all rows.

    With isolation="rollback", `observer` reads within the test's transaction, as long as no session
    or connection is in use (commit or close it first), and `url` is refused.
    """
    assert world is not None, "the test has begun"
    return _case.database


@pytest.fixture
def engine(_case: "CurrentTest", world: object) -> "Engine":
    """The application's engine on the test's database; commits are real.

    With isolation="rollback" it has one connection, and commits are rolled back after the test.
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
    _case: "CurrentTest", database: "DatabaseUnderTest", request: pytest.FixtureRequest
) -> "Iterator[TestSessionFactory]":
    """A factory of sessions that bypass the application: rolled_back() and committing().

    A session that the test leaves open is an error.
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
def session(
    _case: "CurrentTest", _begun_world: object, request: pytest.FixtureRequest
) -> "Iterator[Session]":
    """An SQLAlchemy session that is rolled back after the test, also what it commits.

    If the test also uses `database`, `engine` or `world`, and isolation is not "rollback", the
    session has a connection of its own: other connections never see its rows.
    """
    shared = request.getfixturevalue("connection") if _shares(_case, request) else None
    with _case.session(shared, request.node.nodeid) as opened:
        yield opened


def _shares(case: "CurrentTest", request: pytest.FixtureRequest) -> bool:
    """Return whether the session must use the connection of the fixture `connection`."""
    return case.is_rolled_back and "connection" in request.fixturenames


@pytest.fixture
def async_engine(
    database: "DatabaseUnderTest", application: "Application[Any]"
) -> "Iterator[AsyncEngine]":
    """An asynchronous engine on the test's database, with the application's engine options.

    It works in any event loop. A connection that the test leaves open is an error. With
    isolation="rollback" it is refused.
    """
    from pgharness.adapters.pytest_cases import asynchronous

    with asynchronous(database, application) as made:
        yield made.engine


@pytest.fixture
def async_session(
    database: "DatabaseUnderTest", application: "Application[Any]"
) -> "Iterator[AsyncSession]":
    """An asynchronous session that is rolled back after the test, also what it commits.

    It connects on first use, with a connection of its own; so isolation="rollback" is refused.
    """
    from pgharness.adapters.pytest_cases import asynchronous_session

    with asynchronous_session(database, application) as opened:
        yield opened


@pytest.fixture(scope="class")
def shared_in_class(
    harness: "Harness[Any]", request: pytest.FixtureRequest
) -> "Iterator[TestSessionFactory]":
    """Keep the rows of the tests in this class until the last one, then restore the database.

    A fixture of the class stores rows for all of them by `shared_in_class.committing()`.
    """
    from pgharness.adapters.pytest_cases import shared

    with shared(harness, request) as sessions:
        yield sessions


@pytest.fixture(scope="module")
def shared_in_module(
    harness: "Harness[Any]", request: pytest.FixtureRequest
) -> "Iterator[TestSessionFactory]":
    """Keep the rows of the tests in this module until the last one, then restore the database.

    A fixture of the module stores rows for all of them by `shared_in_module.committing()`.
    """
    from pgharness.adapters.pytest_cases import shared

    with shared(harness, request) as sessions:
        yield sessions


@pytest.fixture
def shared_in_session(_begun_world: object) -> None:
    """Keep the rows of all tests with this fixture, in a separate database, until the end."""
    assert _begun_world is not None, "the test has begun, in the database that this fixture chooses"
