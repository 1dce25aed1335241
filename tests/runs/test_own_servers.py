"""Servers that scenarios have to themselves: how they end, and where there can be none."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import psutil
import psycopg
import pytest
from sqlalchemy import URL

from features.support.concurrency import crash_recovery
from features.support.service import MIGRATIONS, SERVICE
from pgharness.core.run_directory import Run
from pgharness.databases.templates import RunDatabases
from pgharness.isolation.test_database import Database
from pgharness.servers import embedded, provision
from pgharness.servers.embedded import EmbeddedServer
from tests.support.forked import Preloaded
from tests.support.running import Running, behave, databases, directories, plain

DURABILITY = "features/transactions/durability.feature"
EMBEDDED = ("-D", "postgres=embedded", DURABILITY)
FULL_DISK = ("--tags=@transactions-37", *EMBEDDED)


def servers(run: Running) -> list[psutil.Process]:
    """Return the servers of a run, without their own children."""
    return psutil.Process(run.process.pid).children()


@pytest.mark.parametrize(
    ("arguments", "scenario"),
    [(EMBEDDED, "The server's settings for durable commits"), (FULL_DISK, "The disk fills up")],
    ids=["crash", "full disk"],
)
def test_the_next_run_sweeps_up_all_servers_of_a_killed_one(
    arguments: tuple[str, ...], scenario: str, tmp_path: Path
) -> None:
    before = directories()
    running = Running(*arguments, reports=tmp_path)
    running.wait_for(scenario)
    children = running.children()
    assert len(servers(running)) > 1, "the run's server, and one that scenarios have to themselves"
    running.process.kill()
    running.wait()
    embedded.sweep()
    psutil.wait_procs(children, 10)
    assert not [child for child in children if child.is_running()]
    assert directories() == before


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("moment", ["Feature", "The server's settings for durable commits"])
def test_an_interrupted_run_leaves_no_server(
    by: signal.Signals, moment: str, tmp_path: Path
) -> None:
    before = directories()
    running = Running(*EMBEDDED, reports=tmp_path)
    running.wait_for("ready in" if moment == "Feature" else moment)
    children = running.children()
    os.killpg(running.process.pid, by)
    ended = running.wait()
    assert ended.exit_code == 128 + by
    assert "Interrupted: cleaning up" in ended.output
    assert directories() == before
    assert not [child for child in children if child.is_running()]


def test_a_server_given_by_url_is_not_killed(
    admin: psycopg.Connection, url: URL, tmp_path: Path
) -> None:
    before = databases(admin)
    started = admin.execute("SELECT pg_postmaster_start_time()").fetchone()
    ended = behave("-D", f"postgres={plain(url)}", DURABILITY, reports=tmp_path)
    assert ended.exit_code == 0, ended.output
    assert ended.verdicts() == {"skipped"}
    assert f"Skipped {len(ended.cases)} tests: the server is not the run's own" in ended.output
    assert all("the server is not the run's own" in case.message for case in ended.cases)
    assert admin.execute("SELECT pg_postmaster_start_time()").fetchone() == started
    assert databases(admin) == before


def test_what_was_not_chosen_is_not_reported_as_skipped(url: URL, tmp_path: Path) -> None:
    chosen = ("--tags=@transactions-31", DURABILITY)
    ended = behave("-D", f"postgres={plain(url)}", *chosen, reports=tmp_path)
    assert len(ended.cases) == 1
    assert ended.verdicts() == {"skipped"}


REFUSING: Final = """
from pgharness.servers import embedded
from pgharness.core.errors import HarnessError
def refuse(*_): raise HarnessError('there is no room for it')
embedded.start_durable = refuse
"""


def test_a_server_that_does_not_start_is_an_error_of_each_scenario(
    preloaded: Preloaded, tmp_path: Path
) -> None:
    ended = preloaded.run(*EMBEDDED, reports=tmp_path / "run", code=REFUSING)
    assert ended.exit_code == 1
    assert ended.verdicts() == {"error"}
    assert len(ended.cases) > 1
    assert all("there is no room for it" in case.message for case in ended.cases)
    assert ended.output.count("    in a hook: there is no room for it\n") == len(ended.cases)


def test_a_server_that_dies_before_the_first_clean_up_is_gone() -> None:
    with ExitStack() as cleanups:
        run = Run.begin()
        cleanups.callback(run.close)
        server = embedded.start(run, cleanups)
        made = RunDatabases(server.url, run.id, MIGRATIONS)
        with ExitStack() as of_the_server:
            made.open(of_the_server)
            database = Database(lambda: made.clone("run", of_the_server), SERVICE)
            database.world().close()
            of_the_server.pop_all()  # nothing of it can be removed any more
        server.crash()
        for what_comes_then in (database.check_none_left, database.empty):
            with pytest.raises(psycopg.OperationalError):
                what_comes_then()
        database.disconnect()


@pytest.fixture
def migrated(server: EmbeddedServer) -> Iterator[psycopg.Connection]:
    """A connection to a migrated database."""
    with ExitStack() as cleanups:
        made = RunDatabases(server.url, "e" * 16, MIGRATIONS)
        made.open(cleanups)
        connection = provision.connect(made.clone("run", cleanups), row_security="off")
        cleanups.callback(connection.close)
        yield connection


USER = (
    "INSERT INTO users (email, display_name, password_hash, created_at, changed_at)"
    " VALUES (%s, %s, '$argon2id$none', now(), now())"
)
ORPHAN = "INSERT INTO tasks (owner_id, title, payload, created_at) VALUES (77, 'T', '{}', now())"


def test_a_sound_database_breaks_no_rule(migrated: psycopg.Connection) -> None:
    migrated.execute(USER, ["ada@example.org", "Ada"])
    assert crash_recovery.broken_constraints(migrated) == []
    indexes = migrated.execute("SELECT count(*) FROM pg_extension WHERE extname = 'amcheck'")
    assert indexes.fetchone() == (0,), "what was needed for the check is gone again"


def test_a_row_without_the_one_it_belongs_to_is_found(migrated: psycopg.Connection) -> None:
    migrated.execute("SET session_replication_role = replica")
    migrated.execute(ORPHAN)
    assert "violates foreign key constraint" in " ".join(
        crash_recovery.broken_constraints(migrated)
    )


def test_a_row_that_no_check_would_pass_is_found(migrated: psycopg.Connection) -> None:
    definition = migrated.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = 'users'::regclass AND contype = 'c' AND conname LIKE '%display_name%'"
    ).fetchone()
    assert definition is not None
    migrated.execute(f"ALTER TABLE users DROP CONSTRAINT {definition[0]}")
    migrated.execute(USER, ["ada@example.org", " "])
    migrated.execute(f"ALTER TABLE users ADD CONSTRAINT x {definition[1]} NOT VALID")
    assert "is violated by some row" in " ".join(crash_recovery.broken_constraints(migrated))


def test_a_value_that_must_not_be_missing_is_found(migrated: psycopg.Connection) -> None:
    migrated.execute("SET session_replication_role = replica")
    migrated.execute("ALTER TABLE tasks ALTER title DROP NOT NULL")
    migrated.execute(ORPHAN.replace("'T'", "NULL"))
    migrated.execute("SET allow_system_table_mods = on")
    migrated.execute(
        "UPDATE pg_attribute SET attnotnull = true"
        " WHERE attrelid = 'tasks'::regclass AND attname = 'title'"
    )
    assert "tasks.title is missing in some row" in crash_recovery.broken_constraints(migrated)


def test_an_index_that_lacks_a_row_is_found(migrated: psycopg.Connection) -> None:
    """Two accounts of one address, of which the index knows one."""
    migrated.execute(USER, ["ada@example.org", "Ada"])
    migrated.execute("SET allow_system_table_mods = on")
    switch = (
        "UPDATE pg_index SET indisready = %s, indisvalid = %s"
        " WHERE indrelid = 'users'::regclass AND indisunique AND NOT indisprimary"
    )
    migrated.execute(switch, [False, False])
    migrated.execute(USER, ["ada@example.org", "Another Ada"])
    migrated.execute(switch, [True, True])
    found = " ".join(crash_recovery.broken_constraints(migrated))
    assert "lacks matching index tuple" in found, "amcheck has compared them"
    assert "could not create unique index" in found, "and the index was built again"
