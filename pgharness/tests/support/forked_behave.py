"""A process that has imported behave and the harness, and runs behave in forks of itself.

Each line of its input is one run, as JSON: the arguments, and the fault that the test injects. It
answers each with a line: the exit code. An import of its own would take each run a second.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from _pytest.monkeypatch import MonkeyPatch
from behave.__main__ import main as behave

import breaking

OUTPUT = "output.txt"


class Forks:
    """Runs behave in a folder, again and again."""

    def __init__(self, process: "subprocess.Popen[str]", folder: Path) -> None:
        self._process = process
        self._folder = folder

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run behave; return the exit code and what was printed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"arguments": arguments, "fault": os.environ.get(breaking.VARIABLE, "")}
        print(json.dumps(order), file=self._process.stdin, flush=True)
        code = int(self._process.stdout.readline())
        return code, (self._folder / OUTPUT).read_text("utf-8")


@contextmanager
def forks(folder: Path) -> Iterator[Forks]:
    """Start the process; it ends with the block."""
    path = os.pathsep.join([*breaking.FOLDERS, os.environ.get("PYTHONPATH", "")])
    process = subprocess.Popen(
        [sys.executable, "-m", "forked_behave"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:  # it ends when there is nothing more to read for it
        yield Forks(process, folder)


def run(arguments: list[str], fault: str) -> NoReturn:
    """Be a run of behave, from its start to its end."""
    code = 1
    try:
        output = os.open(OUTPUT, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        os.dup2(output, 1)
        os.dup2(output, 2)
        if fault:
            breaking.injection(fault)(MonkeyPatch())
        code = behave(arguments)
    except BaseException:  # noqa: BLE001 (whatever it is, a fork must not return)
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Run what is ordered until nothing more will be."""
    import pgharness.adapters.starting
    import pgharness.results.writing

    assert pgharness.adapters.starting, "it brings the runner"
    assert pgharness.results.writing, "and the reports"
    for line in sys.stdin:
        child = os.fork()
        if not child:
            run(**json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
