"""What it takes to empty the database of a test, by the reset and by other ways.

The schema is the service's, with 11 tables. Each way has a database of its own: the cache
invalidations of one must not slow down another.
"""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Final

import psycopg

from benchmarks.comparisons import plain_reset
from benchmarks.measuring.turns import Measuring, Timed, timed
from benchmarks.model import NOT_IN_QUICK, Benchmark, Comparison, Goal, Way
from features.support import data
from features.support.arrange import factories, given_work
from features.support.service import SERVICE
from features.support.world import World
from pgharness.core.run_directory import DISK, Run
from pgharness.databases.templates import RunDatabases
from pgharness.isolation.test_database import Database
from pgharness.reset import reset
from pgharness.reset.reset import Reset
from pgharness.servers import embedded, provision

SIZES: Final = (100, 1_000, 10_000, 100_000, 1_000_000)
QUICK_SIZES: Final = SIZES[:3]
MANY: Final = 100_000
"""From so many rows on, fewer turns are enough."""
SWEEP: Final = (150, 1_000, 5_000)
"""Rows of one table that are deleted, and truncated."""

RESET: Final = "pgharness: reset"
TRUNCATE: Final = "one TRUNCATE of all tables"
CLONE: Final = "a new clone, connected to and dropped"
EMPTIED: Final = "committed, reset"
ROLLED_BACK: Final = "rolled back"

FEW: Final = """
    WITH owners AS (
        INSERT INTO users (email, display_name, password_hash, created_at, changed_at)
        SELECT n || '@example.org', 'Ada ' || n, '$argon2id$x', now(), now()
          FROM generate_series(1, 3) AS n RETURNING id
    ), places AS (
        INSERT INTO projects (owner_id, path, slug, created_at)
        SELECT id, '/srv/q3', 'q3', now() FROM owners
    )
    INSERT INTO tasks (owner_id, title, payload, created_at)
    SELECT id, 'Import Q3 figures', '{}', now() FROM owners
"""
"""The rows that a test leaves, in three tables."""
ROWS: Final = {
    "events": """
        INSERT INTO events (owner_id, type, payload, created_at)
        SELECT first, 'import.finished', '{}', now()
          FROM (SELECT min(id) AS first FROM users) AS u, generate_series(1, %s)
    """,
    "tasks": """
        INSERT INTO tasks (owner_id, title, payload, created_at)
        SELECT first, 'Task ' || n, '{}', now()
          FROM (SELECT min(id) AS first FROM users) AS u, generate_series(1, %s) AS n
    """,
}
"""Rows in a table that no other refers to, and in one that is truncated with its children."""


class Ground:
    """Clones of the template: one is reset, one is truncated, and further ones are made."""

    def __init__(self, databases: RunDatabases, name: str, cleanups: ExitStack) -> None:
        self._databases = databases
        self._name = name
        one, other = (databases.clone(f"{way}_{name}", cleanups) for way in ("reset", "truncated"))
        self.to_reset = cleanups.enter_context(provision.connect(one))
        self.to_truncate = cleanups.enter_context(provision.connect(other))
        self.without_triggers = cleanups.enter_context(reset.connect(other))
        self.reset = Reset(cleanups.enter_context(reset.connect(one)))
        tables = ", ".join(data.tables(self.to_truncate))
        self._truncation = f"TRUNCATE {tables} RESTART IDENTITY".encode()

    def truncate(self) -> None:
        """Empty all tables."""
        self.to_truncate.execute(self._truncation, prepare=False)

    def clone(self) -> None:
        """Make a clone, connect to it and drop it."""
        with ExitStack() as cleanups:
            provision.connect(self._databases.clone(f"more_{self._name}", cleanups)).close()

    def ways(self, write: Callable[[psycopg.Connection], object]) -> dict[str, Timed]:
        """Return the two ways to empty a database into which rows were written."""

        def emptied(connection: psycopg.Connection, work: Callable[[], object]) -> float:
            write(connection)
            return timed(work)

        return {
            TRUNCATE: partial(emptied, self.to_truncate, self.truncate),
            RESET: partial(emptied, self.to_reset, self.reset),
        }

    def emptied_by(self, statement: str, table: str, rows: int, *, triggers: bool = True) -> float:
        """Return the seconds in which a statement empties one table of a nearly empty database."""
        self.truncate()
        self.to_truncate.execute(FEW)
        self.to_truncate.execute(ROWS[table].encode(), [rows])
        connection = self.to_truncate if triggers else self.without_triggers
        return timed(lambda: connection.execute(statement.encode()))


