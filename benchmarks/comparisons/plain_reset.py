"""The reset beside its lower bound: two round trips of plain statements."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Final

import psycopg
from psycopg import sql
from psycopg.pq import ExecStatus
from sqlalchemy import URL

from benchmarks.measuring.turns import Measuring, timed
from benchmarks.model import Comparison, Way
from pgharness.databases import ownership
from pgharness.databases.templates import RunDatabases
from pgharness.reset import reset
from pgharness.reset.plan import Choice, Plan
from pgharness.reset.reset import Reset
from pgharness.servers import provision

FUNCTION: Final = "pgharness: reset"
PLAIN: Final = "two round trips of plain statements (incomplete)"

TWELVE: Final = ";".join(
    f"CREATE TABLE t{n} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    f" parent bigint REFERENCES t{max(1, n // 2)}, title text NOT NULL)"
    for n in range(1, 13)
)
"""Twelve tables that refer to each other, each with a sequence."""
WRITTEN: Final[dict[str, tuple[int, ...]]] = {"0": (), "3": (1, 2, 4), "12": tuple(range(1, 13))}


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


def measure(bench: Measuring) -> None:
    """Compare the reset's function with plain statements."""
    with ExitStack() as cleanups:
        databases = RunDatabases(bench.server.url, bench.server.run.id, TwelveTables())
        databases.open(cleanups)
        one, other = (databases.clone(name, cleanups) for name in ("function", "plain"))
        writers = [cleanups.enter_context(provision.connect(url)) for url in (one, other)]
        emptiers = [cleanups.enter_context(reset.connect(url)) for url in (one, other)]
        works: dict[str, Callable[[], object]] = {
            FUNCTION: Reset(emptiers[0]),
            PLAIN: PlainReset(emptiers[1]),
        }

        def emptied(way: str, written: bytes) -> float:
            writers[way == PLAIN].execute(written)
            return timed(works[way])

        for number, tables in WRITTEN.items():
            written = ";".join(
                f"INSERT INTO t{n} (parent, title)"  # noqa: S608 (of ours)
                f" SELECT (SELECT min(id) FROM t{n // 2 or 1}), 'x' FROM generate_series(1, 3)"
                for n in tables
            ).encode()
            ways = {way: partial(emptied, way, written) for way in works}
            bench.alternate(_name(number), ways, bench.pick(200, 10), warm_up=bench.pick(10, 2))


def _name(number: str) -> str:
    return f"{number} of 12"


COMPARISONS: Final = tuple(
    Comparison(
        _name(number),
        f"to empty a database: {number} of 12 tables have rows",
        "ms",
        (Way(PLAIN), Way(FUNCTION)),
    )
    for number in WRITTEN
)
