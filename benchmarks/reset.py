"""`uv run python -m benchmarks.reset`: what it costs to get back to an empty database.

On two servers of its own, one without durability, as scenarios have, and one with PostgreSQL's own
settings. Whatever is compared is done in turns, after the same rows were written, so that all
meet the same machine; what is printed is the median of each, and of the turns' ratios. It takes a
minute or two and leaves nothing.
"""

import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy import URL

from features.support import embedded, postgres
from features.support.databases import Databases
from features.support.reset import Reset
from features.support.run import Run

TABLES: Final = tuple(f"t{number:02}" for number in range(12))
"""Each refers to the one before it."""
TOUCHED: Final = 3
TURNS: Final = 100
CLONES: Final = 20
MANY: Final = 100_000
MANY_TURNS: Final = 9

LIMIT: Final = 1.5
"""Milliseconds."""
TRUNCATE_RATIO: Final = 20
CLONE_RATIO: Final = 30

SCHEMA: Final = "; ".join(
    f"CREATE TABLE {table} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text UNIQUE,"
    f" parent bigint {f'REFERENCES {before} ON DELETE CASCADE' if before else ''});"
    f" CREATE INDEX ON {table} (parent)"
    for table, before in zip(TABLES, (None, *TABLES), strict=False)
)
TRUNCATE: Final = f"TRUNCATE {', '.join(TABLES)} RESTART IDENTITY"


def main() -> None:
    """Measure, and print what was measured."""
    with ExitStack() as cleanups:
        run = Run.begin()
        cleanups.callback(run.close)
        quick = embedded.start(run, cleanups)
        durable = embedded.start_durable(quick, run, "durable", cleanups)
        for server, what in ((quick, "without durability"), (durable, "with durability")):
            print(f"PostgreSQL {postgres.check(server.url)}, embedded, {what}")
            Ground(server.url, run.id, cleanups).measure()


class Ground:
    """Two databases of twelve tables: one that is reset, and one that is truncated.

    In one database each would pay for what the other invalidates.
    """

    def __init__(self, server: URL, run: str, cleanups: ExitStack) -> None:
        self._databases = Databases(server, run)
        self._databases.open(cleanups)
        self._template = self._databases.empty("ground", cleanups)
        with postgres.connect(self._template) as connection:
            connection.execute(SCHEMA.encode())
        self._one, self._other = (
            cleanups.enter_context(
                postgres.connect(self._databases.copy(self._template, name, cleanups))
            )
            for name in ("reset", "truncated")
        )
        self._reset = Reset(self._one)

    def measure(self) -> None:
        """Print the medians and whether they hold."""
        resets, truncations = self._in_turns(touch, self._truncate, TURNS)
        milliseconds = statistics.median(resets) * 1000
        print(
            f"  Reset after {TOUCHED} of {len(TABLES)} tables: {milliseconds:.2f} ms"
            f" (at most {LIMIT}: {verdict(milliseconds <= LIMIT)})"
        )
        self._compare("one TRUNCATE of all tables", resets, truncations, TRUNCATE_RATIO)
        resets, clones = self._in_turns(touch, self._clone, CLONES)
        self._compare("a new clone, connected to and dropped", resets, clones, CLONE_RATIO)
        resets, truncations = self._in_turns(crowd, self._truncate, MANY_TURNS)
        self._compare(f"one TRUNCATE, after {MANY:,} rows", resets, truncations, 1)

    def _truncate(self) -> None:
        self._other.execute(TRUNCATE, prepare=False)

    def _clone(self) -> None:
        with ExitStack() as cleanups:
            url = self._databases.copy(self._template, "clone", cleanups)
            postgres.connect(url).close()

    def _in_turns(
        self,
        write: Callable[[psycopg.Connection], object],
        instead: Callable[[], object],
        turns: int,
    ) -> tuple[list[float], list[float]]:
        """Write rows, then reset in one database and do something else in the other, in turns."""
        seconds: tuple[list[float], list[float]] = ([], [])
        works = (self._reset, instead)
        for number in range(-max(turns // 10, 1), turns):
            write(self._one)
            write(self._other)
            for which in (0, 1) if number % 2 else (1, 0):
                began = time.perf_counter()
                works[which]()
                if number >= 0:
                    seconds[which].append(time.perf_counter() - began)
            self._truncate()
        return seconds

    @staticmethod
    def _compare(with_what: str, resets: list[float], others: list[float], least: float) -> None:
        ratio = statistics.median(
            other / reset for reset, other in zip(resets, others, strict=True)
        )
        print(
            f"  {with_what} : reset, {statistics.median(others) * 1000:.2f} ms :"
            f" {statistics.median(resets) * 1000:.2f} ms, ratio {ratio:.1f}"
            f" (at least {least}: {verdict(ratio >= least)})"
        )


def touch(connection: psycopg.Connection) -> None:
    """Leave what a scenario leaves: a few rows in three tables."""
    for number, table in enumerate(TABLES[:TOUCHED]):
        write(connection, table, 3, sql.SQL("n") if number else sql.NULL)


def crowd(connection: psycopg.Connection) -> None:
    """Leave a hundred thousand rows in the middle of it."""
    touch(connection)
    write(connection, TABLES[TOUCHED], MANY, sql.SQL("1"))


def write(connection: psycopg.Connection, table: str, rows: int, parent: sql.Composable) -> None:
    """Write so many rows into a table."""
    connection.execute(
        sql.SQL(
            "INSERT INTO {} (name, parent) SELECT n, {} FROM generate_series(1, {}) AS n"
        ).format(sql.Identifier(table), parent, rows)
    )


def verdict(holds: bool) -> str:  # noqa: FBT001 (it is what is said)
    """Return in words whether something holds."""
    return "holds" if holds else "DOES NOT HOLD"


if __name__ == "__main__":
    main()
