"""The harness for pytest: `pytest_plugins = ["pgharness.adapters.pytest_plugin"]`.

Every pytest process, each worker of pytest-xdist as well, is a run of its own: it has its own
marked clone of the template, made when the first test asks for it, gone at the end. The options
are those of behave, `pytest -D postgres=embedded`, and the same environment.
"""

import sys
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, redirect_stdout
from typing import Any, Final

import psycopg
import pytest
from sqlalchemy.orm import Session

from pgharness.adapters.contained import OneProcess
from pgharness.adapters.harness import Harness
from pgharness.core.application import Application
from pgharness.core.exits import interruptions
from pgharness.core.judged import DatabaseUnderTest, Verdict
from pgharness.core.masking import masked_all
from pgharness.core.options import NAME, Options
from pgharness.core.refusal import Refusal
from pgharness.isolation.rollback import CannotBeShown
from pgharness.servers import postgres
from pgharness.sessions.sessions import TestSessionFactory

OPTIONS: Final = pytest.StashKey[Options]()
FAILED: Final = pytest.StashKey[bool]()
"""Whether a test has failed before its fixtures are taken down."""

ISOLATION: Final[Mapping[str, Callable[[Harness[Any]], AbstractContextManager[None]]]] = {
    "rollback": Harness[Any].rolled_back,
    "own_database": Harness[Any].database_of_its_own,
    "empty_database": lambda harness: harness.database_of_its_own(empty=True),
}
"""What a mark gives a test instead of what it has in common with others."""

TAGS: Final = {
    "rollback": "fixture.rollback",
    "own_database": "fixture.database",
    "empty_database": "fixture.empty_database",
}
"""What the same is called on a scenario."""


