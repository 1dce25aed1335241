"""A failed scenario is kept for a look: the line that is printed opens its database, as it is."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from sqlalchemy import URL

from docker_engine import CONTAINER_IMAGE
from pgharness.databases.templates import RunDatabases
from pgharness.servers import docker_engine, embedded
from pgharness.servers.libpq_environment import SESSION
from test_libpq_environment import MISLEADING
from tests.support.forked import Preloaded
from tests.support.running import Running, databases, plain, tmpdir

RENAMING: Final = "features/accounts/changing.feature:15"
NOTHING_IS_RENAMED: Final = """
from domain.identity.accounts import Accounts
Accounts.rename = lambda self, seen, name: seen
"""
NAMES: Final = "SELECT display_name FROM users ORDER BY id;"
STORED: Final = "Ada Lovelace\n Bram Stoker\n"
ODD: Final = "Ada's 100% \\ $HOME"
"""A folder whose path a shell and libpq read otherwise, unless it is quoted."""
NOWHERE: Final = {"PATH": "/nonexistent"}


def printed_line(output: str) -> str:
    """Return the line that the run has printed for its one failed scenario."""
    (line,) = re.findall(rf"^  {re.escape(RENAMING)}: (.*)$", output, re.MULTILINE)
    return str(line)


def shown(line: str, environment: Mapping[str, str]) -> str:
    """Return what a shell shows that is given the line, and then a question for psql."""
    done = subprocess.run(
        ["/bin/sh", "-c", line],
        input=NAMES,
        env={**environment, "PSQLRC": os.devnull},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def run_that_keeps(*arguments: str, reports: Path) -> str:
    """Return the output of a run in which the scenario fails."""
    options = ("-D", "keep=failed", *arguments, RENAMING)
    ended = Running(*options, reports=reports, module="tests.support.nothing_is_renamed").wait()
    assert ended.exit_code == 1, ended.output
    return ended.output


def test_the_line_works_in_a_shell_that_is_set_up_for_another_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in MISLEADING.items():
        monkeypatch.setenv(name, value)
    with tmpdir("misled") as folder:
        output = run_that_keeps("-D", "postgres=embedded", reports=tmp_path)
        try:
            assert folder.name in printed_line(output)
            assert STORED in shown(printed_line(output), os.environ)
        finally:
            embedded.sweep()


def test_the_line_of_an_embedded_server(tmp_path: Path) -> None:
    with tmpdir(ODD) as folder:
        output = run_that_keeps("-D", "postgres=embedded", reports=tmp_path)
        try:
            (file,) = folder.glob("*/pgpass")
            assert file.read_text("utf-8").strip().split(":")[-1] not in output
            assert STORED in shown(printed_line(output), NOWHERE)
        finally:
            embedded.sweep()


def test_the_line_of_a_server_given_by_its_url(
    loaded: Preloaded, template: RunDatabases, admin: psycopg.Connection, url: URL, tmp_path: Path
) -> None:
    before = databases(admin)
    options = ("-D", "keep=failed", RENAMING)
    ended = loaded.run(*options, reports=tmp_path / "run", code=NOTHING_IS_RENAMED)
    line = printed_line(ended.output)
    password = str(url.password)
    assert password not in ended.output
    assert STORED in shown(line, {**os.environ, "PGPASSWORD": password})
    template.sweep()
    embedded.sweep()
    assert databases(admin) == before


def test_the_line_of_a_server_by_url_works_in_a_shell_that_sets_the_session(
    template: RunDatabases, url: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in SESSION:
        monkeypatch.setenv(name, MISLEADING[name])
    monkeypatch.setenv("PGPASSWORD", str(url.password))
    output = run_that_keeps("-D", f"postgres={plain(url.set(password=None))}", reports=tmp_path)
    try:
        assert STORED in shown(printed_line(output), os.environ)
    finally:
        template.sweep()
        embedded.sweep()


@pytest.mark.docker
def test_the_line_of_a_container(docker_client: Any, tmp_path: Path) -> None:
    options = ("-D", "postgres=container", "-D", f"image={CONTAINER_IMAGE}")
    with tmpdir(ODD):
        output = run_that_keeps(*options, reports=tmp_path)
        try:
            assert STORED in shown(printed_line(output), NOWHERE)
        finally:
            docker_engine.sweep(docker_client)
            embedded.sweep()
