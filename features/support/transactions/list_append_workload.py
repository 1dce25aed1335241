"""A list-append workload: concurrent transactions that read and extend the same lists.

The lists are the constraints of one tenant's objectives: `change` replaces the list that was read,
so the service prevents lost updates by its version. Other reads of a transaction are protected by
the isolation level alone.

In each round no transaction writes before all have read (in their first attempts). So the first to
extend a list has read another list before it was extended; the same holds for the first to extend
that one, and so on: below serializable every round has a cycle, whatever the timing.
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
"""Enough for every transaction to commit in the end."""


@dataclass
class RoundTransaction:
    """The transaction of one device in one round, and all its attempts."""

    name: str
    first: Sequence[str]
    """The lists that it reads before any device writes."""
    extends: str
    last: str
    """The list that it reads after others may have written."""
    attempts: list[list[Append | Read]] = field(default_factory=list)

    def run(self, tx: TenantWork, lists: Mapping[str, int], all_have_read: Barrier) -> None:
        """Make one attempt."""
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
        """Yield every attempt; the last one has committed."""
        for number, done in enumerate(self.attempts, start=1):
            last = number == len(self.attempts)
            yield Transaction(f"{self.name}, attempt {number}", tuple(done), committed=last)


def run(
    world: World, person: str, isolation: Isolation, devices: int, rounds: int
) -> list[Transaction]:
    """Run the rounds, and return the history, with a read of all lists at the end."""
    lists = {name: objective.id for name, objective in world.state(WorkState).objectives.items()}
    settings = replace(world.settings, retries=PERSISTENT)
    engine = engine_for(world.url, settings, name="devices", pool_size=devices)
    world.add_cleanup(engine.dispose)
    domain = Domain(engine, settings, world.clock, jitter=Random(SEED))  # noqa: S311 (no secret)
    opening = partial(domain.tenant, world.people[person].id, isolation=isolation)
    history: list[Transaction] = []
    with ThreadPoolExecutor(max_workers=devices) as threads:
        for parts in _rounds(rounds, devices, [*lists]):
            attempt = partial(RoundTransaction.run, lists=lists, all_have_read=Barrier(devices))
            running = [
                threads.submit(_run_until_committed, domain, opening, partial(attempt, part))
                for part in parts
            ]
            for each in running:
                each.result()
            history += [attempted for part in parts for attempted in part.history()]
    with domain.tenant(world.people[person].id) as tx:
        found = {name: tuple(tx.objectives.get(lists[name]).constraints) for name in lists}
    return [*history, Transaction("in the end", tuple(Read(*each) for each in found.items()))]


def _run_until_committed(
    domain: Domain,
    opening: Callable[[], AbstractContextManager[TenantWork]],
    work: Callable[[TenantWork], None],
) -> None:
    for _ in range(PERSISTENT.attempts):
        with suppress(Stale):
            return domain.run(opening, work)
    raise AssertionError(f"the objective has changed before each of {PERSISTENT.attempts} attempts")


def _rounds(number: int, devices: int, names: Sequence[str]) -> Iterator[list[RoundTransaction]]:
    """Yield the transactions of each round; several extend the same list."""
    dice = Random(SEED)  # noqa: S311 (no secret)
    for position in range(1, number + 1):
        extended = [names[device % len(names)] for device in range(devices)]
        yield [
            RoundTransaction(
                f"round {position}, device {device}",
                first=dice.sample([name for name in names if name != own], 2),
                extends=own,
                last=dice.choice(names),
            )
            for device, own in enumerate(extended, start=1)
        ]


def appended(history: Sequence[Transaction]) -> list[tuple[str, str]]:
    """Return the list and the value of every committed append."""
    return sorted(
        (each.key, each.value)
        for one in history
        for each in one.done
        if one.committed and isinstance(each, Append)
    )


def final_values(history: Sequence[Transaction]) -> list[tuple[str, str]]:
    """Return the list and the value of every element at the end."""
    return sorted(
        (each.key, value)
        for each in history[-1].done
        if isinstance(each, Read)
        for value in each.values
    )
