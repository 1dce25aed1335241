"""Runs in folders of any path, and from any folder: the checkout, TMPDIR, HOME."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest

import breaking
from features.support.service import ROOT
from pgharness.core import run_directory as runs
from pgharness.core.errors import HarnessError
from pgharness.core.run_directory import Run
from pgharness.servers import embedded, provision
from tests.support.running import tmpdir

ODD: Final = "a 'b' \"c\" %(d)s \\ü"
"""What shells, configuration files, PostgreSQL's lists or connection strings read otherwise."""

CHECKOUT: Final = (
    "docs",
    "domain",
    "features",
    "migrations",
    "pgharness",
    "tests",
    "durations.json",
    "pyproject.toml",
)
"""What a run needs of a checkout."""

SCENARIOS: Final = (
    "features/accounts/listing.feature:33",
    "features/migrations/revisions.feature:9",
)


def spoken(*command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder; its output is all that it has said."""
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize(
    ("place", "sockets"),
    [(ODD, "there"), (f"{ODD}, e", "elsewhere"), ("l" * runs.SOCKET_PATH_MAX, "elsewhere")],
)
def test_a_server_runs_in_any_tmpdir(
    place: str, sockets: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Path(tempfile.gettempdir())
    monkeypatch.setattr(runs, "DISK", disk)
    with tmpdir(place) as told, ExitStack() as cleanups:
        run = Run.begin()
        cleanups.callback(run.close)
        try:
            server = embedded.start(run, cleanups)
            durable = embedded.start_durable(server, run, "server1", cleanups)
        except HarnessError as refusal:
            raise AssertionError(refusal) from refusal
        for one in (server, durable):
            assert one.home.is_relative_to(told)
            socket = Path(str(one.url.query["host"]))
            assert socket.parents[1] == (told if sockets == "there" else disk)
            provision.check(one.url)


def test_a_sweep_finds_the_sockets_that_lie_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Path(tempfile.gettempdir())
    monkeypatch.setattr(runs, "DISK", disk)
    with tmpdir("a,b"):
        run = Run.begin()
        sockets = run.sockets()
        assert sockets.parent == disk
        embedded.sweep()
        assert sockets.is_dir()
        del run  # with it its locks go
        embedded.sweep()
        assert not sockets.exists()


def test_a_tmpdir_that_will_not_do_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        tmpdir("a\nb"),
        pytest.raises(
            HarnessError, match=r"has a line break in it, '.*a\\nb': let TMPDIR name another"
        ),
    ):
        Run.begin()
    nowhere = Path(tempfile.gettempdir()) / "nowhere"
    monkeypatch.setenv("TMPDIR", str(nowhere))
    monkeypatch.setattr(tempfile, "tempdir", None)
    with pytest.raises(HarnessError, match=f"TMPDIR names '{nowhere}', where no file can be"):
        Run.begin()


def test_behave_started_in_another_folder_is_refused(tmp_path: Path) -> None:
    arguments = ("-D", "postgres=embedded", str(ROOT / SCENARIOS[0]))
    program = breaking.program("behave")
    said = spoken(*program, *arguments, folder=tmp_path, PYTHONPATH=str(ROOT))
    assert said.returncode == 1, said.stdout
    (command,) = re.findall("Cannot run: behave looks for .*: start it by `(.*)`", said.stdout)
    assert shlex.split(command) == ["uv", "run", "--directory", str(ROOT), "behave"]
    assert "Traceback" not in said.stdout
    assert not list(tmp_path.iterdir())


def copied_checkout(where: Path) -> Path:
    """Copy the checkout to an odd path."""
    folder = where / f"{ODD}, e: #;"
    for name in CHECKOUT:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)  # with the bytecode
        else:
            shutil.copy2(ROOT / name, folder)
    return folder


def test_a_checkout_at_an_odd_path(tmp_path: Path) -> None:
    checkout = copied_checkout(tmp_path)
    broken = str(Path(breaking.PROGRAM).relative_to(ROOT))
    program = [word.replace(breaking.PROGRAM, broken) for word in breaking.program("behave")]
    with tmpdir(ODD):
        said = spoken(
            *(*program, "-D", "postgres=embedded", *SCENARIOS), folder=checkout, HOME=str(checkout)
        )
    assert said.returncode == 0, said.stdout
    assert "2 examples: all hold" in said.stdout
    assert (checkout / "reports" / "junit" / "TESTS-accounts.listing.xml").exists()


def test_alembic_is_told_of_the_checkout_in_another_folder(tmp_path: Path) -> None:
    configured = ("-c", str(copied_checkout(tmp_path) / "pyproject.toml"))
    command = (sys.executable, "-m", "alembic", *configured, "upgrade", "head", "--sql")
    said = spoken(*command, folder=tmp_path)
    assert said.returncode == 0, said.stdout
    assert "CREATE TABLE users" in said.stdout
