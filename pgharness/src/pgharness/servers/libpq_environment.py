"""libpq's environment variables, which set up every connection of a process and its children.

A server of our own ignores them all. A server given by its URL is reached as they say, but what a
session is like is ours: those that set it are ignored there too.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from psycopg.pq import Conninfo

SESSION: Final = frozenset({"PGCLIENTENCODING", "PGDATESTYLE", "PGGEQO", "PGTZ"})
"""What libpq sends as the session's settings; it would be stronger than the same in `options`."""

FILES: Final = frozenset({"PGLOCALEDIR", "PGSERVICEFILE", "PGSYSCONFDIR"})

ALL: Final = (
    SESSION
    | FILES
    | {option.envvar.decode() for option in Conninfo.get_defaults() if option.envvar}
)
"""Every variable that libpq reads: its own list, and those that are no connection parameters."""


_taken: Final[Counter[str]] = Counter()


@contextmanager
def without(names: frozenset[str]) -> Iterator[None]:
    """Take variables out of the environment, this process's and its children's, for a while."""
    taken = {name: os.environ.pop(name) for name in names if name in os.environ}
    _taken.update(taken.keys())
    try:
        yield
    finally:
        _taken.subtract(taken.keys())
        os.environ.update(taken)


def taken_out() -> list[str]:
    """Return which variables this process was given, and does without at the moment."""
    return sorted(+_taken)
