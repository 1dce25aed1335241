"""pytest has the same harness as the features, and both can use one server at the same time."""

import os
import re
import signal
from pathlib import Path
from typing import Final

import psycopg
import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import URL, delete, select
from sqlalchemy.orm import Session

from domain import Domain
from domain.identity.accounts import User
from features.support import data
from features.support.arrange import factories
from features.support.world import World
from pgharness.adapters.pytest_plugin import read
from pgharness.core.masking import BLANK, places
from pgharness.core.options import Options, ServerKind
from pgharness.databases.templates import RunDatabases
from pgharness.isolation.savepoints import UnsupportedInRollback
from pgharness.isolation.test_database import Database
from pgharness.servers import embedded
from pgharness.servers.embedded import EmbeddedServer
from tests.support.running import (
    SHORT,
    Ended,
    Running,
    behave,
    databases,
    directories,
    plain,
    pytest_over,
    start_pytest_over,
)

USAGE_ERROR: Final = 4
"""The exit code of pytest."""

ONE_AFTER_THE_OTHER: Final = """
    import pytest

    @pytest.mark.parametrize("test", range(3))
    def test_ada_registers(domain, test):
        with domain.identity() as tx:
            assert not tx.accounts.list().items
            tx.accounts.register("ada@example.org", "Ada", "violet teapots hum at dusk")
        with domain.identity() as tx:
            assert [user.display_name for user in tx.accounts.list().items] == ["Ada"]
"""

CARELESS: Final = """
    import psycopg
    import pytest
    from features.support.arrange import factories

    @pytest.mark.pgharness(isolation="database")
    def test_a_connection_is_left_open(database):
        url = database.url.set(drivername="postgresql")
        globals()["left"] = psycopg.connect(url.render_as_string(hide_password=False))

    def test_a_refusal_is_not_judged(world):
        with world.attempt(), world.domain.identity() as tx:
            tx.accounts.register("no address", "Ada", "violet teapots hum at dusk")

    def test_after_them_all_is_well(world):
        assert world.stored("users") == []
        assert world.url.database.startswith("acceptance_run_")

    def test_that_fails(world):
        factories.account(world, "Ada")
        raise AssertionError
"""

TALKATIVE: Final = """
    import psycopg
    from sqlalchemy import create_engine

    def test_an_engine(database):
        create_engine(database.url.set(database="nowhere")).connect()

    def test_a_driver(database):
        where = database.url.set(drivername="postgresql", database="nowhere")
        text = where.render_as_string(hide_password=False)
        print(text)
        psycopg.connect(text)

    def test_one_whose_middle_is_left_out(database):
        for length in range(0, 240, 5):
            try:
                check(database.url.render_as_string(hide_password=False), " " * length)
            except AssertionError as error:
                former = error
        raise former

    def check(text, before):
        try:
            fail(f"{before}{text}")
        except AssertionError as error:
            raise AssertionError(f"{text}") from error

    def fail(text):
        raise AssertionError
"""

PAUSING: Final = """
    import signal
    import sys

    def test_that_does_not_end(world, pytestconfig):
        with pytestconfig.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print("It has begun.", file=sys.stderr, flush=True)  # of a worker that is all to see
        signal.pause()
"""

FORKING: Final = """
    import os
    import sys

    def test_a_fork(world):
        if child := os.fork():
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
        else:
            sys.exit(3)

    def test_what_comes_then(world):
        assert world.database
"""


def pytest_on(text: str, folder: Path, *arguments: str, url: URL | None = None) -> Ended:
    """Run pytest over one file that uses the plugin."""
    return pytest_over(suite_of(text, folder), *arguments, reports=folder / "reports", url=url)


def start_pytest_on(text: str, folder: Path, *arguments: str, url: URL | None = None) -> Running:
    """Start pytest over such a file, in an interpreter of its own."""
    suite = suite_of(text, folder)
    return start_pytest_over(suite, *arguments, reports=folder / "reports", url=url)


