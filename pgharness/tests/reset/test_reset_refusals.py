"""What a reset refuses, in which words, and that no one can switch its guard off."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import psycopg
import pytest
from sqlalchemy import URL

from pgharness.core.errors import HarnessError
from pgharness.databases import ownership
from pgharness.reset import reset as module
from pgharness.reset.reset import Reset, reset
from resetting import refused, rows

OTHER_RUN: Final = """
import sys
from contextlib import ExitStack
from sqlalchemy import make_url
from pgharness.databases.migrators import SqlFiles
from pgharness.databases.templates import RunDatabases
with ExitStack() as cleanups:
    url = make_url(sys.stdin.readline().strip())
    made = RunDatabases(url, "7" * 16, SqlFiles(sys.argv[1]))
    made.open(cleanups)
    print(made.clone("run", cleanups).database, flush=True)
    sys.stdin.readline()
"""


def test_rows_that_the_version_table_refers_to_are_not_deleted(
    family: URL, connection: psycopg.Connection
) -> None:
    connection.execute(
        "CREATE TABLE alembic_version (id int REFERENCES people);"
        "INSERT INTO alembic_version VALUES (1)"
    )
    with refused(connection, "violates foreign key constraint"):
        reset(family)


def test_rows_on_another_server_are_not_deleted(
    family: URL, connection: psycopg.Connection
) -> None:
    connection.execute(
        "CREATE FOREIGN DATA WRAPPER far; CREATE SERVER away FOREIGN DATA WRAPPER far;"
        "CREATE TABLE readings (id int) PARTITION BY LIST (id);"
        "CREATE FOREIGN TABLE far_readings PARTITION OF readings FOR VALUES IN (1) SERVER away"
    )
    with refused(connection, "readings has a partition on another server"):
        reset(family)


def test_a_refusal_for_an_unknown_name_is_one_sentence(
    family: URL, connection: psycopg.Connection
) -> None:
    said = "as it was: there is no table plain to be reset."
    for choice in ({"only": "plain"}, {"ignoring": "plain"}, {"only": ["people", "plain"]}):
        with pytest.raises(HarnessError) as refusal:
            reset(family, **choice)
        assert str(refusal.value).endswith(said), str(refusal.value)
    assert rows(connection, "people") == 1


def test_the_database_of_a_run_in_another_process_is_left_alone(url: URL, tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text("CREATE TABLE people (id int)", "utf-8")
    with subprocess.Popen(
        [sys.executable, "-c", OTHER_RUN, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as other:
        try:
            assert other.stdin is not None
            assert other.stdout is not None
            print(url.render_as_string(hide_password=False), file=other.stdin, flush=True)
            theirs = url.set(database=other.stdout.readline().strip())
            with pytest.raises(HarnessError, match="another run, 7777777777777777, which is still"):
                reset(theirs)
        finally:
            other.communicate("\n")


@pytest.mark.usefixtures("family")
def test_a_connection_in_a_transaction_is_not_used(connection: psycopg.Connection) -> None:
    with connection.transaction(), pytest.raises(ValueError, match="in no transaction"):
        Reset(connection)()
    assert rows(connection, "people") == 1


@pytest.mark.usefixtures("family")
def test_a_lost_connection_is_reported_as_such(
    connection: psycopg.Connection, admin: psycopg.Connection
) -> None:
    resetting = Reset(connection)
    resetting()
    admin.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.info.backend_pid])
    for _ in range(2):
        with pytest.raises(psycopg.OperationalError):
            resetting()


def parameters(function: Any) -> list[str]:
    """Return the names of what a function takes."""
    return [*inspect.signature(function).parameters]


def test_the_guard_cannot_be_switched_off() -> None:
    choice = ["only", "with_dependents", "ignoring"]
    assert parameters(reset) == ["database", *choice]
    assert parameters(Reset) == ["connection", *choice]
    assert parameters(Reset.__call__) == ["self"]
    assert parameters(ownership.guard) == ["connection"]
    assert parameters(ownership.check) == ["connection", "found"]


@pytest.mark.parametrize("part", [ownership, module])
def test_the_guard_reads_no_environment_and_no_options(part: ModuleType) -> None:
    tree = ast.parse(inspect.getsource(part))
    imported = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None), *(alias.name for alias in node.names)]
    }
    assert not imported & {"os", "options", "pgharness.core.options", "sys", "importlib"}
    assert "environ" not in inspect.getsource(part)
