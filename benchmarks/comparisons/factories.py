"""The time that the factories take to store many tasks. Each turn is rolled back."""

from typing import Final

from sqlalchemy.orm import Session

from benchmarks.measuring.turns import Measuring, timed
from benchmarks.model import Benchmark, Comparison, Goal, Way
from domain import Settings, engine_for
from domain.identity.accounts import User
from features.support.arrange.factories import TaskFactory, UserFactory

TASKS: Final = 10_000
QUICK_TASKS: Final = 100
NAME: Final = "factories"
WAY: Final = "TaskFactory.create_batch"


def measure(bench: Measuring) -> None:
    """Store the tasks of one account."""
    engine = engine_for(bench.server.service.clone(NAME, bench.cleanups), Settings())
    bench.cleanups.callback(engine.dispose)
    number = bench.pick(TASKS, QUICK_TASKS)

    def stored() -> float:
        with Session(engine) as session:
            owner: User = UserFactory.create(session=session)
            made: list[object] = []
            taken = timed(
                lambda: made.extend(TaskFactory.create_batch(number, session=session, owner=owner))
            )
            assert len({task.id for task in made}) == number, "some are missing"  # type: ignore[attr-defined]
        return taken

    bench.alternate(NAME, {WAY: stored}, bench.pick(3, 1))


BENCHMARK: Final = Benchmark(
    name=NAME,
    title="Factories",
    comparisons=(
        Comparison(NAME, f"to store {TASKS:,} tasks", "s", (Way(WAY, Goal(3.0, of_ratio=False)),)),
    ),
    measure=measure,
)
