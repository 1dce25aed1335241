"""`uv run python -m benchmarks.reset`: the time to empty a database.

It uses the service's schema on temporary servers: with data on disk and in memory, without
durability, as in tests, and with PostgreSQL's defaults. It prints the median of each alternative
and of its reference, which alternate. It takes some minutes.
"""

import itertools
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql
from psycopg.pq import ExecStatus
from sqlalchemy import URL

from benchmarks._server import verdict
from features.support import data
from features.support.service import MIGRATIONS
from pgharness.core import exits
from pgharness.core.run_directory import DISK, MEMORY, Run
from pgharness.databases import ownership
from pgharness.databases.templates import RunDatabases
from pgharness.reset import reset
from pgharness.reset.plan import Choice, Plan
from pgharness.reset.reset import Reset
from pgharness.servers import embedded, provision

TURNS: Final = 10
IN_A_ROW: Final = 10
MANY: Final = 100_000

SWEEP: Final = (150, 500, 1_000, 5_000)
"""Rows of one table that are deleted, and truncated."""

LIMIT: Final = 1.5
"""Milliseconds."""
TRUNCATE_RATIO: Final = 20
CLONE_RATIO: Final = 30

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
MORE: Final = """
    INSERT INTO tasks (owner_id, title, payload, created_at)
    SELECT min(id), 'Task ' || n, 'null', now()
      FROM users, generate_series(1, {}) AS n GROUP BY n
"""
ROWS: Final = {
    "events": """
        INSERT INTO events (owner_id, type, payload, created_at)
        SELECT min(id), 'import.finished', '{}', now()
          FROM users, generate_series(1, %s) AS n GROUP BY n
    """,
    "tasks": """
        INSERT INTO tasks (owner_id, title, payload, created_at)
        SELECT min(id), 'Task ' || n, '{}', now()
          FROM users, generate_series(1, %s) AS n GROUP BY n
    """,
}
"""Rows in a table that no other refers to, and in one that is truncated with its children."""

