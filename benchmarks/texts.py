"""`uv run python -m benchmarks.texts`: the time of operations with their worst text arguments.

For every text argument of every operation it uses the worst known text, at the maximum length and
at half of it: the time may not grow faster than the text. Each operation is rolled back. Passwords
are hashed as cheaply as in the features. It uses a temporary server and takes some minutes because
of the longest JSON.
"""

import inspect
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from functools import partial
from typing import Any, Final
from uuid import UUID

from benchmarks._server import own_server, verdict
from domain import DomainError
from domain.transactions import IdentityWork, TenantWork
from domain.work.tasks import TaskStatus
from domain.work.turns_and_events import TurnActor, TurnIntent
from features.support.arrange import factories, given_work
from features.support.arrange.known_accounts import IdentityState
from features.support.identity import logins
from features.support.operations import worst_texts
from features.support.operations.worst_texts import TextParameter
from features.support.service import MIGRATIONS, SERVICE
from features.support.world import World
from pgharness.core import exits
from pgharness.databases.templates import RunDatabases
from pgharness.isolation.test_database import Database

TURNS: Final = 3
LARGEST: Final = 10_000_000
"""The maximum length of a tested text in characters."""
RATIO: Final = 2.5
"""The maximum ratio of the times of the longest text and half of it: 2 if linear, plus noise."""
NOISE_MS: Final = 5.0
"""Times below this are accepted regardless of the ratio."""


def main() -> None:
    """Run the benchmark and print the results."""
    with ExitStack() as cleanups:
        run, server = own_server(cleanups)
        databases = RunDatabases(server.url, run.id, MIGRATIONS)
        databases.open(cleanups)
        database = Database(lambda: databases.clone("texts", cleanups), SERVICE)
        cleanups.callback(database.disconnect)
        world = database.world()
        cleanups.callback(world.close)
        ground = _Ground(world)
        for place in worst_texts.text_parameters():
            _print(place, *ground.measured(place))


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

    def measured(self, place: TextParameter) -> tuple[int, float, float]:
        """Return the longest text's length, and the milliseconds for half of it and for all."""
        worst = worst_texts.worst(place)
        longest = min(worst.longest, LARGEST)
        half, whole = (
            min(self._tried(place, worst.make(length)) for _ in range(TURNS))
            for length in (longest // 2, longest)
        )
        return longest, half, whole

    def _tried(self, place: TextParameter, text: Any) -> float:
        """Return the milliseconds of one operation, which may fail; it is rolled back."""
        began = time.perf_counter()
        with suppress(DomainError, _Undone), self._opened(place) as tx:
            operation = getattr(getattr(tx, place.part), place.operation)
            operation(**self._arguments(place, operation), **{place.parameter: text})
            raise _Undone
        return 1000 * (time.perf_counter() - began)

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


def _print(place: TextParameter, longest: int, half: float, whole: float) -> None:
    ratio = whole / half
    holds = whole <= NOISE_MS or ratio <= RATIO
    print(
        f"{place.name}, {longest:,} characters: {whole:.2f} ms, {ratio:.1f} times the half;"
        f" no more than {RATIO} {verdict(holds)}"
    )


if __name__ == "__main__":
    exits.program(main)
