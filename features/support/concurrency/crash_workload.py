"""Concurrent clients that store rows through the service until the server is killed.

They record which transactions were acknowledged, to be compared with what is stored afterwards.
Nothing is timed: the server is killed once enough transactions were acknowledged and some clients
stand in the middle of one, each at another place; the others go on until the end.
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
from features.support.arrange.work_factories import session_uuid_of

ENOUGH: Final = 24
"""Acknowledged transactions before the server is killed."""
PLACES: Final = 5
"""Places between two writes of a transaction. A client waits at each when the server is killed."""
DEADLINE: Final = 60.0
"""Seconds after which clients that neither proceed nor end fail the scenario."""

ROWS: Final = """
    SELECT slug, 'projects' FROM projects
    UNION ALL SELECT name, 'agents' FROM agents
    UNION ALL SELECT title, 'tasks' FROM tasks
    UNION ALL SELECT text, 'turns' FROM turns
    UNION ALL SELECT payload ->> 'unit', 'events' FROM events
    UNION ALL SELECT text, 'objectives' FROM objectives
    UNION ALL SELECT text, 'objective_history' FROM objective_history
"""


@dataclass(frozen=True)
class UnitOfWork:
    """A transaction that stores rows in seven tables, all of them with its name."""

    name: str
    owner_id: int
    turns: int

    def store(self, tx: TenantWork) -> Iterator[None]:
        """Store the rows; yields between any two writes."""
        project = tx.workspace.create_project(f"/srv/{self.name}", self.name)
        yield
        agent = tx.workspace.add_agent(project.id, self.name, session_uuid_of(self.name))
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
        """The number of rows in each table."""
        one_each = ("projects", "agents", "tasks", "events", "objectives", "objective_history")
        return Counter({**dict.fromkeys(one_each, 1), "turns": self.turns})


class CrashWorkload:
    """Clients of one domain, each in a thread of its own, and their acknowledged transactions."""

    def __init__(self, domain: Domain, owners: Sequence[int], clients: int) -> None:
        self.begun: dict[str, UnitOfWork] = {}
        """All transactions that were begun, by name."""
        self.acknowledged: set[str] = set()
        self.undecided: set[str] = set()
        """Those whose connection was lost during COMMIT; of all others the service says that
        nothing was changed."""
        self._domain = domain
        self._owners = owners
        self._clients = clients
        self._serials = [count(1) for _ in range(clients)]
        self._lock = Lock()
        self._threads = ThreadPoolExecutor(clients, thread_name_prefix="client")

    def start(self) -> None:
        """Let all clients store rows from now on."""
        self._goal = len(self.acknowledged) + ENOUGH
        self._enough, self._over = Event(), Event()
        self._at_their_places = Semaphore(0)
        self._busy: list[Future[None]] = [
            self._threads.submit(self._run_until_crash, client) for client in range(self._clients)
        ]

    def crash(self, kill: Callable[[], None]) -> None:
        """Kill the server in the middle of transactions; return when all clients have ended."""
        assert self._clients > PLACES, "no client is left to be committing"
        assert self._enough.wait(DEADLINE), "the clients do not proceed"
        for _ in range(PLACES):
            assert self._at_their_places.acquire(timeout=DEADLINE), (
                "no client has reached its place"
            )
        ended = [client for client in self._busy if client.done()]
        assert not ended, f"a client ended before the server did ({ended[0].exception()!r})"
        kill()
        self._over.set()
        self._collect(self._busy)

    def go_on(self) -> list[BaseException | None]:
        """Let each client run one more transaction; return the error of each, or None."""
        busy = [self._threads.submit(self._run_once, client) for client in range(self._clients)]
        wait(busy, DEADLINE)
        return [client.exception(timeout=0) for client in busy]

    def close(self) -> None:
        """Let no client begin another transaction, and wait for all."""
        self._over.set()
        self._threads.shutdown()

    def _run_until_crash(self, client: int) -> None:
        """Store rows until the connection is lost; any other error fails the scenario."""
        try:
            while not self._over.is_set():
                self._run_once(client, self._stop)
        except ConnectionLost:
            return
        finally:
            self._enough.set()

    def _run_once(self, client: int, stop: Callable[[int, int], None] | None = None) -> None:
        serial = next(self._serials[client])
        name = f"client-{client}-unit-{serial}"
        chance = random.Random(name)  # noqa: S311 (the same in every run)
        unit = UnitOfWork(name, chance.choice(self._owners), turns=chance.randint(1, 3))
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
        """Once enough was acknowledged, let a client wait at its own place for the crash.

        Clients without a place go on.
        """
        if client == place and self._enough.is_set():
            self._at_their_places.release()
            self._over.wait(DEADLINE)

    def _collect(self, busy: Iterable[Future[None]]) -> None:
        for client in busy:
            error = client.exception(DEADLINE)
            assert error is None, f"a client got another error than a lost connection: {error!r}"


@dataclass(frozen=True)
class Stored:
    """The transactions of which rows are stored."""

    complete: frozenset[str]
    partial: tuple[str, ...]
    """Those of which some rows are stored and others are not, in words."""


def stored(connection: psycopg.Connection, clients: CrashWorkload) -> Stored:
    """Return the stored transactions; one that no client has begun counts as partial."""
    found: dict[str, Counter[str]] = {}
    for name, table in connection.execute(ROWS):
        found.setdefault(name, Counter())[table] += 1
    expected = {name: unit.rows for name, unit in clients.begun.items()}
    complete = {name for name, rows in found.items() if rows == expected.get(name)}
    partial = (f"{name}: {dict(found[name])}" for name in sorted(found.keys() - complete))
    return Stored(frozenset(complete), tuple(partial))
