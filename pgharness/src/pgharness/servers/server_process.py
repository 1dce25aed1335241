"""Find and stop the processes of an embedded server."""

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Final

import psutil

STOP_DEADLINE: Final = 15.0
NUMBER_MAX: Final = 10
"""The maximum number of digits of a process id."""


def runs(process: psutil.Process) -> bool:
    """Return whether a process is alive; a zombie is not."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def of(data: Path) -> psutil.Process | None:
    """Return the server process of a data directory, or None.

    The directory's owner may have written any process id: user and command line must match.
    """
    try:
        as_it_is = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        with os.fdopen(os.open(data / "postmaster.pid", as_it_is), "rb") as file:
            process = psutil.Process(int(file.readline(NUMBER_MAX)))
        is_owners = process.uids().real == data.stat().st_uid
        return process if is_owners and str(data) in process.cmdline() else None
    except (OSError, ValueError, psutil.Error):
        return None


def end(server: psutil.Process) -> None:
    """Request a fast shutdown; kill the processes that are alive after `STOP_DEADLINE`."""
    with suppress(psutil.NoSuchProcess):  # ended by itself
        family = [server, *server.children(recursive=True)]
        server.send_signal(signal.SIGINT)
        _, alive = psutil.wait_procs(family, STOP_DEADLINE)
        for process in alive:
            with suppress(psutil.NoSuchProcess):
                process.kill()
