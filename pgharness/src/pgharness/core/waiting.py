"""Polling the server for a condition, up to a deadline."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

import psycopg

Found = TypeVar("Found")

WAIT_SECONDS: Final = 10.0
"""The deadline in seconds."""


def wait_for(seek: Callable[[], Found | None], complaint: str) -> Found:
    """Call `seek` until it returns a value; fail with `complaint` after `WAIT_SECONDS`."""
    deadline = time.monotonic() + WAIT_SECONDS
    while (found := seek()) is None:
        assert time.monotonic() < deadline, complaint
    return found


def waits(observer: psycopg.Connection, pid: int) -> bool:
    """Return whether another process holds a lock that the connection waits for."""
    found = observer.execute(
        "SELECT FROM pg_stat_activity WHERE pid = %s AND cardinality(pg_blocking_pids(pid)) > 0",
        [pid],
    )
    return found.rowcount > 0


def cancel_when_waiting(observer: psycopg.Connection, pid: Callable[[], int | None]) -> None:
    """Cancel a connection's statement as soon as it waits for a lock.

    `pid` returns the server process, or None while it is not known yet.
    """

    def waiting() -> int | None:
        known = pid()
        return known if known is not None and waits(observer, known) else None

    observer.execute(
        "SELECT pg_cancel_backend(%s)", [wait_for(waiting, "the statement never came to wait")]
    )
