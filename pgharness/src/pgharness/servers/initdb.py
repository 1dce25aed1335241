"""initdb of an embedded server, in a process that runs beside this one."""

import os
import pwd
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import psutil

from pgharness.core.errors import HarnessError
from pgharness.core.exits import interruptions
from pgharness.servers import libpq_environment
from pgharness.servers.own_server import ROLE
from pgharness.servers.server_process import STOP_DEADLINE

DATA: Final = "data"
"""The folder of the data in a server's home."""

ITERATIONS: Final = 1
"""Of SCRAM (RFC 5802). More would slow down each login of ours by 2 ms, and are of use only against
the guessing of passwords; those of the harness are random.
"""


class Initdb:
    """Creates a data directory with the builtin locale C.UTF-8, which all machines have."""

    def __init__(self, home: Path, binaries: Path, owner: pwd.struct_passwd | None) -> None:
        self._home = home
        self._program = binaries / "initdb"
        self._owner = owner
        self._process: subprocess.Popen[str] | None = None

    def begin(self, password: str) -> None:
        """Start the process; `abandon` must be registered as a cleanup before."""
        with tempfile.TemporaryFile("w", dir=self._home, encoding="ascii") as password_file:
            password_file.write(password)
            password_file.flush()
            password_file.seek(0)
            number = password_file.fileno()
            if self._owner is not None:
                os.fchown(number, self._owner.pw_uid, self._owner.pw_gid)
            # An interruption in between would leave a process that is not ended.
            with interruptions.held_back():
                self._process = self._started(number)

    def _started(self, password: int) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [
                self._program,
                *("-D", self._home / DATA, "-U", ROLE, "--pwfile", f"/dev/fd/{password}"),
                *("--auth=scram-sha-256", "--no-sync", "--encoding=UTF8"),
                *("--set", f"scram_iterations={ITERATIONS}"),
                *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,  # less than a pipe holds
            encoding="utf-8",
            errors="replace",
            pass_fds=[password],
            env=libpq_environment.environment_without(libpq_environment.ALL),
            start_new_session=True,  # `abandon` ends the whole group
            **run_as(self._owner),
        )

    def finish(self) -> None:
        """Wait for the end of the process. Raises `HarnessError` if it failed."""
        if self._process is None:
            return
        _, errors = self._process.communicate()
        code, self._process = self._process.returncode, None
        if code != 0:
            problem = (errors.strip() or "no reason given").splitlines()[0]
            raise HarnessError(f"initdb of the embedded server failed: {problem}.")

    def abandon(self) -> None:
        """End the process and its children, unless it has ended."""
        if self._process is None:
            return
        if self._process.poll() is None:
            with suppress(psutil.NoSuchProcess, ProcessLookupError):
                children = psutil.Process(self._process.pid).children(recursive=True)
                os.killpg(self._process.pid, signal.SIGKILL)
                psutil.wait_procs(children, STOP_DEADLINE)
        with self._process:  # closes the pipe
            self._process.wait(STOP_DEADLINE)
        self._process = None


def run_as(owner: pwd.struct_passwd | None) -> dict[str, Any]:
    """Return arguments of `subprocess` to run a program as `owner`, in a directory it may enter."""
    if owner is None:
        return {}
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": [], "cwd": "/"}