class Test:
    """A test as the harness sees it: as it sees a scenario."""

    __test__ = False

    def __init__(self, item: pytest.Item) -> None:
        self._item = item
        self.name = item.name
        self.location: object = item.nodeid
        self.status: Verdict = self
        self.marks = [mark.name for mark in item.iter_markers() if mark.name in ISOLATION]
        self.tags: Sequence[str] = [TAGS[mark] for mark in self.marks]

    def has_failed(self) -> bool:
        """Tell whether it has failed so far."""
        return self._item.stash.get(FAILED, False)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take behave's own way of giving options."""
    parser.getgroup("postgres-acceptance").addoption(
        "-D",
        action="append",
        default=[],
        metavar="name=value",
        dest="acceptance",
        help="an option of the harness, as for behave: image, keep, postgres, sql or timing",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse what means nothing before a test is collected."""
    config.addinivalue_line("markers", "rollback: the test is one transaction, rolled back")
    config.addinivalue_line("markers", "own_database: the test has a clone of the template")
    config.addinivalue_line("markers", "empty_database: the test has a database with nothing in it")
    config.stash[OPTIONS] = options_from(config.getoption("acceptance", []))


def options_from(given: Sequence[str]) -> Options:
    """Return the options of a run from `name=value` and the environment.

    Raises `pytest.UsageError` for what means nothing.
    """
    pairs = [text.partition("=") for text in given]
    for name, equals, _ in pairs:
        if not equals:
            shown = name if NAME.fullmatch(name) else "…"
            raise pytest.UsageError(f"-D {shown} has no value: it looks like -D postgres=auto.")
    try:
        return Options.read_from({name: value for name, _, value in pairs})
    except Refusal as refusal:
        raise pytest.UsageError(str(refusal)) from None


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call() -> Generator[None, object, object]:
    """Let no fork of the process that comes back out of a test go on with the tests."""
    with OneProcess():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let the fixtures know that their test has failed; let nobody read a password there."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    if report.longrepr or report.sections:
        _mask(report, item.config)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Let nobody read a password in what is said of a module that cannot be imported."""
    report = yield
    if report.longrepr:
        _mask(report, collector.config)
    return report


def _mask(report: pytest.TestReport | pytest.CollectReport, config: pytest.Config) -> None:
    """Blank passwords in a report: drivers have them among their arguments, which pytest shows."""
    # In builtin types, as workers send it.
    data = config.hook.pytest_report_to_serializable(config=config, report=report)
    if (masked := masked_all(data)) != data:
        made = config.hook.pytest_report_from_serializable(config=config, data=masked)
        report.longrepr, report.sections = made.longrepr, made.sections


@pytest.fixture(scope="session")
def harness_options(pytestconfig: pytest.Config) -> Options:
    """The options of the run; a `conftest.py` may say otherwise."""
    return pytestconfig.stash[OPTIONS]


@pytest.fixture(scope="session")
def application() -> Application[Any]:
    """What the harness is told of the application: a `conftest.py` returns it."""
    raise pytest.UsageError(
        "no application: define a session fixture `application` in conftest.py, which returns a"
        " pgharness.core.application.Application."
    )


@pytest.fixture(scope="session")
def harness(
    harness_options: Options, application: Application[Any], pytestconfig: pytest.Config
) -> Iterator[Harness[Any]]:
    """The run: its server, and its clone of the template.

    Without a server every test that needs one is an error, with the reason in one sentence.
    """
    made = Harness(harness_options, application)
    interruptions.handle_signals()
    try:
        interruptions.begin_raising()
        with _refusals():
            made.start()
        yield made
    finally:
        with interruptions.held_back(), _aloud(pytestconfig):
            made.close()
        interruptions.restore_signals()


@pytest.fixture
def isolated(harness: Harness[Any], request: pytest.FixtureRequest) -> Iterator[Harness[Any]]:
    """The run, with the database that the test's mark asks for until the test is over."""
    marks = Test(request.node).marks
    if len(marks) > 1:
        pytest.fail(f"a test has one database, not {' and '.join(marks)}.", pytrace=False)
    with ISOLATION[marks[0]](harness) if marks else nullcontext():
        yield harness


@pytest.fixture
def world(isolated: Harness[Any], request: pytest.FixtureRequest) -> Iterator[Any]:
    """A world on an empty database: people, clock, domain, the last outcome.

    What the test leaves open, or a refusal that it kept and did not judge, is an error.
    """
    test = Test(request.node)
    with _refusals():
        made = isolated.before_scenario(test)
    yield made
    with _refusals():
        isolated.after_scenario(made, test)


@pytest.fixture
def database(world: Any) -> DatabaseUnderTest:
    """The database of the test, emptied afterwards: its `url`, and `observer` to look into it.

    With the mark `rollback`, `observer` sees the test's transaction, and `url` is refused.
    """
    found: DatabaseUnderTest = world.database
    return found


@pytest.fixture
def sessions(
    world: Any, application: Application[Any], request: pytest.FixtureRequest
) -> Iterator[TestSessionFactory]:
    """A factory of sessions past the service, as who owns the tables."""
    with _refusals():
        url = world.url
    with TestSessionFactory(
        url,
        opener=request.node.nodeid,
        engine_options=application.engine_options(url),
        explain=application.explain,
    ) as factory:
        yield factory


@pytest.fixture
def session(sessions: TestSessionFactory) -> Iterator[Session]:
    """A session past the service, of which nothing is left, whatever it commits."""
    with sessions.rolled_back() as opened:
        yield opened


@contextmanager
def _refusals() -> Iterator[None]:
    """Say in one sentence why a test cannot be run."""
    try:
        yield
    except (Refusal, CannotBeShown) as refusal:
        raise _without_traceback(refusal) from None
    except psycopg.OperationalError as error:
        raise _without_traceback(postgres.is_gone(error)) from None


def _without_traceback(refusal: Refusal | CannotBeShown) -> BaseException:
    return pytest.fail.Exception(f"Cannot run: {refusal}", pytrace=False)


@contextmanager
def _aloud(config: pytest.Config) -> Iterator[None]:
    """Let what is printed be seen, also from a worker: where a kept database is, for one."""
    capture = config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled(), redirect_stdout(sys.stderr):
        yield
