"""Clients that store their work through the service at the same time, until the server is killed.

They note what was acknowledged to them; afterwards that is compared with what is stored. Nothing
is timed: the server is killed once enough was acknowledged and some clients are known to be in
the middle of a unit of work, each in another place; the others go on until the very end.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import count
from threading import Event, Lock, Semaphore
from typing import Final

import psycopg

from domain import Domain
from domain.database.connections import CommitOutcome, ConnectionLost
from domain.transactions import TenantWork
from domain.work.turns_and_events import About, TurnActor, TurnIntent
from features.support.arrange.work_factories import session_of

ENOUGH: Final = 60
"""So many units of work are acknowledged before the server is killed."""
STOPS: Final = 5
"""In so many places a unit of work can be left half done. A client waits in each when it is."""
DEADLINE: Final = 60.0
"""Seconds after which clients that neither get on nor end are an error of the scenario."""

STORED: Final = """
    SELECT slug, 'projects' FROM projects
    UNION ALL SELECT name, 'agents' FROM agents
    UNION ALL SELECT title, 'tasks' FROM tasks
    UNION ALL SELECT text, 'turns' FROM turns
    UNION ALL SELECT payload ->> 'unit', 'events' FROM events
    UNION ALL SELECT text, 'objectives' FROM objectives
    UNION ALL SELECT text, 'objective_history' FROM objective_history
"""


@dataclass(frozen=True)
class Unit:
    """A unit of work that stores rows in seven tables, all of them under its name."""

    name: str
    owner_id: int
    turns: int

    def store(self, tx: TenantWork) -> Iterator[None]:
        """Do the work, and stop between any two things that are written."""
        project = tx.workspace.create_project(f"/srv/{self.name}", self.name)
        yield
        agent = tx.workspace.add_agent(project.id, self.name, session_of(self.name))
        yield
        task = tx.tasks.submit(self.name, {}, agent.id)
        yield
        for _ in range(self.turns):
            tx.workspace.say(task.id, TurnActor.USER, TurnIntent.COMMAND, self.name)
        yield
        tx.workspace.record("unit.stored", {"unit": self.name}, About(task_id=task.id))
        yield
        tx.objectives.pursue(self.name)

    @property
    def rows(self) -> Counter[str]:
        """How many rows it stores in each table."""
        one_each = ("projects", "agents", "tasks", "events", "objectives", "objective_history")
        return Counter({**dict.fromkeys(one_each, 1), "turns": self.turns})


class Traffic:
    """Clients of one domain, each in a thread of its own, and what was acknowledged to them."""

    def __init__(self, domain: Domain, owners: Sequence[int], clients: int) -> None:
        self.begun: dict[str, Unit] = {}
        """All units of work that any client has begun, by their names."""
        self.acknowledged: set[str] = set()
        self.undecided: set[str] = set()
        """What was being committed when the connection was lost; of the rest it is said that
        nothing was changed."""
        self._domain = domain
        self._owners = owners
        self._clients = clients
        self._serials = [count(1) for _ in range(clients)]
        self._lock = Lock()
        self._threads = ThreadPoolExecutor(clients, thread_name_prefix="client")

    def start(self) -> None:
        """Let all clients store their work from now on."""
        self._goal = len(self.acknowledged) + ENOUGH
        self._enough, self._over = Event(), Event()
        self._halfway = Semaphore(0)
        self._busy: list[Future[None]] = [
            self._threads.submit(self._work_on, client) for client in range(self._clients)
        ]

    def end_by(self, kill: Callable[[], None]) -> None:
        """Kill the server in the middle of it, and return when every client has noticed."""
        assert self._clients > STOPS, "nobody is left to be in the middle of a commit"
        assert self._enough.wait(DEADLINE), "the clients do not get on"
        for _ in range(STOPS):
            assert self._halfway.acquire(timeout=DEADLINE), "no client gets halfway"
        ended = [client for client in self._busy if client.done()]
        assert not ended, f"a client ended before the server did ({ended[0].exception()!r})"
        kill()
        self._over.set()
        self._collect(self._busy)

    def go_on(self) -> list[BaseException | None]:
        """Let each client do one more unit of work; return for each what went wrong, or None."""
        busy = [self._threads.submit(self._work_once, client) for client in range(self._clients)]
        wait(busy, DEADLINE)
        return [client.exception(timeout=0) for client in busy]

    def close(self) -> None:
        """Let no client begin anything more, and wait for them."""
        self._over.set()
        self._threads.shutdown()

    def _work_on(self, client: int) -> None:
        """Work until the server is gone; whatever else ends it is an error of the scenario."""
        try:
            while not self._over.is_set():
                self._work_once(client, self._stop)
        except ConnectionLost:
            return
        finally:
            self._enough.set()

    def _work_once(self, client: int, stop: Callable[[int, int], None] | None = None) -> None:
        serial = next(self._serials[client])
        name = f"client-{client}-unit-{serial}"
        chance = random.Random(name)  # noqa: S311 (the same in every run)
        unit = Unit(name, chance.choice(self._owners), turns=chance.randint(1, 3))
        with self._lock:
            self.begun[name] = unit
        try:
            with self._domain.tenant(unit.owner_id) as tx:
                for place, _ in enumerate(unit.store(tx)):
                    if stop is not None:
                        stop(client, place)
        except ConnectionLost as lost:
            if lost.outcome is CommitOutcome.UNDECIDED:
                with self._lock:
                    self.undecided.add(name)
            raise
        with self._lock:
            self.acknowledged.add(name)
            if len(self.acknowledged) >= self._goal:
                self._enough.set()

    def _stop(self, client: int, place: int) -> None:
        """Once enough was acknowledged, have a client wait in its own place for the server's end.

        Those that have no place go on.
        """
        if client == place and self._enough.is_set():
            self._halfway.release()
            self._over.wait(DEADLINE)

    def _collect(self, busy: Iterable[Future[None]]) -> None:
        for client in busy:
            told = client.exception(DEADLINE)
            assert told is None, (
                f"what a client was told is not that the connection is lost: {told!r}"
            )


@dataclass(frozen=True)
class Remains:
    """What is stored of the clients' work."""

    whole: frozenset[str]
    halves: tuple[str, ...]
    """In words: units of work of which some rows are there, and others not."""


def remains(connection: psycopg.Connection, traffic: Traffic) -> Remains:
    """Return what is stored of the work; what nobody has begun counts as half a unit of work."""
    found: dict[str, Counter[str]] = {}
    for name, table in connection.execute(STORED):
        found.setdefault(name, Counter())[table] += 1
    expected = {name: unit.rows for name, unit in traffic.begun.items()}
    whole = {name for name, rows in found.items() if rows == expected.get(name)}
    halves = (f"{name}: {dict(found[name])}" for name in sorted(found.keys() - whole))
    return Remains(frozenset(whole), tuple(halves))
