"""Runs `python -m MODULE` in forks of a process that has imported what such runs import.

A run of behave or pytest over a small project executes for some 0.1 s, after more than 1 s of
imports. A fork is a process like any other: it has its own arguments, environment, folder, standard
streams, session, signals and end. It does not show the start of an interpreter: a test of its
options, of a missing package, or of when a module is imported starts one of its own.
"""

import json
import locale
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import IO, Final

import pytest

import breaking
from packages import ROOT

OF_THE_INTERPRETER: Final = ("PYTHON", "LC_", "LANG")
"""How variables begin that an interpreter reads when it starts: each set of them has a server."""

NO_CHANGE: Final = ("PYTHONUTF8", "1")
"""What such a variable does not change where the locale's encoding is UTF-8."""

HARNESS: Final = (
    "_pytest.*",
    *(each.value for each in entry_points(group="pytest11")),
    *("behave.runner", "alembic.command", "pgharness.*"),
)
"""What small projects import."""

PATIENCE: Final = 120
"""Seconds after which a run counts as hanging and is killed."""


@dataclass
class ForkedRun:
    """A run in a fork that has begun."""

    pid: int
    _answers: IO[str] = field(repr=False)

    def send_signal(self, number: int) -> None:
        """Send it a signal, but none to its children."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it; what it has started goes on."""
        self.send_signal(signal.SIGKILL)

    def wait(self) -> int:
        """Return the exit code, or minus the number of the signal that ended it."""
        with self._answers:
            return int(self._answers.readline())


class ForkServer:
    """A process that forks itself for one run after the other."""

    def __init__(self, preloaded: Sequence[str], variables: Mapping[str, str]) -> None:
        """Start it, with the variables that an interpreter reads; it ends with this process."""
        self._orders, theirs = socket.socketpair()
        others = {k: v for k, v in os.environ.items() if not k.startswith(OF_THE_INTERPRETER)}
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("forking.py")), *preloaded],
                env=others | dict(variables),
                cwd=ROOT,
                stdin=theirs.fileno(),
                start_new_session=True,
            )

    def close(self) -> None:
        """End it."""
        self._orders.close()
        self._process.wait()

    def start(
        self, arguments: Sequence[str], folder: Path, env: Mapping[str, str], streams: Sequence[int]
    ) -> ForkedRun:
        """Begin to run a module with its arguments; `streams` are the three standard ones."""
        order = {
            "arguments": [*arguments],
            "folder": str(folder),
            "environment": dict(env),
            "patience": PATIENCE,
        }
        ours, theirs = socket.socketpair()
        with ours, theirs:
            socket.send_fds(self._orders, [b"."], [*streams, theirs.fileno()])
            answers = ours.makefile("rw", encoding="utf-8")
        print(json.dumps(order), file=answers, flush=True)
        return ForkedRun(int(answers.readline()), answers)


_started: Final[dict[tuple[Sequence[str], frozenset[tuple[str, str]], bool], ForkServer]] = {}


@pytest.fixture(scope="session", autouse=True)
def fork_servers() -> Iterator[None]:
    """End all servers after the tests of this process."""
    yield
    while _started:
        _started.popitem()[1].close()


def start(
    module: str,
    *arguments: str,
    folder: Path,
    env: Mapping[str, str],
    streams: Sequence[int],
    preloaded: Sequence[str] = HARNESS,
) -> ForkedRun:
    """Begin to run a module in a folder; `streams` are its three standard streams."""
    variables = {k: v for k, v in env.items() if k.startswith(OF_THE_INTERPRETER)}
    if locale.getencoding() == "utf-8":
        variables = {k: v for k, v in variables.items() if (k, v) != NO_CHANGE}
    which = preloaded, frozenset(variables.items()), breaking.VARIABLE in env
    if which not in _started:
        _started[which] = ForkServer(preloaded, variables)
    return _started[which].start([module, *arguments], folder, env, streams)


def run(
    module: str,
    *arguments: str,
    folder: Path,
    env: Mapping[str, str] | None = None,
    preloaded: Sequence[str] = HARNESS,
) -> subprocess.CompletedProcess[str]:
    """Run a module in a folder, without input; both outputs are one.

    A fault that the environment names is injected in the fork. With another locale than ours it is
    an interpreter of its own: that chooses the encoding of its streams when it starts.
    """
    env = os.environ if env is None else env
    if _locale(env) != _locale(os.environ):
        return run_alone(module, *arguments, folder=folder, env=env)
    reading, writing = os.pipe()
    with (
        os.fdopen(reading, encoding="utf-8", errors="replace") as output,
        Path(os.devnull).open("rb") as nothing,
    ):
        streams = nothing.fileno(), writing, writing
        try:
            begun = start(
                module, *arguments, folder=folder, env=env, streams=streams, preloaded=preloaded
            )
        finally:
            os.close(writing)
        text = output.read()
    return subprocess.CompletedProcess([module, *arguments], begun.wait(), text)


def _locale(env: Mapping[str, str]) -> dict[str, str]:
    return {k: v for k, v in env.items() if k.startswith(("LC_", "LANG"))}


def run_alone(
    module: str, *arguments: str, folder: Path, env: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a module in a folder as `run` does, in an interpreter of its own."""
    return subprocess.run(
        [*breaking.program(module), *arguments],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        timeout=PATIENCE,
        check=False,
    )
