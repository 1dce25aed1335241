"""The embedded server and the other users of the machine: what they can reach, and what not."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import pytest

from pgharness.core.errors import HarnessError
from pgharness.core.requirements import Need
from pgharness.core.run_directory import Run
from pgharness.servers import binaries, embedded, provision
from pgharness.servers.embedded import EmbeddedServer, Folders
from pgharness.servers.initdb import run_as

only_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root has another user run the server"
)

NAMES: Final = ("password", "server.log")
"""What root writes to, or once wrote to, for a server."""


@pytest.fixture
def run() -> Iterator[Run]:
    """A run that has no server yet."""
    run = Run.begin()
    yield run
    run.close()


@pytest.fixture
def abandoned() -> Iterator[Path]:
    """The home of a server that went with its run, before it had written anything."""
    run = Run.begin()
    home = embedded._folders(run, "embedded", embedded._owner()).home
    run._lock.close()
    yield home
    run.close()


def as_nobody(*command: str) -> None:
    """Run a command as the user that runs root's servers; it may fail."""
    subprocess.run(command, capture_output=True, check=False, **run_as(embedded._owner()))


def given_away(folder: Path) -> Iterator[Path]:
    """Yield what others than root own or may write to, and nothing that lies in that."""
    for path in folder.iterdir():
        found = path.lstat()
        if found.st_uid != 0 or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            yield path
        elif stat.S_ISDIR(found.st_mode):
            yield from given_away(path)


def plant(run: Run, target: Path, *, but_not_in: str = "") -> None:
    """As `nobody`, create a symlink to a file for each name of root's, where that is possible."""
    for folder in filter(Path.is_dir, [*run.directory.glob("*"), *run.directory.glob("*/*")]):
        if folder.name != but_not_in:
            for name in NAMES:
                as_nobody("ln", "-sfn", str(target), str(folder / name))


@only_root
def test_another_user_gets_the_folders_of_the_data_and_of_the_socket_alone(run: Run) -> None:
    with ExitStack() as cleanups:
        server = embedded.start(run, cleanups)
        mounted = server.obstacle(Need.SMALL_DISK) is None
        socket = Path(str(server.url.query["host"]))
        expected = {server.home / "data", socket} | ({server.home / "small"} if mounted else set())
        assert set(given_away(run.directory)) == expected
        assert not any(path.stat().st_mode & 0o077 for path in expected)
        assert (server.home / "server.log").stat().st_mode & 0o077 == 0


@only_root
def test_root_writes_to_nothing_that_another_user_has_put_in_its_way(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = run.directory / "passwd"
    target.write_text("root's", "utf-8")
    before = target.stat()
    make: Callable[..., Folders] = embedded._folders

    def make_and_plant(*arguments: Any) -> Folders:
        folders = make(*arguments)
        plant(run, target, but_not_in="data")  # initdb wants it empty
        return folders

    monkeypatch.setattr(embedded, "_folders", make_and_plant)
    with ExitStack() as cleanups:
        server = embedded.start(run, cleanups)
        plant(run, target)
        server.obstacle(Need.SMALL_DISK)
        server.crash()
        server.restart()
        assert embedded.start_durable(server, run, "server1", cleanups).url != server.url
    assert target.read_text("utf-8") == "root's"
    after = target.stat()
    assert (after.st_uid, after.st_mode) == (before.st_uid, before.st_mode)


def test_without_another_user_the_folders_are_private(run: Run) -> None:
    home = embedded._folders(run, "embedded", None).home
    folders = [run.directory, *filter(Path.is_dir, run.directory.rglob("*"))]
    assert home in folders
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


@only_root
def test_a_sweep_unmounts_nothing_that_another_user_points_to(
    abandoned: Path, tmp_path: Path
) -> None:
    roots = tmp_path / "mounted"
    roots.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(roots)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("root may not mount anything here")
    try:
        for folder in list(given_away(abandoned.parent)):
            as_nobody("mkdir", str(folder / "data"))
            as_nobody("ln", "-s", str(roots), str(folder / "small"))
        embedded.sweep()
        assert roots.is_mount()
        assert not abandoned.parent.exists()
    finally:
        subprocess.run(["umount", str(roots)], check=False)  # noqa: S607


@only_root
def test_a_sweep_ends_no_process_that_another_user_points_to(abandoned: Path) -> None:
    data = abandoned / "data"
    data.mkdir(exist_ok=True)
    command = [sys.executable, "-c", "input()", str(data)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as roots:
        (data / "postmaster.pid").write_text(f"{roots.pid}\n", "utf-8")
        embedded.sweep()
        assert roots.poll() is None
        assert not abandoned.parent.exists()
        roots.communicate(b"\n")


def test_a_sweep_waits_for_nothing_that_was_put_in_the_place_of_a_number(abandoned: Path) -> None:
    data = abandoned / "data"
    data.mkdir(exist_ok=True)
    os.mkfifo(data / "postmaster.pid")
    sweep = "from pgharness.servers import embedded; embedded.sweep()"
    subprocess.run([sys.executable, "-c", sweep], check=True, timeout=30)
    assert not abandoned.parent.exists()


def test_a_server_that_has_ended_cannot_crash(run: Run) -> None:
    with ExitStack() as cleanups:
        server = embedded.start(run, cleanups)
        server.crash()
        refuses_to_crash(server)
        (server.home / "data" / "PG_VERSION").unlink()
        with pytest.raises(HarnessError, match="the embedded server did not start"):
            server.restart()
        refuses_to_crash(server)


def refuses_to_crash(server: EmbeddedServer) -> None:
    with pytest.raises(AssertionError, match="the server cannot crash: it has ended already"):
        server.crash()


@only_root
def test_programs_that_only_root_may_run_are_copied_for_the_server(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As where the wheel was installed with this mask.
    monkeypatch.setattr(binaries, "_readable_by_all", lambda _: False)
    before = os.umask(0o077)
    try:
        with ExitStack() as cleanups:
            server = embedded.start(run, cleanups)
            assert server.binaries.is_relative_to(server.home)
            assert provision.check(server.url)
    finally:
        os.umask(before)