def suite_of(text: str, folder: Path) -> Path:
    """Write a suite with one file that uses the plugin."""
    suite = folder / "suite"
    suite.mkdir()
    (suite / "conftest.py").write_text(
        'pytest_plugins = ["features.support.fixtures"]\n',
        "utf-8",
    )
    (suite / "test_it.py").write_text("\n".join(line[4:] for line in text.splitlines()), "utf-8")
    return suite


@pytest.mark.parametrize("test", range(2))
def test_a_test_begins_on_an_empty_database(
    test: int, domain: Domain, database: Database[World]
) -> None:
    assert str(database.url.database).startswith("acceptance_run_")
    with domain.identity() as tx:
        assert tx.accounts.list().items == ()
        tx.accounts.register(f"ada{test}@example.org", "Ada", factories.PASSWORD)
    assert len(data.rows(database.observer, "users")) == 1


@pytest.mark.pgharness(isolation="database")
def test_a_test_may_have_a_clone_to_itself(world: World) -> None:
    assert str(world.url.database).startswith("acceptance_case_")
    assert factories.account(world, "Ada").id == 1


@pytest.mark.pgharness(isolation="rollback")
def test_a_test_may_be_one_transaction(world: World) -> None:
    factories.account(world, "Ada")
    assert len(world.stored("users")) == 1
    assert world.database.observer.info.transaction_status is TransactionStatus.INTRANS
    with pytest.raises(UnsupportedInRollback):
        assert world.database.url


def test_a_session_leaves_nothing_whatever_it_commits(world: World, session: Session) -> None:
    factories.account(world, "Ada")
    session.execute(delete(User))
    session.commit()
    assert session.scalars(select(User.id)).all() == []
    assert len(world.stored("users")) == 1


def test_both_suites_at_once_on_one_server(
    world: World, harness_server: EmbeddedServer, tmp_path: Path
) -> None:
    factories.account(world, "Ada")
    before = data.fingerprint(world.reader), databases(world.database.observer)
    tests = start_pytest_on(ONE_AFTER_THE_OTHER, tmp_path, "-n2", url=harness_server.url)
    features = behave(
        "-D", f"postgres={plain(harness_server.url)}", SHORT, reports=tmp_path / "features"
    )
    others = tests.wait()
    assert (features.exit_code, others.exit_code) == (0, 0), features.output + others.output
    assert features.verdicts() == others.verdicts() == {"passed"}
    assert (data.fingerprint(world.reader), databases(world.database.observer)) == before


