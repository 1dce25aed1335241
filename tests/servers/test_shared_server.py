"""Runs that share a server given by its URL: none takes away what another still needs."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Final

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL

from features.support.service import MIGRATIONS, SERVICE
from pgharness.core.database_url import parameters
from pgharness.core.errors import HarnessError
from pgharness.core.run_directory import Run
from pgharness.core.waiting import wait_for, waits
from pgharness.databases import ownership
from pgharness.databases.migrators import Alembic
from pgharness.databases.ownership import Purpose
from pgharness.databases.templates import RunDatabases
from pgharness.faults.statement_faults import terminate, wait_until_gone
from pgharness.isolation.test_database import Database
from pgharness.servers import embedded, provision
from pgharness.servers.embedded import EmbeddedServer
from tests.support.running import databases

ANNOUNCING: Final = "SELECT pid FROM pg_stat_activity WHERE application_name = %s"
"""By the name of a run's connection to the server."""

ONE: Final = "1" * 16
OTHER: Final = "2" * 16


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedServer]:
    """A server on which an ordinary role, `qa`, was the first to migrate: the roles are its own."""
    with ExitStack() as cleanups:
        run = Run.begin()
        cleanups.callback(run.close)
        server = embedded.start(run, cleanups)
        with provision.connect(server.url) as admin:
            admin.execute("CREATE ROLE qa LOGIN CREATEDB CREATEROLE BYPASSRLS PASSWORD 'pa55'")
        sweep(as_qa(server.url))
        yield server


@pytest.fixture
def qa(url: URL) -> URL:
    """The same server as an ordinary role."""
    return as_qa(url)


def as_qa(url: URL) -> URL:
    return url.set(username="qa", password="pa55")


@pytest.fixture
def apart(admin: psycopg.Connection, qa: URL) -> Iterator[tuple[URL, URL]]:
    """Two URLs of a role that may not connect to `postgres`, each with a database of its own."""
    admin.execute("REVOKE CONNECT ON DATABASE postgres FROM PUBLIC")
    for name in ("app_one", "app_other"):
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield qa.set(database="app_one"), qa.set(database="app_other")
    for name in ("app_one", "app_other"):
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    admin.execute("GRANT CONNECT ON DATABASE postgres TO PUBLIC")


@contextmanager
def beside(url: URL, run: str = OTHER) -> Iterator[None]:
    """Let another run begin, which sweeps, and end."""
    with ExitStack() as cleanups:
        RunDatabases(url, run, MIGRATIONS).open(cleanups)
        yield


def sweep(url: URL, run: str = OTHER) -> None:
    with beside(url, run):
        pass


def end(admin: psycopg.Connection, run: str) -> None:
    """End the connection that announces a run, and see that it has gone."""
    ((pid,),) = admin.execute(ANNOUNCING, [f"postgres-acceptance {run}"]).fetchall()
    terminate(admin, pid)


def test_a_run_whose_announcing_connection_was_ended_keeps_its_database(
    admin: psycopg.Connection, url: URL
) -> None:
    before = databases(admin)
    run = RunDatabases(url, ONE, MIGRATIONS)
    run.open(ExitStack())  # nothing can be cleaned up over a connection that was ended
    database = Database(lambda: run.clone("run", ExitStack()), SERVICE)
    try:
        end(admin, ONE)
        sweep(url)
        assert database.url.database in databases(admin)
        assert database.observer.execute("SELECT count(*) FROM users").fetchone() == (0,)
    finally:
        terminate(admin, database.observer.info.backend_pid)
        database.disconnect()
    sweep(url)
    assert databases(admin) == before, "it is over now"


def test_a_server_that_ends_idle_connections_leaves_a_run_alive(
    admin: psycopg.Connection, url: URL, qa: URL
) -> None:
    with ExitStack() as cleanups:
        cleanups.enter_context(beside(qa, "3" * 16))  # so that no migration has to be as fast
        admin.execute("ALTER ROLE qa SET idle_session_timeout = '1s'")
        cleanups.callback(admin.execute, "ALTER ROLE qa RESET idle_session_timeout")
        run = RunDatabases(qa, ONE, MIGRATIONS)
        run.open(cleanups)
        database = run.clone("run", cleanups)
        with psycopg.connect(**parameters(qa), autocommit=True) as idle:
            wait_until_gone(admin, idle.info.backend_pid)
        assert ownership.is_alive(admin, ONE)
        sweep(url)
        assert database.database in databases(admin)


def test_a_template_is_in_use_from_whichever_database_it_is_held(
    admin: psycopg.Connection, url: URL
) -> None:
    before = databases(admin)
    with provision.connect(url.set(database="template1")) as elsewhere:
        with beside(url):
            (template,) = databases(admin) - before
            elsewhere.execute("SELECT pg_advisory_lock_shared(%s)", [ownership.lock_key(template)])
        assert template in databases(admin), "the run has ended, and another has not"
        terminate(admin, elsewhere.info.backend_pid)
    sweep(url)
    assert databases(admin) == before


