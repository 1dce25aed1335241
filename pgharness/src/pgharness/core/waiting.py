"""Waiting for what the server is asked about, again and again, up to a deadline that fails."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

import psycopg

Found = TypeVar("Found")

PATIENCE: Final = 10.0
"""Seconds after which what does not come is an error of the scenario."""


def wait_for(seek: Callable[[], Found | None], complaint: str) -> Found:
    """Return what `seek` finds, as soon as it finds something."""
    deadline = time.monotonic() + PATIENCE
    while (found := seek()) is None:
        assert time.monotonic() < deadline, complaint
    return found


def waits(observer: psycopg.Connection, pid: int) -> bool:
    """Tell whether the server says that a connection waits for a lock of somebody's."""
    found = observer.execute(
        "SELECT FROM pg_stat_activity WHERE pid = %s AND cardinality(pg_blocking_pids(pid)) > 0",
        [pid],
    )
    return found.rowcount > 0


def cancel_when_waiting(observer: psycopg.Connection, pid: Callable[[], int | None]) -> None:
    """Cancel the statement of a connection, once it is known, as soon as it waits."""

    def waiting() -> int | None:
        known = pid()
        return known if known is not None and waits(observer, known) else None

    observer.execute(
        "SELECT pg_cancel_backend(%s)", [wait_for(waiting, "the statement never came to wait")]
    )