def test_what_a_test_leaves_behind_is_an_error_of_that_test(
    url: URL, template: RunDatabases, admin: psycopg.Connection, tmp_path: Path
) -> None:
    before = databases(admin)
    ended = pytest_on(CARELESS, tmp_path, "-Dkeep=failed", url=url)
    verdicts = [case.verdict for case in ended.cases]
    assert verdicts == ["error", "error", "passed", "failure"], ended.output
    assert "the test left connections open: unnamed (idle)" in ended.cases[0].message
    assert "no Then asked about this refusal" in ended.cases[1].message
    kept = set(re.findall(r"psql 'dbname=(\w+)", ended.output))
    assert len(kept) == 1, "of the test that failed by itself"
    assert databases(admin) == before | kept
    template.sweep()
    embedded.sweep()
    assert databases(admin) == before


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("postgres=embeded", "'embeded' after -D postgres= is not a kind of server"),
        ("postgres=mysql://ada:s3cret@host/x", "the value after -D postgres= is not a"),
        ("colour=red", "there is no option -D colour"),
        ("keep", "-D keep has no value"),
        ("postgresql://ada:s3cret@host/x", "-D … has no value"),
        ("postgresql://ada:s3cret@host/x?y=z", "what follows -D is not the name of an option"),
    ],
)
def test_an_option_that_means_nothing_is_refused(given: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(pytest.UsageError, match=f"^{re.escape(sentence)}") as refusal:
        read(tmp_path, [given], {})
    assert "s3cret" not in str(refusal.value)


@pytest.mark.parametrize("workers", [(), ("-n1",)], ids=["alone", "with a worker"])
def test_no_report_has_the_password(
    url: URL, template: RunDatabases, workers: tuple[str, ...], tmp_path: Path
) -> None:
    assert template, "no run has to build it"
    ended = pytest_on(TALKATIVE, tmp_path, "--showlocals", *workers, url=url)
    assert [case.verdict for case in ended.cases] == ["failure"] * 3, ended.output
    xml = (tmp_path / "reports" / "pytest.xml").read_text("utf-8")
    password = str(url.password)
    pieces = {password[start : start + 5] for start in range(len(password) - 4)}
    for report in (ended.output, xml):
        assert ":***@" in report
        assert 'database "nowhere" does not exist' in report
        assert [piece for piece in pieces if piece in report] == []


@pytest.mark.parametrize(
    ("said", "blanked"),
    [
        ("postgresql://postgres:postgres@host", "postgresql://postgres:***@host"),
        ("import postgres", "import postgres"),
        ("user=ada password=postgres host=x", "user=ada password=*** host=x"),
        ("{'password': 'postgres'}", "{'password': '***'}"),
        ("'postgresql://ada:post...host'", "'postgresql://ada:***...host'"),
        ("'postgresql:...gres@host'", "'postgresql:...***@host'"),
    ],
)
def test_a_password_is_blanked_where_it_is_one(said: str, blanked: str) -> None:
    assert places("postgres").sub(BLANK, said) == blanked


def test_options_are_those_of_behave(tmp_path: Path) -> None:
    given = ["postgres=container", "image=postgres:17", "sql=on"]
    options = read(tmp_path, given, {}).options
    assert options == Options(ServerKind.CONTAINER, image="postgres:17", sql=True)


def test_a_refused_option_is_one_sentence(tmp_path: Path) -> None:
    ended = pytest_on(ONE_AFTER_THE_OTHER, tmp_path, "-Dpostgres=embeded")
    assert ended.exit_code == USAGE_ERROR
    (line,) = ended.output.strip().splitlines()
    assert line.startswith("ERROR: 'embeded' after -D postgres= is not a kind of server")


def test_without_a_server_every_test_says_why(url: URL, tmp_path: Path) -> None:
    ended = pytest_on(ONE_AFTER_THE_OTHER, tmp_path, url=url.set(password="s3cret"))
    assert "Cannot run: no connection to" in ended.output
    assert "Traceback" not in ended.output
    assert "s3cret" not in ended.output
    assert [case.verdict for case in ended.cases] == ["error"] * 3


@pytest.mark.parametrize(
    ("by", "workers"),
    [(signal.SIGINT, ()), (signal.SIGHUP, ()), (signal.SIGINT, ("-n1",))],
    ids=["alone", "alone, by SIGHUP", "with a worker"],
)
def test_an_interrupted_run_leaves_nothing(
    by: signal.Signals, workers: tuple[str, ...], tmp_path: Path
) -> None:
    before = directories()
    running = start_pytest_on(PAUSING, tmp_path, "-Dpostgres=embedded", *workers)
    running.wait_for("It has begun")
    children = running.children()
    assert any("postgres" in child.name() for child in children), "the run has a server"
    os.killpg(running.process.pid, by)
    os.killpg(running.process.pid, by)
    ended = running.wait()
    assert ended.exit_code != 0, ended.output
    assert directories() == before
    assert not [child for child in children if child.is_running()]


def test_a_fork_that_comes_back_out_of_a_test_ends(url: URL, tmp_path: Path) -> None:
    ended = pytest_on(FORKING, tmp_path, url=url)
    assert ended.exit_code == 0, ended.output
    assert ended.output.count("2 passed") == 1, "one process has reported"
