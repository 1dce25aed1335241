"""What a scenario or a run leaves on the server that keeps a database from being dropped."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL, create_engine

from features.support.service import MIGRATIONS
from pgharness.databases import ownership
from pgharness.databases import templates as module
from pgharness.databases.leaks import Connections
from pgharness.databases.migrators import Alembic
from pgharness.databases.ownership import Purpose
from pgharness.databases.templates import RunDatabases
from pgharness.servers import provision
from tests.forked import Preloaded
from tests.running import Ended, databases, plain

STEP: Final = """
from behave import when
from pgharness.servers import provision

@when("a session of its own runs")
def run(context):
    with provision.connect(context.world.url) as connection:
        for statement in context.text.splitlines():
            connection.execute(statement)
"""

PREPARED: Final = "BEGIN\nCREATE TABLE one ()\nPREPARE TRANSACTION 'it''s 100%'"
SLOT: Final = "SELECT pg_create_logical_replication_slot('left', 'pgoutput')"
SUBSCRIPTION: Final = (
    "CREATE SUBSCRIPTION stays CONNECTION 'dbname=nowhere' PUBLICATION none WITH (connect = false)"
)
NO_SUBSCRIPTION: Final = (
    "ALTER SUBSCRIPTION stays SET (slot_name = NONE)",
    "DROP SUBSCRIPTION stays",
)


def run(loaded: Preloaded, url: URL, folder: Path, *scenarios: str) -> Ended:
    """Run scenarios, each of which is what a session does in one."""
    lines = ["Feature: Leftovers"]
    for scenario in scenarios:
        lines += ["Scenario: One", "When a session of its own runs", '"""', scenario, '"""']
    (folder / "steps").mkdir()
    (folder / "environment.py").write_text("from features.environment import *\n", "utf-8")
    (folder / "leftovers.feature").write_text("\n".join(lines), "utf-8")
    arguments = ("-D", f"postgres={plain(url)}", str(folder / "leftovers.feature"))
    return loaded.run(*arguments, code=STEP, reports=folder / "run")


def test_a_scenario_that_leaves_what_outlives_its_connections_fails_alone(
    admin: psycopg.Connection, url: URL, loaded: Preloaded, tmp_path: Path
) -> None:
    before = databases(admin)
    ended = run(loaded, url, tmp_path, SLOT, "SELECT 1", PREPARED, "SELECT 1")
    after = databases(admin)
    end_all(admin, url)
    assert [case.verdict for case in ended.cases] == ["error", "passed", "error", "passed"]
    slot, _, prepared, _ = (case.message for case in ended.cases)
    assert (
        "left objects that outlive its connections: prepared transaction it's 100%,"
        " which has been ended" in prepared
    )
    assert (
        "left objects that outlive its connections: replication slot left, which has been ended"
        in slot
    )
    assert after == before


def end_all(admin: psycopg.Connection, url: URL) -> None:
    """End what the run should have ended, and let another sweep up."""
    for database, gid in admin.execute("SELECT database, gid FROM pg_prepared_xacts").fetchall():
        end = sql.SQL("ROLLBACK PREPARED {}").format(gid).as_string(None)
        execute(url.set(database=database), [end])
    admin.execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots")
    with ExitStack() as cleanups:
        RunDatabases(url, "2" * 16, MIGRATIONS).open(cleanups)


def test_a_database_that_the_run_cannot_drop_is_named_and_left_to_the_next(
    admin: psycopg.Connection, url: URL, loaded: Preloaded, tmp_path: Path
) -> None:
    before = databases(admin)
    ended = run(loaded, url, tmp_path, SUBSCRIPTION)
    (left,) = databases(admin) - before
    execute(url.set(database=left), NO_SUBSCRIPTION)
    end_all(admin, url)
    assert databases(admin) == before, "the next run has dropped it"
    assert [case.verdict for case in ended.cases] == ["passed"]
    assert ended.exit_code == 0, "all criteria hold"
    assert f"The database {left} could not be dropped (" in ended.output
    assert "There is 1 subscription" in ended.output


UNFINISHED: Final = f"acceptance_template_{'0' * 12}"
OBSTACLES: Final = {
    "acceptance_dead_prepared": (
        ("BEGIN", "CREATE TABLE one ()", "PREPARE TRANSACTION 'one'"),
        ("ROLLBACK PREPARED 'one'",),
    ),
    "acceptance_dead_subscription": ((SUBSCRIPTION,), NO_SUBSCRIPTION),
    "acceptance_dead_template": (
        ("ALTER DATABASE acceptance_dead_template IS_TEMPLATE true",),
        ("ALTER DATABASE acceptance_dead_template IS_TEMPLATE false",),
    ),
    UNFINISHED: (
        ("BEGIN", "CREATE TABLE other ()", "PREPARE TRANSACTION 'other'"),
        ("ROLLBACK PREPARED 'other'",),
    ),
}
"""What keeps databases of runs that are over from being dropped, and how it ends."""


@contextmanager
def obstacles(admin: psycopg.Connection, url: URL) -> Iterator[None]:
    """Make databases of a run that is over, each with its obstacle."""
    with ExitStack() as cleanups:
        for name, (statements, ends) in OBSTACLES.items():
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            cleanups.callback(admin.execute, drop)
            purpose = Purpose.TEMPLATE_IN_THE_MAKING if name == UNFINISHED else Purpose.RUN
            ownership.write(admin, name, "d" * 16, purpose)
            execute(url.set(database=name), statements)
            cleanups.callback(execute, url.set(database=name), ends)
        yield


def execute(url: URL, statements: Iterable[str]) -> None:
    """Run statements in a session of their own."""
    with provision.connect(url) as connection:
        for statement in statements:
            connection.execute(statement)


def test_what_cannot_be_swept_up_is_named_and_stops_no_run(
    admin: psycopg.Connection,
    url: URL,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(module, "template_name", lambda *_: UNFINISHED)
    monkeypatch.setattr(Alembic, "migrate", lambda *_: None)
    with obstacles(admin, url):
        before = databases(admin)
        admin.execute("CREATE DATABASE acceptance_dead_free")
        ownership.write(admin, "acceptance_dead_free", "d" * 16, Purpose.RUN)
        with ExitStack() as cleanups:
            run = RunDatabases(url, "1" * 16, MIGRATIONS)
            run.open(cleanups)
            provision.connect(run.clone("run", cleanups)).close()
        after = databases(admin)
    assert after == before
    said = capsys.readouterr().out.splitlines()
    assert [
        line.partition(" of a run that is over could not be dropped (")[0] for line in said
    ] == [f"The database {name}" for name in sorted(OBSTACLES)]
    assert all(line.endswith("); it is left alone.") for line in said)


def test_a_session_of_a_role_that_is_not_the_runs_is_none_of_a_scenarios(
    admin: psycopg.Connection, url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pgharness.databases.leaks.GRACE", 0.0)
    admin.execute("CREATE ROLE qa LOGIN PASSWORD 'pa55' IN ROLE pg_monitor, pg_signal_backend")
    admin.execute("CREATE ROLE monitor LOGIN PASSWORD 'pa55'")
    mine, anothers = (url.set(username=role, password="pa55") for role in ("qa", "monitor"))
    try:
        with (
            provision.connect(mine) as observer,
            provision.connect(mine, name="left behind"),
            provision.connect(anothers) as monitor,
        ):
            connections = Connections(create_engine(mine), observer)
            with pytest.raises(AssertionError) as failed:
                connections.check_none_left()
            connections.check_none_left()
            assert monitor.execute("SELECT 1").fetchone() == (1,), "it was left alone"
        (left,) = str(failed.value).split("; ")
        assert left.startswith("the test left connections open: left behind (idle): ")
    finally:
        admin.execute("DROP ROLE qa, monitor")
