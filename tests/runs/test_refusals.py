"""A run that cannot start or go on: one sentence, exit code 1, an error in JUnit, nothing left."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL

from tests.support.running import (
    SHORT,
    SHORT_SCENARIOS,
    Ended,
    Running,
    behave,
    databases,
    plain,
)

NOWHERE = {"DOCKER_HOST": "unix:///nonexistent/docker.sock"}


def check_refused(ended: Ended, sentence: str) -> None:
    assert ended.exit_code == 1, ended.output
    assert sentence in ended.output
    assert ended.output.count("Cannot run:") == 1
    assert "Traceback" not in ended.output
    run, *scenarios = ended.cases
    assert (run.name, run.verdict) == ("The run", "error")
    assert len(scenarios) == SHORT_SCENARIOS
    assert {case.verdict for case in scenarios} == {"skipped"}
    assert all(sentence in case.message for case in ended.cases)


@pytest.fixture
def role(admin: psycopg.Connection) -> Iterator[Callable[[str], URL]]:
    """Make a role with these attributes; return how to log in as it."""
    made: list[sql.Identifier] = []

    def make(attributes: str) -> URL:
        name = sql.Identifier(f"other_role_{len(made)}")
        admin.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'pa55' ").format(name) + sql.SQL(attributes)
        )
        made.append(name)
        host = str(admin.info.host)
        return URL.create(
            "postgresql",
            f"other_role_{len(made) - 1}",
            "pa55",
            database="postgres",
            query={"host": host},
        )

    yield make
    for name in made:
        admin.execute(sql.SQL("DROP ROLE {}").format(name))


def test_docker_not_reachable(tmp_path: Path) -> None:
    ended = behave("-D", "postgres=container", SHORT, reports=tmp_path, environment=NOWHERE)
    check_refused(ended, "Docker is not reachable: start it, or choose -D postgres=embedded")


@pytest.mark.docker
def test_image_not_to_be_had(tmp_path: Path) -> None:
    image = "postgres-acceptance.invalid/none:1"
    ended = behave("-D", "postgres=container", "-D", f"image={image}", SHORT, reports=tmp_path)
    check_refused(ended, f"the image {image} is not to be had")


def test_url_malformed(tmp_path: Path) -> None:
    ended = behave("-D", "postgres=postgresql:/ada:s3cret@host", SHORT, reports=tmp_path)
    check_refused(ended, "the value after -D postgres= is not a PostgreSQL URL")
    assert "s3cret" not in ended.output


def test_option_without_its_name(tmp_path: Path) -> None:
    ended = behave("-D", "postgresql://ada:s3cret@host/app", SHORT, reports=tmp_path)
    check_refused(ended, "it looks like -D postgres=auto; there are application, durations, image")
    assert "s3cret" not in ended.output
    assert all("s3cret" not in file.read_text("utf-8") for file in tmp_path.iterdir())


@pytest.mark.parametrize("name", ["metadata", "isolation"])
def test_option_that_would_change_nothing(name: str, tmp_path: Path) -> None:
    ended = behave("-D", "postgres=embedded", "-D", f"{name}=x:y", SHORT, reports=tmp_path)
    check_refused(ended, f"-D {name} would change nothing in this run: leave it out.")


def test_reports_not_to_be_written(tmp_path: Path) -> None:
    in_the_way = tmp_path / "reports"
    in_the_way.write_text("another file", "utf-8")
    ended = behave("-D", "postgres=embedded", SHORT, reports=in_the_way)
    assert ended.exit_code == 1
    assert f"Cannot run: no reports can be written to {in_the_way} (File exists)" in ended.output
    assert "Traceback" not in ended.output
    assert in_the_way.read_text("utf-8") == "another file"


def test_host_unreachable(tmp_path: Path) -> None:
    address = {"TEST_DATABASE_URL": "postgresql://ada:s3cret@127.0.0.1:1/app"}
    ended = behave(SHORT, reports=tmp_path, environment=address)
    check_refused(ended, "no connection to 127.0.0.1:1:")
    assert "Connection refused" in ended.output
    assert "s3cret" not in ended.output


def test_password_wrong(url: URL, tmp_path: Path) -> None:
    wrong = plain(url.set(password="s3cret"))
    ended = behave("-D", f"postgres={wrong}", SHORT, reports=tmp_path)
    check_refused(ended, "password authentication failed")
    assert "s3cret" not in ended.output


@pytest.mark.parametrize(
    ("attributes", "right"),
    [
        ("NOCREATEDB CREATEROLE BYPASSRLS", "CREATEDB"),
        ("CREATEDB NOCREATEROLE BYPASSRLS", "CREATEROLE"),
        ("CREATEDB CREATEROLE NOBYPASSRLS", "BYPASSRLS"),
    ],
)
def test_role_without_a_right(
    role: Callable[[str], URL],
    admin: psycopg.Connection,
    tmp_path: Path,
    attributes: str,
    right: str,
) -> None:
    before = databases(admin)
    ended = behave("-D", f"postgres={plain(role(attributes))}", SHORT, reports=tmp_path)
    check_refused(ended, f"lacks {right}: ALTER ROLE")
    assert "pa55" not in ended.output
    assert databases(admin) == before


def test_group_role_of_another_service(
    role: Callable[[str], URL], admin: psycopg.Connection, url: URL, tmp_path: Path
) -> None:
    ended = behave("-D", f"postgres={plain(url)}", SHORT, reports=tmp_path)
    assert ended.exit_code == 0, "the group roles are there"
    without_superuser = f"postgres={plain(role('CREATEDB CREATEROLE BYPASSRLS'))}"
    granted = "GRANT app_identity, app_tenant, app_worker TO other_role_0 WITH ADMIN TRUE, SET "
    admin.execute(f"{granted} FALSE".encode())
    ended = behave("-D", without_superuser, SHORT, reports=tmp_path)
    check_refused(ended, "may not act as app_identity, which is there already: GRANT app_identity")
    lets = "SELECT set_option FROM pg_auth_members WHERE member = 'other_role_0'::regrole"
    assert admin.execute(lets).fetchall() == [(False,)] * 3
    admin.execute(f"{granted} TRUE".encode())
    ended = behave("-D", without_superuser, SHORT, reports=tmp_path)
    assert ended.exit_code == 0, ended.output


def test_encoding_not_utf8(admin: psycopg.Connection, url: URL, tmp_path: Path) -> None:
    admin.execute(
        "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1'"
        " LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'"
    )
    try:
        latin = plain(url.set(database="latin"))
        ended = behave("-D", f"postgres={latin}", SHORT, reports=tmp_path)
    finally:
        admin.execute("DROP DATABASE latin")
    check_refused(ended, "stores text as LATIN1")


@pytest.mark.docker
@pytest.mark.skipif(
    "TOO_OLD_POSTGRES_IMAGE" not in os.environ,
    reason="TOO_OLD_POSTGRES_IMAGE names no image of a PostgreSQL older than 15",
)
def test_server_too_old(tmp_path: Path) -> None:
    image = os.environ["TOO_OLD_POSTGRES_IMAGE"]
    ended = behave("-D", "postgres=container", "-D", f"image={image}", SHORT, reports=tmp_path)
    check_refused(ended, "15 is the oldest that will do")


def test_database_in_the_way(admin: psycopg.Connection, url: URL, tmp_path: Path) -> None:
    from features.support.service import MIGRATIONS
    from pgharness.databases.templates import template_name

    template = template_name(admin, MIGRATIONS.fingerprint())
    admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(template)))
    before = databases(admin)
    try:
        ended = behave("-D", f"postgres={plain(url)}", SHORT, reports=tmp_path)
        assert databases(admin) == before
    finally:
        admin.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(template)))
    assert ended.exit_code == 0, ended.output
    not_ours = f"The database {template} is not marked as made by this suite; it is left alone."
    assert not_ours in ended.output


def test_server_that_dies_during_the_run(tmp_path: Path) -> None:
    running = Running("-D", "postgres=embedded", "features/accounts", reports=tmp_path)
    running.wait_for("Rule:")
    started = psutil.Process(running.process.pid).children()
    (postmaster, *_) = [process for process in started if "-D" in process.cmdline()]
    postmaster.send_signal(signal.SIGKILL)
    ended = running.wait()
    assert ended.exit_code == 1
    assert "Cannot run: the server is gone, the run ends here" in ended.output
    assert ended.output.count("the server is gone") == 1, "not of every scenario"
    run, *after = [case for case in ended.cases if "the server is gone" in case.message]
    assert (run.name, run.verdict) == ("The run", "error")
    assert {case.verdict for case in after} == {"skipped"}
    passed = [case for case in ended.cases if case.verdict == "passed"]
    assert len(after) + len(passed) >= len(ended.cases) - 2
    assert len(after) > len(ended.cases) / 2
    assert f"\n{len(after)} examples were not run.\n" in ended.output
