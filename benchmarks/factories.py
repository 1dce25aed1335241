"""`uv run python -m benchmarks.factories`: the time to create ten thousand tasks.

Each measurement is rolled back, on a temporary server. It takes some seconds.
"""

import statistics
import time
from contextlib import ExitStack
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from benchmarks._server import own_server, verdict
from domain import Settings, engine_for
from domain.identity.accounts import User
from features.support.arrange.factories import TaskFactory, UserFactory
from features.support.service import MIGRATIONS
from pgharness.core import exits
from pgharness.databases.templates import RunDatabases

TASKS: Final = 10_000
TURNS: Final = 5

LIMIT: Final = 3.0
"""Seconds."""


def main() -> None:
    """Run the benchmark and print the results."""
    with ExitStack() as cleanups:
        run, server = own_server(cleanups)
        databases = RunDatabases(server.url, run.id, MIGRATIONS)
        databases.open(cleanups)
        engine = engine_for(databases.clone("factories", cleanups), Settings())
        cleanups.callback(engine.dispose)
        seconds = [_made(engine) for _ in range(1 + TURNS)][1:]
    median = statistics.median(seconds)
    print(
        f"{TASKS:,} tasks: median {median:.2f} s, {min(seconds):.2f} to {max(seconds):.2f} s"
        f" (at most {LIMIT:g}: {verdict(median <= LIMIT)})"
    )


def _made(engine: Engine) -> float:
    """Return the seconds to create the tasks of one account."""
    with Session(engine) as session:
        owner: User = UserFactory.create(session=session)
        began = time.perf_counter()
        made = TaskFactory.create_batch(TASKS, session=session, owner=owner)
        taken = time.perf_counter() - began
        assert len({task.id for task in made}) == TASKS, "some are missing"
    return taken


if __name__ == "__main__":
    exits.program(main)