def measure(bench: Measuring) -> None:
    """Measure all comparisons of the reset."""
    ground = Ground(bench.server.service, "quick", bench.cleanups)
    _measure_few(bench, ground)
    _measure_durable(bench)
    _measure_sizes(bench, ground)
    plain_reset.measure(bench)
    _measure_worlds(bench)
    turns = bench.pick(10, 3)
    for table in ROWS:
        for rows in SWEEP:
            ways: dict[str, Timed] = {
                "DELETE": partial(ground.emptied_by, f"DELETE FROM {table}", table, rows),  # noqa: S608 (of ours)
                "DELETE, triggers off": partial(
                    ground.emptied_by,
                    f"DELETE FROM {table}",  # noqa: S608 (of ours)
                    table,
                    rows,
                    triggers=False,
                ),
                "TRUNCATE": partial(ground.emptied_by, f"TRUNCATE {table} CASCADE", table, rows),
            }
            bench.alternate(f"{table}, {rows:,}", ways, turns)


def _measure_few(bench: Measuring, ground: Ground) -> None:
    ways = {**ground.ways(_write_few), CLONE: lambda: timed(ground.clone)}
    bench.alternate("few", ways, bench.pick(10, 2), group=bench.pick(5, 2))


def _measure_durable(bench: Measuring) -> None:
    """Measure on a server with the defaults of PostgreSQL and its data on disk."""
    with ExitStack() as cleanups:
        run = Run.begin(DISK)
        cleanups.callback(run.close)
        embedded_ = embedded.start(run, cleanups)
        durable = embedded.start_durable(embedded_, run, "durable", cleanups)
        databases = RunDatabases(durable.url, run.id, SERVICE.migrator)
        databases.open(cleanups)
        ways = Ground(databases, "durable", cleanups).ways(_write_few)
        bench.alternate("durable", ways, bench.pick(10, 2), group=bench.pick(3, 1))


def _measure_sizes(bench: Measuring, ground: Ground) -> None:
    sizes = bench.pick(SIZES, QUICK_SIZES)
    for connection in (ground.to_reset, ground.to_truncate):
        # Foreign keys are not the subject, and would take most of the time to insert the rows.
        connection.execute("SET session_replication_role = replica")
    for size in SIZES:
        if size not in sizes:
            for way in (TRUNCATE, RESET):
                bench.leave_out(_rows(size), way, NOT_IN_QUICK)
            continue
        turns = bench.pick(3 if size > MANY else 5 if size == MANY else 10, 2)
        bench.alternate(_rows(size), ground.ways(partial(_write_many, size)), turns)
    for connection in (ground.to_reset, ground.to_truncate):
        connection.execute("RESET session_replication_role")


def _write_few(connection: psycopg.Connection) -> None:
    connection.execute(FEW)


def _write_many(rows: int, connection: psycopg.Connection) -> None:
    connection.execute(FEW)
    connection.execute(ROWS["events"].encode(), [rows])


def _rows(size: int) -> str:
    return f"{size:,} rows"


def _measure_worlds(bench: Measuring) -> None:
    """Measure what the harness does before and after a test, without the test."""
    emptied, rolled_back = (_database(bench, name) for name in ("emptied", "rolled_back"))

    def after_emptying() -> World:
        emptied.empty()
        return emptied.world()

    ways: dict[str, Timed] = {
        EMPTIED: lambda: _around_a_test(after_emptying),
        ROLLED_BACK: lambda: _around_a_test(rolled_back.rolled_back_world),
    }
    bench.alternate("world", ways, bench.pick(300, 20), warm_up=bench.pick(30, 2))


def _database(bench: Measuring, name: str) -> Database[World]:
    clone = partial(bench.server.service.clone, name, bench.cleanups)
    database = Database(clone, SERVICE)
    bench.cleanups.callback(database.disconnect)
    return database


def _around_a_test(begin: Callable[[], World]) -> float:
    worlds: list[World] = []
    before = timed(lambda: worlds.append(begin()))
    (world,) = worlds
    factories.account(world, "Ada")
    given_work.project(world, "Ada", "engine")
    given_work.task(world, "Ada", "Water the plants")
    return before + timed(world.close)


BOTH: Final = (Way(TRUNCATE), Way(RESET, Goal(1.0)))
BENCHMARK: Final = Benchmark(
    name="reset",
    title="Emptying the database of a test",
    comparisons=(
        Comparison(
            "few",
            "to empty a database: 3 of 11 tables have rows",
            "ms",
            (Way(TRUNCATE), Way(RESET, Goal(1.5, of_ratio=False)), Way(CLONE)),
        ),
        Comparison("durable", "the same, on disk, with PostgreSQL's durable settings", "ms", BOTH),
        *(
            Comparison(_rows(size), f"to empty a database: {size:,} rows", "ms", BOTH)
            for size in SIZES
        ),
        *plain_reset.COMPARISONS,
        Comparison(
            "world",
            "all that the harness does around a test: an account, a project, a task",
            "ms",
            (Way(EMPTIED), Way(ROLLED_BACK)),
        ),
        *(
            Comparison(
                f"{table}, {rows:,}",
                f"to empty one table: {rows:,} rows of `{table}`",
                "ms",
                (Way("TRUNCATE"), Way("DELETE"), Way("DELETE, triggers off")),
            )
            for table in ROWS
            for rows in SWEEP
        ),
    ),
    measure=measure,
)
