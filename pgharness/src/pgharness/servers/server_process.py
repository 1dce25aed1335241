"""The processes of an embedded server: which one serves a data directory, and how they end."""

import os
import signal
from pathlib import Path
from typing import Final

import psutil

STOP_DEADLINE: Final = 15.0
NUMBER_MAX: Final = 10
"""Digits in the number of a process."""


def runs(process: psutil.Process) -> bool:
    """Tell whether a process can still do anything: a dead one may wait long to be buried."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def of(data: Path) -> psutil.Process | None:
    """Return the server process of this data directory, never another that got its number.

    The number is the word of the directory's owner, who may have put anything in its place.
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
    """Ask for a fast shutdown; kill what has not ended by the deadline."""
    family = [server, *server.children(recursive=True)]
    server.send_signal(signal.SIGINT)
    _, alive = psutil.wait_procs(family, STOP_DEADLINE)
    for process in alive:
        process.kill()
