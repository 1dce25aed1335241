"""`uv run python -m benchmarks.rollback`: the time that the harness adds to a rolled-back test.

It alternates with the same test that commits and after which the tables are emptied; each stores
an account, a project and a task. It uses a temporary server and takes a few seconds.
"""

import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Final

from benchmarks._server import own_server
from features.support.arrange import factories, given_work
from features.support.service import MIGRATIONS, SERVICE
from features.support.world import World
from pgharness.core import exits
from pgharness.databases.templates import RunDatabases
from pgharness.isolation.test_database import Database

SCENARIOS: Final = 500
WARM_UP: Final = 50


def main() -> None:
    """Run the benchmark and print the results."""
    with ExitStack() as cleanups:
        run, server = own_server(cleanups)
        databases = RunDatabases(server.url, run.id, MIGRATIONS)
        databases.open(cleanups)
        one, other = (_database(databases, name, cleanups) for name in ("one", "other"))
        rolled_back: list[float] = []
        emptied: list[float] = []
        for _ in range(WARM_UP + SCENARIOS):
            rolled_back.append(_harness_alone(one.rolled_back_world))
            emptied.append(_harness_alone(lambda: _emptied(other)))
    _print("Rolled back", rolled_back)
    _print("Committed and emptied", emptied)


def _database(databases: RunDatabases, name: str, cleanups: ExitStack) -> Database[World]:
    database = Database(lambda: databases.clone(name, cleanups), SERVICE)
    cleanups.callback(database.disconnect)
    return database


def _emptied(database: Database[World]) -> World:
    """Empty the database of the last test; return a new world."""
    database.empty()
    return database.world()


def _scenario(world: World) -> None:
    """Store an account, a project and a task."""
    factories.account(world, "Ada")
    given_work.project(world, "Ada", "engine")
    given_work.task(world, "Ada", "Water the plants")


def _harness_alone(begin: Callable[[], World]) -> float:
    """Return the seconds that the harness takes before and after a test."""
    began = time.perf_counter()
    world = begin()
    before = time.perf_counter() - began
    _scenario(world)
    ended = time.perf_counter()
    world.close()
    return before + time.perf_counter() - ended


def _print(what: str, seconds: list[float]) -> None:
    milliseconds = sorted(1000 * second for second in seconds[WARM_UP:])
    median, worst = statistics.median(milliseconds), milliseconds[len(milliseconds) * 95 // 100]
    print(f"{what}: median {median:.2f} ms, 95 of 100 within {worst:.2f} ms")


if __name__ == "__main__":
    exits.program(main)
