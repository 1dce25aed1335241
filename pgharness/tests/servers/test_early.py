"""The embedded server that is begun early: only where one is certain, and removed if not taken."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import psutil
import pytest
from behave.configuration import Configuration

from pgharness.adapters.behave.beginning import early_server
from pgharness.core.errors import HarnessError
from pgharness.core.options import Options, ServerKind
from pgharness.core.run_directory import Run
from pgharness.databases import ownership
from pgharness.servers import docker_engine, early, embedded, provision
from pgharness.servers.early import EarlyServer

EMBEDDED = Options(kind=ServerKind.EMBEDDED)
HOOKS = "from pgharness.adapters.behave import *"


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Run]]:
    """The runs that were begun."""
    found = []
    begin = Run.begin

    def noted(*arguments: Any) -> Run:
        found.append(begin(*arguments))
        return found[-1]

    monkeypatch.setattr(Run, "begin", noted)
    yield found
    for run in found:
        run.close()


def initdbs() -> list[psutil.Process]:
    """Return the processes of initdb below this one, with those that they have started."""
    children = psutil.Process().children()
    return [
        process
        for child in children
        if child.name() == "initdb"
        for process in (child, *child.children(recursive=True))
    ]


def test_the_run_takes_what_was_begun_and_removes_it(begun: list[Run]) -> None:
    with closing(EarlyServer()) as server, ExitStack() as cleanups:
        server.begin(EMBEDDED)
        assert initdbs(), "it runs beside this process"
        run, made = early.begin_run(server, EMBEDDED, cleanups)
        assert made is not None
        assert begun == [run]
        started, _ = provision.start(EMBEDDED, run, cleanups, made)
        assert started is made
        server.close()
        with provision.connect(made.url) as connection:
            assert not ownership.read(connection, "acceptance_")
    assert not run.directory.exists()


def test_what_the_run_does_not_take_is_removed(begun: list[Run]) -> None:
    with closing(EarlyServer()) as server:
        server.begin(EMBEDDED)
        processes = initdbs()
        assert processes
        assert begun[0].directory.exists()
    assert not any(process.is_running() for process in processes)
    assert not begun[0].directory.exists()


def test_a_run_on_another_server_does_not_take_it(begun: list[Run]) -> None:
    by_url = Options(kind=ServerKind.EXTERNAL)
    with closing(EarlyServer()) as server, ExitStack() as cleanups:
        server.begin(EMBEDDED)
        run, made = early.begin_run(server, by_url, cleanups)
        assert made is None
        assert [one.directory for one in begun] == [begun[0].directory, run.directory]
    assert not any(one.directory.exists() for one in begun)


def test_a_fork_does_not_remove_it(begun: list[Run]) -> None:
    with closing(EarlyServer()) as server:
        server.begin(EMBEDDED)
        if not (child := os.fork()):
            server.close()
            os._exit(0)
        os.waitpid(child, 0)
        assert begun[0].directory.exists()


@pytest.mark.parametrize("error", [OSError("the disk is full"), HarnessError("no.")])
def test_an_error_is_left_to_the_run_to_report(
    error: Exception, begun: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(embedded, "begin", fails)
    with closing(EarlyServer()) as server:
        server.begin(EMBEDDED)
        assert not begun[0].directory.exists()
        assert server.take(EMBEDDED, ExitStack()) is None


@pytest.mark.parametrize(
    ("host", "absent"),
    [
        ("unix:///nonexistent/docker.sock", True),
        (f"unix://{Path(__file__)}", False),
        ("tcp://127.0.0.1:1", False),
        ("ssh://nobody@nowhere", False),
    ],
)
def test_docker_is_absent_only_if_its_socket_is_not_there(
    host: str, *, absent: bool, begun: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", host)
    assert docker_engine.is_absent() is absent
    with closing(EarlyServer()) as server:
        server.begin(Options())
        assert bool(begun) is absent


@pytest.mark.parametrize(
    "given",
    [
        (HOOKS, "", True),
        (HOOKS, "-Dpostgres=postgresql://127.0.0.1:1/app", False),
        (HOOKS, "-Dpostgres=container", False),
        (HOOKS, "-Dkeep=everything", False),
        (HOOKS, "-Disolation=rollback", False),
        (HOOKS, "--dry-run", False),
        ("def before_all(context): pass", "", False),
        (None, "", False),
    ],
)
def test_it_is_begun_only_if_the_hooks_will_start_one(
    given: tuple[str | None, str, bool],
    begun: list[Run],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hooks, argument, expected = given
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    if hooks is not None:
        (tmp_path / "environment.py").write_text(hooks, "utf-8")
    arguments = [argument] if argument else []
    with early_server(Configuration([*arguments, str(tmp_path)]), tmp_path):
        assert bool(begun) is expected
