"""A process that has loaded behave and the harness, and runs projects in forks of itself.

It takes orders, each a line of JSON; it answers with the process id of the run, and
when that has ended with its exit code. A run then begins at once.
"""

import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

import breaking

NEEDED: Final = (
    *("behave.__main__", "pgharness.adapters.behave.runner", "pgharness.adapters.behave.hooks"),
    *("pgharness.adapters.behave.environment", "pgharness.results.writing"),
)
PROGRAM: Final = (
    f"import sys; sys.path.extend({breaking.FOLDERS!r}); from loaded_behave import main; main()"
)
PATIENCE: Final = 60
"""Seconds after which a run counts as hanging and is killed."""


class LoadedBehave:
    """The process, as tests see it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )

    def start(
        self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], output: Path
    ) -> int:
        """Start a run in a folder; return its process id, which is that of its group, too."""
        order = {
            "arguments": [*arguments],
            "folder": str(folder),
            "environment": {**environment},
            "output": str(output),
        }
        assert self._process.stdin is not None
        print(json.dumps(order), file=self._process.stdin, flush=True)
        return self._answer()

    def wait(self) -> int:
        """Return the exit code of the run that was started last, as `subprocess` has it."""
        return self._answer()

    def _answer(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """End the process."""
        self._process.communicate(timeout=PATIENCE)


def run(order: Mapping[str, Any]) -> NoReturn:
    """Be a run of behave, from its start to its end."""
    code: object = 1
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.alarm(PATIENCE)
        output = os.open(order["output"], os.O_CREAT | os.O_WRONLY, 0o600)
        for number in (1, 2):
            os.dup2(output, number)
        os.close(output)
        os.chdir(order["folder"])
        os.environ.update(order["environment"])
        tempfile.tempdir = None
        breaking.inject_from_environment()
        code = sys.modules["behave.__main__"].main(order["arguments"])
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001 (whatever it is, a fork must not return)
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


def main() -> None:
    """Load, then run what is ordered until nothing more will be."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in NEEDED:
        importlib.import_module(name)
    gc.freeze()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            run(json.loads(line))
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