def test_runs_that_cannot_meet_leave_each_other_their_templates(
    admin: psycopg.Connection, apart: tuple[URL, URL]
) -> None:
    before = databases(admin)
    one, other = apart
    with ExitStack() as cleanups:
        run = RunDatabases(one, ONE, MIGRATIONS)
        run.open(cleanups)
        sweep(other)
        made = run.clone("run", cleanups)
        with provision.connect(made) as connection:
            assert connection.execute("SELECT count(*) FROM users").fetchone() == (0,)
    assert databases(admin) == before


def test_runs_that_cannot_meet_build_their_templates_at_one_time(
    admin: psycopg.Connection, apart: tuple[URL, URL], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = databases(admin)
    one, other = apart
    migrate = Alembic.migrate

    def migrate_concurrently(migrations: Alembic, url: URL) -> None:
        monkeypatch.setattr(Alembic, "migrate", migrate)
        sweep(other)
        migrations.migrate(url)

    monkeypatch.setattr(Alembic, "migrate", migrate_concurrently)
    with ExitStack() as cleanups:
        run = RunDatabases(one, ONE, MIGRATIONS)
        run.open(cleanups)
        run.clone("run", cleanups)
    assert databases(admin) == before


def test_runs_of_two_roles_have_each_their_template(
    admin: psycopg.Connection, url: URL, qa: URL
) -> None:
    before = databases(admin)
    with ExitStack() as cleanups, beside(url):
        run = RunDatabases(qa, ONE, MIGRATIONS)
        run.open(cleanups)
        made = run.clone("run", cleanups)
        with provision.connect(made) as connection:
            assert connection.execute("SELECT count(*) FROM users").fetchone() == (0,)
    assert databases(admin) == before


def test_a_run_that_could_meet_the_others_and_cannot_now_does_not_begin(
    admin: psycopg.Connection, qa: URL
) -> None:
    admin.execute("CREATE DATABASE app_one")
    admin.execute("ALTER DATABASE postgres CONNECTION LIMIT 0")
    try:
        with pytest.raises(HarnessError, match="too many connections"), ExitStack() as cleanups:
            RunDatabases(qa.set(database="app_one"), ONE, MIGRATIONS).open(cleanups)
    finally:
        admin.execute("ALTER DATABASE postgres CONNECTION LIMIT -1")
        admin.execute("DROP DATABASE app_one WITH (FORCE)")


@pytest.mark.parametrize("purpose", [Purpose.RUN, Purpose.TEMPLATE])
def test_what_a_dead_run_of_another_role_made_is_left_alone(
    admin: psycopg.Connection,
    qa: URL,
    capsys: pytest.CaptureFixture[str],
    purpose: Purpose,
) -> None:
    admin.execute("CREATE DATABASE acceptance_anothers")
    ownership.write(admin, "acceptance_anothers", "d" * 16, purpose)
    try:
        with beside(qa):
            assert not ownership.is_used_by_others(admin, "acceptance_anothers"), "it is let go"
        assert capsys.readouterr().out == (
            "The database acceptance_anothers of a run that is over could not be dropped "
            "(must be owner of database acceptance_anothers); it is left alone.\n"
        )
        assert "acceptance_anothers" in databases(admin)
    finally:
        admin.execute("DROP DATABASE acceptance_anothers")


def test_what_a_superuser_is_connected_to_is_left_alone(
    admin: psycopg.Connection, url: URL, qa: URL, capsys: pytest.CaptureFixture[str]
) -> None:
    admin.execute("CREATE DATABASE acceptance_watched OWNER qa")
    ownership.write(admin, "acceptance_watched", "d" * 16, Purpose.RUN)
    try:
        with provision.connect(url.set(database="acceptance_watched")) as watching:
            sweep(qa)
            assert watching.execute("SELECT 1").fetchone() == (1,)
        said = "The database acceptance_watched of a run that is over could not be dropped ("
        assert capsys.readouterr().out.startswith(said)
    finally:
        admin.execute("DROP DATABASE acceptance_watched WITH (FORCE)")


def test_two_runs_sweep_up_the_same_at_one_time(admin: psycopg.Connection, url: URL) -> None:
    before = databases(admin)
    admin.execute("CREATE DATABASE acceptance_dead")
    ownership.write(admin, "acceptance_dead", "d" * 16, Purpose.RUN)
    with ThreadPoolExecutor() as threads:
        with provision.connect(url) as other, other.transaction():
            ownership.write(other, "acceptance_dead", "d" * 16, Purpose.RUN)
            sweeps = [threads.submit(sweep, url, run) for run in (ONE, OTHER)]
            for run in (ONE, OTHER):
                wait_for(partial(waiting, admin, run), "the run does not wait to drop it")
        for each in sweeps:
            each.result()
    assert databases(admin) == before


def waiting(admin: psycopg.Connection, run: str) -> bool | None:
    pids = admin.execute(ANNOUNCING, [f"postgres-acceptance {run}"])
    return any(waits(admin, pid) for (pid,) in pids.fetchall()) or None
