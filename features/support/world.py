"""`World`: the one typed thing on behave's context, new for each scenario.

It imports no capability: each keeps what its steps share in a state of its own (`World.state`).
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

import psycopg
from sqlalchemy import URL, Engine
from sqlalchemy.orm import Session

from domain import Domain, DomainError, engine_for
from domain.identity.accounts import User
from domain.transactions import TenantWork
from features.support import connecting, data
from features.support.counting_hasher import CountingHasher
from features.support.defaults import CHEAP, NOON
from features.support.execution import Execution, roll_back
from features.support.manual_clock import ManualClock
from pgharness.core.outcomes import check_claimed, mentioned
from pgharness.core.protocols import DatabaseUnderTest
from pgharness.interleaving.actors import Actor
from pgharness.sessions.sessions import TestSessionFactory

Entered = TypeVar("Entered")
State = TypeVar("State")

Error = TypeVar("Error", bound=Exception)
Work = TypeVar("Work")
Result = TypeVar("Result")

Opening = Callable[[Domain], AbstractContextManager[Work]]
"""Opens a unit of work: for `identity`, a `tenant` or a `worker`."""


@runtime_checkable
class Claimable(Protocol):
    """A state that may hold a refusal which no Then has asked about yet."""

    def unclaimed(self) -> Exception | None:
        """Return that refusal, or None."""
        ...


class Outcome(Generic[Error]):
    """The outcome of the last operation that may be refused."""

    def __init__(self) -> None:
        self._refusal: Error | None = None
        self._open = False

    @contextmanager
    def expected(self, *kinds: type[Error]) -> Iterator[None]:
        """Keep a refusal of these kinds for the Then that names it."""
        check_claimed(self.unclaimed())
        self._open, self._refusal = True, None
        try:
            yield
        except kinds as refusal:
            self._refusal = refusal

    def claim(self) -> Error | None:
        """Return the refusal, or None if the operation went through, and count it as judged."""
        assert self._open, "nothing was tried that could have been refused"
        self._open = False
        return self._refusal

    @property
    def judged(self) -> Error | None:
        """The refusal that a Then has claimed, for another one that looks at it more closely."""
        assert not self._open, "no Then has claimed the last outcome"
        return self._refusal

    def unclaimed(self) -> Error | None:
        """Return the refusal that no Then has asked about, if there is one."""
        return self._refusal if self._open else None


class World:
    """What a scenario's steps share: people, the clock, the domain, the last outcome."""

    def __init__(self, engine: Engine, database: DatabaseUnderTest) -> None:
        self.scenario = ""
        """What the scenario is called."""
        self.clock = ManualClock(NOON)
        self.settings = CHEAP
        self.hasher = CountingHasher(CHEAP.argon2)
        self.outcome = Outcome[DomainError]()
        self.outcomes: dict[str, Outcome[Exception]] = {}
        """Outcomes of what is no operation of the service, by its subject: "upgrade"."""
        self.people: dict[str, User] = {}
        """Each person's account as last read."""
        self.actors: dict[str, Actor[Domain]] = {}
        """The participants in concurrent work, by name."""
        self._concurrent: set[str] = set()
        """Those that have begun since the last operation that was run alone."""
        self.acting = ""
        """Who did the last operation that touches more than one account."""
        self.database_refusal: psycopg.Error | None = None
        """Why the database refused a statement that went past the service."""
        self.before: data.Fingerprint = {}
        """All data as it was before the last operation that may be refused."""
        self.engine = engine
        self.database = database
        self._states: dict[type, Any] = {}
        self._cleanups = ExitStack()

    def state(self, kind: type[State]) -> State:
        """Return this scenario's only instance of a capability's state, made when first needed."""
        if kind not in self._states:
            self._states[kind] = kind()
        state: State = self._states[kind]
        return state

    @property
    def url(self) -> URL:
        """Where the database is."""
        return self.database.url

    @property
    def reader(self) -> psycopg.Connection:
        """Committed data, seen from another connection than the domain's."""
        return self.database.observer

    @property
    def domain(self) -> Domain:
        """The service as most scenarios use it: cheap to hash, at the scenario's own time."""
        return Domain(self.engine, self.settings, self.clock, self.hasher)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Try one operation: remember what is stored before, and keep the refusal, if any."""
        self.before = data.fingerprint(self.reader)
        self._concurrent.clear()
        with self.outcome.expected(DomainError):
            yield

    @contextmanager
    def attempt_of(self, subject: str, *kinds: type[Exception]) -> Iterator[None]:
        """Try what is no operation of the service, and keep an error of these kinds as its refusal.

        The Then that names it calls it `the {subject}`.
        """
        self._concurrent.discard(subject)
        with self.outcomes.setdefault(subject, Outcome()).expected(*kinds):
            yield

    def refusal(self, subject: str) -> Exception | None:
        """Return why the last operation was refused, or None, and count it as judged.

        A subject that takes part in concurrent work is judged by its own operation; its errors of
        other kinds go up.
        """
        name = subject.removeprefix("the ")
        if name in self._concurrent:
            answer = self.actors[name].answer()
            return answer if isinstance(answer, Exception) else None
        return self.outcomes.get(name, self.outcome).claim()

    @contextmanager
    def past_the_domain(self) -> Iterator[Session]:
        """Write into the tables as their owner, in one transaction."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def perform(
        self,
        who: str,
        opening: Opening[Work],
        operation: Callable[[Work], Result],
        execution: Execution = Execution.COMMITTED,
    ) -> Result | None:
        """Run one operation in a unit of work, and keep a refusal for the Then that names it.

        `who` names the participant: their connection, where the transaction stays open or runs
        concurrently. Returns what the operation returns, or None where it is refused, is rolled
        back, or may still be waiting.
        """
        match execution:
            case Execution.COMMITTED:
                with self.attempt(), opening(self.domain) as tx:
                    return operation(tx)
            case Execution.OPEN:
                participant = self.begin_work(who, opening)
                participant.do(operation)
                participant.outcome()
            case Execution.CONTINUED:
                self.before = data.fingerprint(self.reader)
                self._concurrent.add(who)
                self.actors[who].do(operation)
            case Execution.CONCURRENT:
                self.begin_work(who, opening).do(operation)
            case Execution.ROLLED_BACK:
                self.before = data.fingerprint(self.reader)
                roll_back(opening(self.domain), operation)
        return None

    def begin_work(self, name: str, opening: Opening[Any] = Domain.identity) -> Actor[Domain]:
        """Open a unit of work in a connection of its own, which has the participant's name.

        The outcome of an operation before it is no longer the last one: no Then can ask for it.
        """
        check_claimed(self.outcome.unclaimed())
        self.outcome = Outcome()
        self.before = data.fingerprint(self.reader)
        actor = self.actor(name)
        actor.begin(opening)
        return actor

    def tenant(self, person: str) -> AbstractContextManager[TenantWork]:
        """Open a unit of work for a person, as a tenant."""
        return self.domain.tenant(self.people[person].id)

    def as_tenant(self, person: str) -> Opening[TenantWork]:
        """Return what opens a unit of work for a person, as a tenant."""
        user_id = self.people[person].id
        return lambda domain: domain.tenant(user_id)

    def actor(
        self, name: str, engine: Engine | None = None, refusal: type[Exception] = DomainError
    ) -> Actor[Domain]:
        """Add a participant; its only connection has its name (`application_name`).

        An engine is given for what is no work of the service; its connections have the name.
        """
        engine = engine or engine_for(self.url, self.settings, name=name, pool_size=1)
        domain = Domain(engine, self.settings, self.clock)
        actor = self.actors[name] = Actor(name, engine, domain, refusal)
        self._cleanups.callback(actor.close)
        self._concurrent.add(name)
        return actor

    def session_factory(self, **how: Any) -> TestSessionFactory:
        """Return what opens sessions beside the domain, in this scenario's name, until it ends."""
        sessions = TestSessionFactory(
            self.url,
            engine_options=connecting.options(self.url),
            explain=connecting.explain,
            **{"opener": self.scenario, **how},
        )
        self.add_cleanup(sessions.close)
        return sessions

    def stored(self, table: str, **where: object) -> list[data.Row]:
        """Return the committed rows of a table whose columns have these values."""
        return data.rows(self.reader, table, **where)

    def stored_one(self, table: str, **where: object) -> data.Row:
        """Return the only committed row of a table with these values."""
        found = self.stored(table, **where)
        described = " and ".join(f"{column} {value!r}" for column, value in where.items())
        assert len(found) == 1, f"{table} has {len(found)} rows with {described}, not one"
        return found[0]

    def enter(self, manager: AbstractContextManager[Entered]) -> Entered:
        """Enter a context that is left when the scenario ends."""
        return self._cleanups.enter_context(manager)

    def add_cleanup(self, cleanup: Callable[[], object]) -> None:
        """Have something done when the scenario ends."""
        self._cleanups.callback(cleanup)

    def unclaimed(self) -> list[Exception]:
        """Return the refusals that no Then has asked about: they may be why one has failed."""
        states = [each for each in self._states.values() if isinstance(each, Claimable)]
        holders: list[Claimable] = [self.outcome, *self.outcomes.values(), *states]
        kept = [each.unclaimed() for each in holders]
        return [refusal for refusal in kept if refusal is not None]

    def close(self, *, failed: bool = False) -> None:
        """Close what the scenario opened. Fails if a refusal was kept that no Then asked for.

        A scenario that has failed already is not failed again: the refusal is only mentioned.
        """
        with self._cleanups:
            for refusal in self.unclaimed():
                if failed:
                    print(mentioned(refusal))
                else:
                    check_claimed(refusal)
