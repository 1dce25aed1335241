"""`World`: the one typed thing on behave's context, new for each scenario."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import psycopg
from sqlalchemy import URL, Engine, event, text
from sqlalchemy.orm import Session

from domain import Domain, DomainError, ManualClock, Settings
from domain.accounts import User
from domain.settings import Argon2Cost, KeyRing, TokenRules
from domain.transactions import TenantWork
from features.support import data
from features.support.claims import check_claimed, mentioned
from features.support.hashes import CountingHasher
from features.support.holdings import Holdings
from features.support.interleaving import Actor, Opening
from features.support.judged import DatabaseUnderTest
from features.support.known import Logins
from features.support.meanwhile import Meanwhile
from features.support.neighbours import Neighbours
from features.support.rehearsals import Rehearsal
from features.support.session_work import SessionWork
from features.support.sessions import TestSessionFactory
from features.support.trouble import Trouble
from features.support.upgrades import Upgrades
from features.support.workshop import Workshop

Entered = TypeVar("Entered")

NOON: Final = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""When every scenario begins."""

KEYS: Final = KeyRing(
    "2026-03", {"2026-03": b"the key of March 2026, of nobody", "2026-02": b"F" * 32}
)
"""The keys of all scenarios that are not about keys."""

CHEAP: Final = Settings(argon2=Argon2Cost.cheapest(), tokens=TokenRules(keys=KEYS))
"""The settings of all scenarios that are not about the settings."""


class Outcome:
    """What came of the last operation that a scenario expects may be refused."""

    def __init__(self) -> None:
        self._refusal: DomainError | None = None
        self._open = False

    @contextmanager
    def expected(self, *kinds: type[DomainError]) -> Iterator[None]:
        """Keep a refusal of these kinds for the Then that names it."""
        check_claimed(self.unclaimed())
        self._open, self._refusal = True, None
        try:
            yield
        except kinds as refusal:
            self._refusal = refusal

    def claim(self) -> DomainError | None:
        """Return the refusal, or None if the operation went through, and count it as judged."""
        assert self._open, "nothing was tried that could have been refused"
        self._open = False
        return self._refusal

    @property
    def judged(self) -> DomainError | None:
        """The refusal that a Then has claimed, for another one that looks at it more closely."""
        assert not self._open, "no Then has claimed the last outcome"
        return self._refusal

    def unclaimed(self) -> DomainError | None:
        """Return the refusal that no Then has asked about, if there is one."""
        return self._refusal if self._open else None


class World(Logins, Holdings, Meanwhile):
    """What a scenario's steps share: people, the clock, the domain, the last outcome."""

    def __init__(self, engine: Engine, database: DatabaseUnderTest) -> None:
        Logins.__init__(self)
        Holdings.__init__(self)
        Meanwhile.__init__(self)
        self.scenario = ""
        """What the scenario is called."""
        self.clock = ManualClock(NOON)
        self.settings = CHEAP
        self.hasher = CountingHasher(CHEAP.argon2)
        self.outcome = Outcome()
        self.people: dict[str, User] = {}
        """Everybody's account, as they last saw it."""
        self.actors: dict[str, Actor] = {}
        """Those who work at the same time as others."""
        self.found: list[User] = []
        """The accounts that the last operation returned."""
        self.accounts: list[User] = []
        """All accounts of a listing, oldest first."""
        self.pages: list[list[User]] = []
        """What a listing has brought so far."""
        self.next_after: int | None = None
        """Where its next page starts."""
        self.acting = ""
        """Who did the last operation that touches more than one account."""
        self.role = ""
        """The database role that a unit of work was found to have."""
        self.database_refusal: psycopg.Error | None = None
        """Why the database refused a statement that went past the service."""
        self.before: data.Fingerprint = {}
        """All data as it was before the last operation that may be refused."""
        self.neighbours = Neighbours()
        """What tenants tried with what is not theirs."""
        self.trouble = Trouble()
        """What went wrong in units of work, and what was said about it."""
        self.breaking: dict[str, str] = {}
        """The hooks that fail in the next suite within, each with the title it is around."""
        self.session_work = SessionWork()
        """What came of sessions on the database itself."""
        self.upgrades = Upgrades()
        """What came of migrating."""
        self.rehearsal = Rehearsal()
        """What came of trying the harness itself."""
        self.workshop = Workshop()
        """What was made by factories and said by comparisons."""
        self.engine = engine
        self.database = database
        self._cleanups = ExitStack()

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
        with self.outcome.expected(DomainError):
            yield

    @contextmanager
    def past_the_domain(self) -> Iterator[Session]:
        """Write straight into the tables, as whoever owns them, in one transaction."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def role_of_identity(self) -> str:
        """Return the database role in force inside a unit of work on accounts."""
        roles: list[str] = []

        def ask(session: Session, *_: object) -> None:
            roles.append(session.scalars(text("SELECT current_user")).one())

        event.listen(Session, "before_commit", ask, once=True)
        with self.domain.identity() as tx:
            tx.accounts.list()
        return roles[0]

    def begin_work(self, name: str, opening: Opening = Domain.identity) -> Actor:
        """Let somebody open a unit of work in a connection of their own."""
        self.before = data.fingerprint(self.reader)
        actor = self.actor(name)
        actor.begin(opening)
        return actor

    def tenant(self, person: str) -> AbstractContextManager[TenantWork]:
        """Open a unit of work for somebody's own things."""
        return self.domain.tenant(self.people[person].id)

    def actor(self, name: str) -> Actor:
        """Let somebody come who works at the same time as others."""
        actor = self.actors[name] = Actor(name, self.url, self.settings, self.clock)
        self._cleanups.callback(actor.close)
        return actor

    def session_factory(self, **how: Any) -> TestSessionFactory:
        """Return what opens sessions beside the domain, in this scenario's name, until it ends."""
        sessions = TestSessionFactory(self.url, **{"opener": self.scenario, **how})
        self.at_the_end(sessions.close)
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

    def every_secret(self) -> set[str | bytes]:
        """Return all that must not be said aloud."""
        secrets = {*self.secrets, *self.passwords.values(), *self.tokens.values()}
        secrets |= {token.rpartition(".")[2] for token in self.tokens.values()}
        secrets |= {password for issued in self.temporary.values() for password in issued}
        return {*secrets, *KEYS.keys.values()}

    def enter(self, manager: AbstractContextManager[Entered]) -> Entered:
        """Enter a context that is left when the scenario ends."""
        return self._cleanups.enter_context(manager)

    def at_the_end(self, cleanup: Callable[[], object]) -> None:
        """Have something done when the scenario ends."""
        self._cleanups.callback(cleanup)

    def unclaimed(self) -> list[Exception]:
        """Return the refusals that no Then has asked about: they may be why one has failed."""
        kept = (self.outcome.unclaimed(), self.upgrades.unclaimed(), self.rehearsal.unclaimed())
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
