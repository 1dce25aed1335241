"""What cases that are rolled back leave to those that follow, on one database of a run."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, text

from accounts import Base
from pgharness.core.application import plain_application
from pgharness.core.default_world import DefaultWorld
from pgharness.databases.migrators import Metadata
from pgharness.databases.templates import RunDatabases
from pgharness.isolation.savepoints import OuterTransaction
from pgharness.isolation.snapshots import Snapshot
from pgharness.isolation.test_database import Database
from pgharness.servers import provision
from rolled_back_cases import options

INSERT = "INSERT INTO accounts (email, name, password_hash) VALUES ('{}', 'Ada', '$') RETURNING id"


@pytest.fixture
def database(url: URL) -> Iterator[Database[DefaultWorld]]:
    """A clone of a template, as a run has it, with tables that are empty."""
    application = plain_application(Metadata(Base.metadata))
    with ExitStack() as cleanups:
        databases = RunDatabases(url, "c" * 16, application.migrator)
        databases.open(cleanups)
        database = Database(lambda: databases.clone("rollback", cleanups), application)
        cleanups.callback(database.disconnect)
        yield database


def stored(case: DefaultWorld) -> int:
    return case.database.observer.execute("SELECT FROM accounts").rowcount


def insert(case: DefaultWorld, email: str = "ada@example.org") -> int:
    """Commit an account in the case; return its id."""
    with case.engine.begin() as connection:
        return int(connection.execute(text(INSERT.format(email))).scalar_one())


def run_case(database: Database[DefaultWorld], *, rolled_back: bool) -> int:
    """Run a case that stores an account; return its id."""
    database.empty(sequences=not rolled_back)
    case = database.rolled_back_world() if rolled_back else database.world()
    assert stored(case) == 0, "it begins with what another one has stored"
    made = insert(case)
    assert stored(case) == 1
    case.close()
    database.check_none_left()
    return made


def test_every_order_of_cases_begins_with_nothing(database: Database[DefaultWorld]) -> None:
    order = [True, True, False, False, True, False, True, True, False]
    for rolled_back in order:
        run_case(database, rolled_back=rolled_back)


def test_ids_restart_once_something_is_committed(database: Database[DefaultWorld]) -> None:
    assert run_case(database, rolled_back=True) == 1
    assert run_case(database, rolled_back=True) == 2
    assert run_case(database, rolled_back=False) == 1
    assert run_case(database, rolled_back=True) == 1


def test_all_cases_share_a_connection(database: Database[DefaultWorld]) -> None:
    pids = set()
    for _ in range(3):
        case = database.rolled_back_world()
        pids.add(case.database.observer.info.backend_pid)
        case.close()
    assert len(pids) == 1


def test_the_next_case_gets_another_connection_if_that_was_lost(
    database: Database[DefaultWorld],
) -> None:
    run_case(database, rolled_back=True)
    ended = database.observer.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'rolled back'"
    )
    assert ended.rowcount == 1
    run_case(database, rolled_back=True)


def test_a_unit_of_work_that_is_left_open_is_noticed(database: Database[DefaultWorld]) -> None:
    case = database.rolled_back_world()
    insert(case)
    left = case.engine.connect()
    left.execute(text("SELECT FROM accounts"))
    case.close()
    with pytest.raises(AssertionError, match="did not return 1"):
        database.check_none_left()
    run_case(database, rolled_back=True)


def commit_past(database: Database[DefaultWorld], email: str) -> None:
    """Store an account through a connection that is not the case's."""
    with provision.connect(database.url) as connection:
        connection.execute(INSERT.format(email).encode())


def test_what_is_committed_past_a_case_is_named_and_removed(
    database: Database[DefaultWorld],
) -> None:
    case = database.rolled_back_world()
    commit_past(database, "ada@example.org")
    left = provision.connect(database.url)
    left.execute("CREATE TABLE notes AS SELECT 1")
    case.close()
    committed = "accounts: 1 instead of 0 rows; notes: 1 instead of 0 rows"
    with pytest.raises(AssertionError, match=f"rolled back: {committed}") as noticed:
        database.check_none_left()
    assert "left connections open" in str(noticed.value.__context__)
    run_case(database, rolled_back=True)
    case = database.rolled_back_world()
    left = provision.connect(database.url)
    left.execute("DROP TABLE notes")
    left.close()
    case.close()
    database.check_none_left()


def test_what_is_committed_past_a_case_is_removed_from_what_is_shared(
    database: Database[DefaultWorld],
) -> None:
    commit_past(database, "ada@example.org")
    shared = Snapshot.take(database.observer)
    database.remember_shared()
    case = database.rolled_back_world()
    commit_past(database, "bram@example.org")
    case.close()
    with pytest.raises(AssertionError, match="rolled back: accounts: 2 instead of 1 rows"):
        database.check_none_left()
    database.put_sequences_back()
    assert shared.differences(database.observer) == []


def test_a_server_that_is_gone_is_told_by_the_drivers_error(url: URL, tmp_path: Path) -> None:
    nowhere = url.set(host=str(tmp_path), query={})
    with pytest.raises(psycopg.OperationalError):
        OuterTransaction(nowhere, options(nowhere)).begin()
