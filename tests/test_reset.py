"""Reset, where no feature can go: locks, lost connections, other processes, other servers."""

import ast
import inspect
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import psycopg
import pytest
from sqlalchemy import URL

from features.support import inventory
from features.support.service import ROOT
from pgharness.core.errors import HarnessError
from pgharness.core.waiting import cancel_when_waiting
from pgharness.databases import ownership
from pgharness.reset import function
from pgharness.reset import reset as module
from pgharness.reset.reset import Reset, reset
from pgharness.reset.sequences import Position, Sequence
from pgharness.servers import provision
from tests.running import plain

OTHER_RUN = """
import sys
from contextlib import ExitStack
from sqlalchemy import make_url
from features.support.service import MIGRATIONS
from pgharness.databases.templates import Databases
with ExitStack() as cleanups:
    made = Databases(make_url(sys.stdin.readline().strip()), "7" * 16, MIGRATIONS)
    made.open(cleanups)
    print(made.clone("run", cleanups).database, flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def database(marked: URL) -> URL:
    """Two tables of one name and a row in each."""
    with provision.connect(marked) as connection:
        connection.execute(
            "CREATE SCHEMA other; CREATE TABLE people (id serial);"
            " CREATE TABLE other.people (id serial); INSERT INTO people DEFAULT VALUES;"
            " INSERT INTO other.people DEFAULT VALUES"
        )
    return marked


@pytest.fixture
def connection(database: URL) -> Iterator[psycopg.Connection]:
    with provision.connect(database) as connection:
        yield connection


def count(connection: psycopg.Connection) -> tuple[int, int]:
    row = connection.execute(
        "SELECT (SELECT count(*) FROM people), (SELECT count(*) FROM other.people)"
    ).fetchone()
    assert row is not None
    return row


def test_rows_that_tables_of_others_need_are_not_deleted(
    database: URL, connection: psycopg.Connection
) -> None:
    connection.execute(
        "ALTER TABLE people ADD PRIMARY KEY (id);"
        "CREATE TABLE alembic_version (id int REFERENCES people);"
        "INSERT INTO alembic_version VALUES (1)"
    )
    with pytest.raises(HarnessError, match="violates foreign key constraint"):
        reset(database)
    assert count(connection) == (1, 1)


def test_a_name_that_several_tables_have_needs_its_schema(
    database: URL, connection: psycopg.Connection
) -> None:
    with pytest.raises(HarnessError, match=r"several tables people: other\.people, public\.people"):
        reset(database, only=["people"])
    assert count(connection) == (1, 1)
    reset(database, only=["other.people"])
    assert count(connection) == (1, 0)
    reset(database, only=[("public", "people")])
    assert count(connection) == (0, 0)


def test_whoever_holds_a_table_is_not_waited_for_without_end(
    database: URL, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(function, "LOCK_TIMEOUT", "50ms")
    with connection.transaction():
        connection.execute("SELECT FROM people FOR UPDATE")
        connection.execute("SET application_name = 'Ada''s'")
        holder = rf"the connection {connection.info.backend_pid} \(Ada's, idle in transaction\)"
        with pytest.raises(HarnessError, match=f"its tables are locked by {holder} "):
            reset(database)
    assert count(connection) == (1, 1)
    assert connection.execute("SELECT nextval('people_id_seq')").fetchone() == (2,)


def test_a_connection_in_a_transaction_is_not_used(connection: psycopg.Connection) -> None:
    with connection.transaction(), pytest.raises(ValueError, match="in no transaction"):
        Reset(connection)()
    assert count(connection) == (1, 1)


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE guests (id int)",
        "ALTER TABLE people RENAME TO folk",
        "DEALLOCATE ALL",
        "DISCARD ALL",
    ],
)
def test_a_connection_knows_one_function_whatever_has_changed(
    connection: psycopg.Connection, change: str
) -> None:
    resetting = Reset(connection)
    resetting()
    connection.execute(change.encode())
    for _ in range(2):
        resetting()
    known = connection.execute(
        "SELECT proname FROM pg_proc WHERE proname LIKE 'acceptance_reset_%'"
        " UNION ALL SELECT name FROM pg_prepared_statements WHERE name LIKE 'acceptance_reset_%'"
    )
    assert known.rowcount == 2, "the function, and its call"


def test_a_reset_goes_on_after_one_that_could_not_renew_its_function(
    connection: psycopg.Connection,
) -> None:
    resetting = Reset(connection, only=["people"])
    connection.execute("DROP TABLE other.people")
    resetting()
    connection.execute("ALTER TABLE people RENAME TO folk")
    for _ in range(2):
        with pytest.raises(HarnessError, match="people"):
            resetting()
    connection.execute("ALTER TABLE folk RENAME TO people; INSERT INTO people DEFAULT VALUES")
    assert resetting().deleted == {("public", "people"): 1}


def test_the_sql_of_a_reset_can_be_read_and_executed(
    database: URL, connection: psycopg.Connection
) -> None:
    connection.execute("CREATE TABLE pets (of int); INSERT INTO pets VALUES (1)")
    printed = Reset(connection, ignoring="pets").sql()
    assert count(connection) == (1, 1)
    assert printed.index('DELETE FROM ONLY "other"."people"') < printed.index("setval")
    assert "pets" not in printed
    with provision.connect(database) as by_hand:
        by_hand.execute(printed.encode())
    assert count(connection) == (0, 0)
    assert inventory.number_of_rows(connection, ("public", "pets")) == 1


def test_the_guard_cannot_be_switched_off() -> None:
    choice = ["only", "with_dependents", "ignoring"]
    assert [*inspect.signature(reset).parameters] == ["database", *choice]
    assert [*inspect.signature(Reset).parameters] == ["connection", *choice]
    assert [*inspect.signature(Reset.__call__).parameters] == ["self"]
    assert [*inspect.signature(ownership.guard).parameters] == ["connection"]
    assert [*inspect.signature(ownership.check).parameters] == ["connection", "found"]


@pytest.mark.parametrize("part", [ownership, module])
def test_what_guards_asks_no_environment(part: ModuleType) -> None:
    tree = ast.parse(inspect.getsource(part))
    imported = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None), *(alias.name for alias in node.names)]
    }
    assert not imported & {"os", "options", "pgharness.core.options", "sys", "importlib"}
    assert "environ" not in inspect.getsource(part)


def test_a_lost_connection_is_told_as_one(
    connection: psycopg.Connection, admin: psycopg.Connection
) -> None:
    resetting = Reset(connection)
    resetting()
    admin.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.info.backend_pid])
    with pytest.raises(psycopg.OperationalError):
        resetting()


@pytest.fixture
def held(database: URL) -> Iterator[None]:
    """Somebody holds on to a sequence, in a transaction; the other one would be restarted first."""
    with provision.connect(database) as somebody:
        somebody.execute("BEGIN")
        somebody.execute("ALTER SEQUENCE people_id_seq INCREMENT 2")
        yield
        somebody.execute("ROLLBACK")


@pytest.mark.usefixtures("held")
@pytest.mark.parametrize(("patience", "reason"), [("10s", "cancel"), ("50ms", "lock timeout")])
def test_an_interrupted_reset_leaves_everything_as_it_was(
    patience: str,
    reason: str,
    connection: psycopg.Connection,
    admin: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(function, "LOCK_TIMEOUT", patience)
    before = inventory.contents(connection)
    with ThreadPoolExecutor() as pool:
        outcome = pool.submit(Reset(connection))
        if reason == "cancel":
            cancel_when_waiting(admin, lambda: connection.info.backend_pid)
        with pytest.raises(HarnessError, match=f"and as it was: .*{reason}"):
            outcome.result()
    assert inventory.contents(connection) == before


def test_rows_on_another_server_are_not_deleted(
    database: URL, connection: psycopg.Connection
) -> None:
    connection.execute(
        "CREATE FOREIGN DATA WRAPPER far; CREATE SERVER away FOREIGN DATA WRAPPER far;"
        "CREATE TABLE readings (id int) PARTITION BY LIST (id);"
        "CREATE FOREIGN TABLE far_readings PARTITION OF readings FOR VALUES IN (1) SERVER away"
    )
    with pytest.raises(HarnessError, match="readings has a partition on another server"):
        reset(database)
    assert count(connection) == (1, 1)


def test_the_database_of_a_run_in_another_process_is_left_alone(url: URL, template: object) -> None:
    assert template, "the other run need not build it"
    with subprocess.Popen(
        [sys.executable, "-c", OTHER_RUN],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as other:
        try:
            assert other.stdin is not None
            assert other.stdout is not None
            print(plain(url), file=other.stdin, flush=True)
            theirs = url.set(database=other.stdout.readline().strip())
            with pytest.raises(HarnessError, match="another run, 7777777777777777, which is still"):
                reset(theirs)
        finally:
            other.communicate("\n")


@pytest.mark.parametrize(
    ("sequence", "at", "comes_next"),
    [
        ((1, 1, 1, 9, False), (1, False), 1),
        ((1, 1, 1, 9, False), (1, True), 2),
        ((1, 1, 1, 9, False), (9, True), None),
        ((1, 4, 1, 9, False), (6, True), None),
        ((5, 1, 1, 9, True), (9, True), 1),
        ((5, -1, 1, 9, True), (1, True), 9),
        ((-1, -1, -9, -1, False), (-3, True), -4),
    ],
)
def test_what_comes_out_of_a_sequence_next(
    sequence: tuple[int, int, int, int, bool], at: tuple[int, bool], comes_next: int | None
) -> None:
    found = Sequence(("public", "tickets"), *sequence, cache=1, owner=None)
    assert found.next_value(Position(*at)) == comes_next
