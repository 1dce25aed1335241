"""Remove libpq's environment variables, which apply to all connections of a process.

All of them are removed for a server that the run starts. For a server given by its URL, those that
help to connect stay; those that set the session are removed.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from psycopg.pq import Conninfo

SESSION: Final = frozenset({"PGCLIENTENCODING", "PGDATESTYLE", "PGGEQO", "PGTZ"})
"""Variables that libpq sends as settings of the session; they override those in `options`."""

FILES: Final = frozenset({"PGLOCALEDIR", "PGSERVICEFILE", "PGSYSCONFDIR"})

ALL: Final = (
    SESSION
    | FILES
    | {option.envvar.decode() for option in Conninfo.get_defaults() if option.envvar}
)
"""All variables that libpq reads."""


_taken: Final[Counter[str]] = Counter()


@contextmanager
def without(names: frozenset[str]) -> Iterator[None]:
    """Remove variables from the environment of this process and its children in this block."""
    taken = {name: os.environ.pop(name) for name in names if name in os.environ}
    _taken.update(taken.keys())
    try:
        yield
    finally:
        _taken.subtract(taken.keys())
        os.environ.update(taken)


def environment_without(names: frozenset[str]) -> dict[str, str]:
    """Return the environment of this process without these variables, for a child."""
    return {name: value for name, value in os.environ.items() if name not in names}


def taken_out() -> list[str]:
    """Return the names of the variables that are removed at the moment."""
    return sorted(+_taken)
