"""Many who read and extend the same lists at once, through the service, and what they saw.

The lists are the constraints of one tenant's objectives: `change` puts a new list in the place of
the one that was seen, so each append rests on a reading, and the service holds lost updates off by
its version. What a transaction reads besides, only the isolation level keeps as it was.

Nobody writes in a round before all have read (their first attempts, that is). So whoever is the
first to extend a list has read another one as it was before anybody extended it; from there to the
first to extend that one, and so on, leads in a circle. Without serializability there is a cycle in
every round, whoever is how fast.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random
from threading import Barrier
from typing import Final

from domain import Domain, Isolation, engine_for
from domain.errors import Stale
from domain.settings import Retries
from domain.transactions import TenantWork
from features.support.arrange.known_work import WorkState
from features.support.world import World
from pgharness.interleaving.actors import DEADLINE
from pgharness.interleaving.list_append_checker import Append, Read, Transaction

SEED: Final = 2026

PERSISTENT: Final = Retries(attempts=100)
"""Whoever is refused tries again at once, until it goes through."""


@dataclass
class Part:
    """What one device does in one round, and every attempt at it."""

    name: str
    first: Sequence[str]
    """The lists that it reads before anybody writes."""
    extends: str
    last: str
    """The list that it reads when others may have written."""
    attempts: list[list[Append | Read]] = field(default_factory=list)

    def do(self, tx: TenantWork, lists: Mapping[str, int], all_have_read: Barrier) -> None:
        """Do it in a unit of work."""
        done: list[Append | Read] = []
        self.attempts.append(done)
        done += [Read(key, tuple(tx.objectives.get(lists[key]).constraints)) for key in self.first]
        if len(self.attempts) == 1:
            all_have_read.wait(DEADLINE)
        seen = tx.objectives.get(lists[self.extends])
        value = f"{self.name}, attempt {len(self.attempts)}"
        done.append(Read(self.extends, tuple(seen.constraints)))
        tx.objectives.change(seen, seen.text, [*seen.constraints, value])
        done.append(Append(self.extends, value))
        done.append(Read(self.last, tuple(tx.objectives.get(lists[self.last]).constraints)))

    def history(self) -> Iterator[Transaction]:
        """Yield every attempt; the last one is the one that was committed."""
        for number, done in enumerate(self.attempts, start=1):
            last = number == len(self.attempts)
            yield Transaction(f"{self.name}, attempt {number}", tuple(done), committed=last)


def play(
    world: World, person: str, isolation: Isolation, devices: int, rounds: int
) -> list[Transaction]:
    """Let so many devices work on a person's objectives at once, so often.

    Returns the history, a reading of everything in the end included.
    """
    lists = {name: objective.id for name, objective in world.state(WorkState).objectives.items()}
    settings = replace(world.settings, retries=PERSISTENT)
    engine = engine_for(world.url, settings, name="devices", pool_size=devices)
    world.add_cleanup(engine.dispose)
    domain = Domain(engine, settings, world.clock, jitter=Random(SEED))  # noqa: S311 (no secret)
    opening = partial(domain.tenant, world.people[person].id, isolation=isolation)
    history: list[Transaction] = []
    with ThreadPoolExecutor(max_workers=devices) as threads:
        for parts in _rounds(rounds, devices, [*lists]):
            do = partial(Part.do, lists=lists, all_have_read=Barrier(devices))
            working = [
                threads.submit(_until_it_goes_through, domain, opening, partial(do, part))
                for part in parts
            ]
            for each in working:
                each.result()
            history += [attempt for part in parts for attempt in part.history()]
    with domain.tenant(world.people[person].id) as tx:
        found = {name: tuple(tx.objectives.get(lists[name]).constraints) for name in lists}
    return [*history, Transaction("in the end", tuple(Read(*each) for each in found.items()))]


def _until_it_goes_through(
    domain: Domain,
    opening: Callable[[], AbstractContextManager[TenantWork]],
    work: Callable[[TenantWork], None],
) -> None:
    for _ in range(PERSISTENT.attempts):
        with suppress(Stale):
            return domain.run(opening, work)
    raise AssertionError(f"others were faster {PERSISTENT.attempts} times")


def _rounds(number: int, devices: int, names: Sequence[str]) -> Iterator[list[Part]]:
    """Yield who reads and extends what, in each round: each list is extended by several."""
    dice = Random(SEED)  # noqa: S311 (no secret)
    for position in range(1, number + 1):
        extended = [names[device % len(names)] for device in range(devices)]
        yield [
            Part(
                f"round {position}, device {device}",
                first=dice.sample([name for name in names if name != own], 2),
                extends=own,
                last=dice.choice(names),
            )
            for device, own in enumerate(extended, start=1)
        ]


def appended(history: Sequence[Transaction]) -> list[tuple[str, str]]:
    """Return every committed append, as the list and the value."""
    return sorted(
        (each.key, each.value)
        for one in history
        for each in one.done
        if one.committed and isinstance(each, Append)
    )


def found_in_the_end(history: Sequence[Transaction]) -> list[tuple[str, str]]:
    """Return everything that is there in the end, as the list and the value."""
    return sorted(
        (each.key, value)
        for each in history[-1].done
        if isinstance(each, Read)
        for value in each.values
    )