TWELVE: Final = ";".join(
    f"CREATE TABLE t{n} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    f" parent bigint REFERENCES t{max(1, n // 2)}, title text NOT NULL)"
    for n in range(1, 13)
)
"""Twelve tables that refer to each other, each with a sequence."""
WRITTEN: Final[dict[str, tuple[int, ...]]] = {"0": (), "3": (1, 2, 4), "12": tuple(range(1, 13))}


Works = tuple[tuple[psycopg.Connection, Callable[[], object]], ...]
"""The connection that writes rows, and the function that is measured."""


def main() -> None:
    """Run the benchmark and print the results."""
    for place, where in ((DISK, "on disk"), (MEMORY, "in memory")):
        if not place.is_dir():
            print(f"There is no {place}: nothing is measured {where}.")
            continue
        measure(place, where)


def measure(place: Path, where: str) -> None:
    """Measure with the data of the servers in one folder."""
    with ExitStack() as cleanups:
        run = Run.begin(place)
        cleanups.callback(run.close)
        quick = embedded.start(run, cleanups)
        durable = embedded.start_durable(quick, run, "durable", cleanups)
        for server, what in ((quick, "without durability"), (durable, "with durability")):
            print(f"PostgreSQL {provision.check(server.url)}, embedded, {where}, {what}")
            Ground(server.url, run.id, cleanups).measure()
            compare_with_plain_statements(server.url, run.id)


class TwelveTables:
    """A migrator of twelve tables."""

    def fingerprint(self) -> str:
        """Return a constant: the schema never changes."""
        return "twelve"

    def migrate(self, url: URL) -> None:
        """Make the tables."""
        with provision.connect(url) as connection:
            connection.execute(TWELVE.encode())


class PlainReset:
    """A reset in two round trips: one SELECT, and one message of several plain statements.

    A lower bound: it checks the mark and the catalogue before and after, and fails if rows are
    left. But it restores no sequence after an error, makes no second pass, truncates nothing,
    refreshes no view and ignores concurrent changes. These would need a third round trip.
    """

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        identity = ownership.guard(connection)
        self._plan = plan = Plan(connection, Choice())
        counts = sql.SQL(", ").join(
            sql.SQL("(SELECT count(*) FROM (SELECT FROM {} LIMIT 1001) AS these)").format(
                sql.SQL(plan.map.source(table))
            )
            for table in plan.tables
        )
        stamp = sql.SQL("{} = {}").format(sql.SQL(plan.stamp), plan.stamped)
        objects = sql.SQL(plan.large_objects)
        look = sql.SQL(
            "SELECT ({}) = {} AND {} AND {} AND NOT {}, ARRAY[{}]::int[], {}, true = ANY ({})"
        ).format(
            sql.SQL(ownership.COMMENT_OF.format(oid=identity.oid)),
            identity.comment,
            sql.SQL(plan.names_hold),
            stamp,
            objects,
            counts,
            plan.positions,
            plan.dangling,
        )
        check = sql.SQL(
            "SELECT 1 / (NOT true = ANY ({}) AND NOT {} AND {} = {} AND {})::int"
        ).format(plan.dirty, objects, plan.positions, plan.beginnings, stamp)
        for name, query in (("look", look), ("verify", check)):
            connection.execute(sql.SQL("PREPARE {} AS {}").format(sql.SQL(name), query))

    def __call__(self) -> None:
        """Reset the database."""
        looked = self._connection.pgconn.exec_prepared(b"look", None)
        assert looked.status == ExecStatus.TUPLES_OK, looked.error_message
        same, counts, positions, dangling = (
            (looked.get_value(0, n) or b"").decode() for n in range(4)
        )
        assert (same, dangling) == ("t", "f"), "it is another database now"
        counted = counts.strip("{}").split(",")
        stand = positions.strip("{}").replace('"', "").split(",")
        deletions = [
            f"DELETE FROM {self._plan.map.source(table)}"  # noqa: S608 (of ours)
            for table, count in zip(self._plan.tables, counted, strict=True)
            if count != "0"
        ]
        restarts = [
            one.restart.replace("done :=", "SELECT")
            for one, at in zip(self._plan.sequences, stand, strict=True)
            if at != str(one.beginning)
        ]
        if not (deletions or restarts):
            return
        settings = "SET LOCAL row_security = off; SET LOCAL lock_timeout = '10s'"
        ending = ("SET CONSTRAINTS ALL IMMEDIATE", *restarts, "EXECUTE verify", "COMMIT")
        statements = ";".join(("BEGIN", settings, *deletions, *ending))
        done = self._connection.pgconn.exec_(statements.encode())
        assert done.status == ExecStatus.COMMAND_OK, done.error_message


def compare_with_plain_statements(server: URL, run: str) -> None:
    """Compare the function with two round trips of plain statements, in alternation."""
    with ExitStack() as cleanups:
        databases = RunDatabases(server, run, TwelveTables())
        databases.open(cleanups)
        one, other = (databases.clone(name, cleanups) for name in ("function", "plain"))
        writers = [cleanups.enter_context(provision.connect(url)) for url in (one, other)]
        emptiers = [cleanups.enter_context(reset.connect(url)) for url in (one, other)]
        function, plain = Reset(emptiers[0]), PlainReset(emptiers[1])
        ways: Works = ((writers[0], function), (writers[1], plain))
        for number, tables in WRITTEN.items():
            written = ";".join(
                f"INSERT INTO t{n} (parent, title)"  # noqa: S608 (of ours)
                f" SELECT (SELECT min(id) FROM t{n // 2 or 1}), 'x' FROM generate_series(1, 3)"
                for n in tables
            )
            seconds: tuple[list[float], list[float]] = ([], [])
            for turn in range(-TURNS, 40 * TURNS):
                for (writer, work), taken in zip(ways, seconds, strict=True):
                    writer.execute(written.encode())
                    needed = _timed(work)
                    if turn >= 0:
                        taken.append(needed)
            of_function, of_plain = (statistics.median(each) * 1000 for each in seconds)
            least, least_plain = (statistics.quantiles(each, n=10)[0] * 1000 for each in seconds)
            print(
                f"  {number} of 12 tables written: by the function {of_function:.2f} ms, by plain"
                f" statements {of_plain:.2f} ms, {1 - of_function / of_plain:.0%} saved"
                f" (a tenth is quicker than {least:.2f} ms and {least_plain:.2f} ms)"
            )


class Ground:
    """Two clones of the template: one that is reset, and one that is truncated."""

    def __init__(self, server: URL, run: str, cleanups: ExitStack) -> None:
        self._databases = RunDatabases(server, run, MIGRATIONS)
        self._databases.open(cleanups)
        one, other = (self._databases.clone(name, cleanups) for name in ("reset", "truncated"))
        self._one = cleanups.enter_context(provision.connect(one))
        self._other = cleanups.enter_context(provision.connect(other))
        self._unasked = cleanups.enter_context(reset.connect(other))
        self._reset = Reset(cleanups.enter_context(reset.connect(one)))
        tables = ", ".join(data.tables(self._other))
        self._truncation = f"TRUNCATE {tables} RESTART IDENTITY".encode()

    def measure(self) -> None:
        """Print the medians and whether they are within the bounds."""
        resets, truncations = self._in_turns(FEW, self._truncate, IN_A_ROW)
        milliseconds = statistics.median(resets) * 1000
        print(
            f"  Reset after rows in 3 tables: {milliseconds:.2f} ms"
            f" (at most {LIMIT}: {verdict(milliseconds <= LIMIT)})"
        )
        _compare("one TRUNCATE of all tables", resets, truncations, TRUNCATE_RATIO)
        clones = [_timed(self._clone) for _ in range(2 * TURNS)]
        _compare("a new clone, connected to and dropped", resets, clones, CLONE_RATIO)
        resets, truncations = self._in_turns(f"{FEW}; {MORE.format(MANY)}", self._truncate, 1)
        _compare(f"one TRUNCATE, after {MANY:,} rows", resets, truncations, 1)
        self.sweep()

    def sweep(self) -> None:
        """Compare DELETE and TRUNCATE of the rows of one table."""
        for table, rows in itertools.product(ROWS, SWEEP):
            ways = (
                (self._other, f"DELETE FROM {table}"),  # noqa: S608 (of ours)
                (self._unasked, f"DELETE FROM {table}"),  # noqa: S608
                (self._other, f"TRUNCATE {table} CASCADE"),
            )
            seconds = [[self._emptied(table, rows, *way) for way in ways] for _ in range(TURNS)]
            asked, unasked, truncated = (
                statistics.median(each) * 1000 for each in zip(*seconds, strict=True)
            )
            print(
                f"  {rows:,} rows of {table}: deleted in {asked:.2f} ms, with triggers off in"
                f" {unasked:.2f} ms, truncated in {truncated:.2f} ms"
            )

    def _emptied(self, table: str, rows: int, connection: psycopg.Connection, way: str) -> float:
        """Return the seconds to empty a table of a nearly empty database."""
        self._truncate()
        self._other.execute(FEW)
        self._other.execute(ROWS[table], [rows])
        return _timed(lambda: connection.execute(way.encode()))

    def _truncate(self) -> None:
        self._other.execute(self._truncation, prepare=False)

    def _clone(self) -> None:
        with ExitStack() as cleanups:
            provision.connect(self._databases.clone("further", cleanups)).close()

    def _in_turns(
        self, written: str, instead: Callable[[], object], in_a_row: int
    ) -> tuple[list[float], list[float]]:
        """Write rows, then reset one database and measure the alternative in the other.

        They alternate in groups: cache invalidations by one must not slow down the other.
        """
        seconds: tuple[list[float], list[float]] = ([], [])
        works: Works = ((self._one, self._reset), (self._other, instead))
        for turn in range(-1, TURNS):
            for which, (connection, work) in enumerate(works):
                for _ in range(in_a_row):
                    connection.execute(written.encode())
                    taken = _timed(work)
                    if turn >= 0:
                        seconds[which].append(taken)
                    if connection is self._other:
                        self._truncate()
        return seconds


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _compare(with_what: str, resets: list[float], others: list[float], least: float) -> None:
    reset, other = statistics.median(resets), statistics.median(others)
    print(
        f"  {with_what} : reset, {other * 1000:.2f} ms : {reset * 1000:.2f} ms,"
        f" ratio {other / reset:.1f} (at least {least}: {verdict(other >= reset * least)})"
    )


if __name__ == "__main__":
    exits.program(main)
