"""The time of operations with their worst text arguments: it may not grow faster than the text.

For every text argument of every operation it uses the worst known text, at its greatest length and
at half of it. Each operation is rolled back. Passwords are hashed as cheaply as in the features.
The table shows the argument whose time grows most.
"""

import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from functools import partial
from typing import Any, Final, NamedTuple
from uuid import UUID

from benchmarks.measuring.turns import Measuring, timed
from benchmarks.model import Benchmark, Comparison, Goal, Way
from domain import DomainError
from domain.transactions import IdentityWork, TenantWork
from domain.work.tasks import TaskStatus
from domain.work.turns_and_events import TurnActor, TurnIntent
from features.support.arrange import factories, given_work
from features.support.arrange.known_accounts import IdentityState
from features.support.identity import logins
from features.support.operations import worst_texts
from features.support.operations.worst_texts import TextParameter
from features.support.service import SERVICE
from features.support.world import World
from pgharness.isolation.test_database import Database

LARGEST: Final = 300_000
QUICK_LARGEST: Final = 1_000
"""The maximum length of a tested text in characters."""
NOISE: Final = 0.005
"""Times below these seconds are accepted regardless of the ratio."""
NAME: Final = "texts"
HALF: Final = "half of the longest text"
WHOLE: Final = "the longest text"


class Tried(NamedTuple):
    """The seconds of the turns of one argument."""

    name: str
    half: list[float]
    whole: list[float]

    @property
    def growth(self) -> float:
        """How many times longer the whole takes; less than nothing if both are short."""
        if min(self.whole) <= NOISE:
            return min(self.whole) - NOISE
        return min(self.whole) / min(self.half)


def measure(bench: Measuring) -> None:
    """Try each argument."""
    database = Database(lambda: bench.server.service.clone(NAME, bench.cleanups), SERVICE)
    bench.cleanups.callback(database.disconnect)
    world = database.world()
    bench.cleanups.callback(world.close)
    ground = _Ground(world)
    places = worst_texts.text_parameters()
    bench.say(f"{len(places)} arguments that take text")
    largest, turns = bench.pick(LARGEST, QUICK_LARGEST), bench.pick(3, 1)
    worst = max((ground.tried(place, largest, turns) for place in places), key=_growth)
    bench.add_seconds(NAME, HALF, worst.half, worst.name)
    bench.add_seconds(NAME, WHOLE, worst.whole, worst.name)


def _growth(tried: Tried) -> float:
    return tried.growth


class _Ground:
    """An account with one row of each kind, and the arguments of operations on them."""

    def __init__(self, world: World) -> None:
        state = world.state(IdentityState)
        self._world = world
        factories.account(world, "Ada")
        logins.logged_in(world, "Ada")
        factories.account(world, "Bram")
        with world.domain.identity() as tx:
            issued = tx.passwords.issue_temporary(world.people["Bram"].id)
        with world.domain.identity() as tx:
            restricted = tx.sessions.log_in(world.people["Bram"].email, issued.password)
        project = given_work.project(world, "Ada", "engine")
        agent = given_work.agent(world, "Ada", "Scout", "engine")
        task = given_work.task(world, "Ada", "Water the plants")
        with world.domain.worker() as tx:
            claim = tx.tasks.claim()
        objective = given_work.objective(world, "Ada", "Green plants")
        self._good: dict[str, Any] = {
            "email": "chen@example.org",
            "display_name": "Chen",
            "password": state.passwords["Ada"],
            "current": state.passwords["Ada"],
            "new": "amber kettles sing at dawn",
            "token": state.tokens[logins.place("Ada")],
            "replace_temporary.token": restricted.token,
            "jti": "x",
            "accounts.seen": world.people["Ada"],
            "objectives.seen": objective,
            "tasks.seen": task,
            "complete.seen": claim,
            "fail.seen": claim,
            "report.seen": claim,
            "title": "Water the plants",
            "payload": None,
            "path": "/home/ada",
            "slug": "ada",
            "name": "Scout",
            "project_id": project.id,
            "agent_id": agent.id,
            "session_uuid": UUID(int=7),
            "score": 1,
            "reason": "It is dry",
            "task_id": task.id,
            "actor": TurnActor.USER,
            "intent": TurnIntent.ANSWER,
            "text": "Plenty of water",
            "type_": "plants.watered",
            "result": None,
            "error": "No water",
        }

    def tried(self, place: TextParameter, largest: int, turns: int) -> Tried:
        """Try one argument, in turns with half of the length and with all of it."""
        worst = worst_texts.worst(place)
        longest = min(worst.longest, largest)
        half, whole = worst.make(longest // 2), worst.make(longest)
        found = Tried(place.name, [], [])
        for _ in range(turns):
            found.half.append(timed(lambda: self._run(place, half)))
            found.whole.append(timed(lambda: self._run(place, whole)))
        return found

    def _run(self, place: TextParameter, text: Any) -> None:
        """Run one operation, which may fail; it is rolled back."""
        with suppress(DomainError, _Undone), self._opened(place) as tx:
            operation = getattr(getattr(tx, place.part), place.operation)
            operation(**self._arguments(place, operation), **{place.parameter: text})
            raise _Undone

    def _opened(self, place: TextParameter) -> AbstractContextManager[Any]:
        domain = self._world.domain
        tenant = partial(domain.tenant, self._world.people["Ada"].id)
        opening: dict[type, Callable[[], AbstractContextManager[Any]]]
        opening = {IdentityWork: domain.identity, TenantWork: tenant}
        return opening.get(place.work, domain.worker)()

    def _arguments(self, place: TextParameter, operation: Callable[..., Any]) -> dict[str, Any]:
        needed = {
            name
            for name, parameter in inspect.signature(operation).parameters.items()
            if parameter.default is inspect.Parameter.empty and name != place.parameter
        }
        given = {name: self._value(place, name) for name in needed - {"status"}}
        if "status" in needed:
            done = place.parameter == "result"
            given["status"] = TaskStatus.COMPLETED if done else TaskStatus.FAILED
        if place.parameter == "details" and "error" not in given:
            given["error"] = self._good["error"]
        return given

    def _value(self, place: TextParameter, name: str) -> Any:
        for key in (f"{place.operation}.{name}", f"{place.part}.{name}"):
            if key in self._good:
                return self._good[key]
        return self._good[name]


class _Undone(Exception):
    """Raised to roll the unit of work back."""


BENCHMARK: Final = Benchmark(
    name=NAME,
    title="Long texts",
    comparisons=(
        Comparison(
            NAME,
            "an operation with the worst text for its argument",
            "ms",
            (Way(HALF), Way(WHOLE, Goal(2.5))),
        ),
    ),
    measure=measure,
)
