"""The duration of migrations, beside the bare SQL for the same change of the same rows.

Each is measured in a copy of one database that is upgraded step by step.
"""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Final

from sqlalchemy import URL

from benchmarks.comparisons.bare_migrations import BARE, BEGUN, IN_PLACE
from benchmarks.measuring.turns import Measuring, Timed, timed
from benchmarks.model import Benchmark, Comparison, Goal, Way
from features.support.migrations import alembic_commands, bulk_forms, bulk_rows
from pgharness.servers import provision

ROWS: Final = 30_000
QUICK_ROWS: Final = 200
TEMPLATE: Final = "all revisions, in an empty database"
BY_BARE: Final = "bare SQL"
OURS: Final = "the migration"
AS_ONE: Final = "bare SQL, in place, which holds its lock throughout"
STEP: Final = "step"
"""The database that is upgraded step by step."""


def measure(bench: Measuring) -> None:
    """Upgrade an empty database, and a full one revision by revision."""
    bench.alternate("template", {TEMPLATE: partial(_build, bench)}, bench.pick(5, 1))
    first, *later = alembic_commands.history()
    step = bench.server.create(STEP, bench.cleanups)
    alembic_commands.upgrade(step, first.revision)
    with provision.connect(step) as connection:
        rows = bench.pick(ROWS, QUICK_ROWS)
        bulk_rows.make(connection, rows, shares=bulk_forms.MOST)
        connection.execute("VACUUM ANALYZE")
    for script in later:
        last = BEGUN.get(script.revision, script.revision)
        if last in BARE and script.revision not in BEGUN.values():
            _compare(bench, last)
        alembic_commands.upgrade(step, script.revision)


def _build(bench: Measuring) -> float:
    with ExitStack() as cleanups:
        url = bench.server.create("empty", cleanups)
        return timed(lambda: alembic_commands.upgrade(url))


def _compare(bench: Measuring, revision: str) -> None:
    ways: dict[str, Timed] = {
        BY_BARE: partial(_in_copy, bench, partial(_run, BARE[revision])),
        OURS: partial(_in_copy, bench, partial(_upgrade, revision)),
    }
    if revision in IN_PLACE:
        ways[AS_ONE] = partial(_in_copy, bench, partial(_run, IN_PLACE[revision]))
    bench.alternate(revision, ways, bench.pick(3, 1), warm_up=0)


def _in_copy(bench: Measuring, work: Callable[[URL], object]) -> float:
    with ExitStack() as cleanups:
        url = bench.server.create("copy", cleanups, STEP)
        return timed(lambda: work(url))


def _upgrade(revision: str, url: URL) -> None:
    alembic_commands.upgrade(url, revision)


def _run(statements: str, url: URL) -> None:
    with provision.connect(url) as connection:
        connection.execute(statements.encode())


def _ways(revision: str) -> tuple[Way, ...]:
    ways = (Way(BY_BARE), Way(OURS, Goal(2.0)))
    return (*ways, Way(AS_ONE)) if revision in IN_PLACE else ways


BENCHMARK: Final = Benchmark(
    name="migrations",
    title="Migrations",
    comparisons=(
        Comparison(
            "template",
            "to build the template of a run",
            "s",
            (Way(TEMPLATE, Goal(1.5, of_ratio=False)),),
        ),
        *(
            Comparison(
                revision, f"backfill {revision} of {ROWS:,} rows per table", "ms", _ways(revision)
            )
            for revision in BARE
        ),
    ),
    measure=measure,
)
