"""The effect of row-level security, and of the number of tenants and tasks, on one tenant.

There are 10^4 finished tasks of 10 tenants in one database, and 10^6 of 1,000 in another.
"""

import random
from contextlib import ExitStack
from typing import Any, Final

from sqlalchemy import URL, Engine, create_engine, event

from benchmarks.measuring.turns import Measuring, Timed, timed
from benchmarks.model import Benchmark, Comparison, Goal, Way
from domain import Domain, engine_for
from domain.database.connections import engine_options
from domain.database.tenancy import BIND
from features.support.defaults import CHEAP
from features.support.service import MIGRATIONS
from features.support.tenancy import bulk_tenants
from pgharness.servers import provision

PENDING_EACH: Final = 10
SMALL: Final = 10
LARGE: Final = 1_000
QUICK_LARGE: Final = 50
"""The numbers of tenants in the databases."""
FINISHED_EACH: Final = 1_000
QUICK_FINISHED_EACH: Final = 20
PSYCOPGS_OWN_THRESHOLD: Final = 5
"""psycopg's default number of executions before a statement is prepared."""

BY_HAND: Final = "by a condition on the owner, written by hand"
POLICIES: Final = "by policies"
FEW_TENANTS: Final = "10 tenants, 10^4 finished tasks"
MANY_TENANTS: Final = "1,000 tenants, 10^6 finished tasks"
KEPT: Final = "the session kept, with prepared statements"
RESET: Final = "the session reset afterwards"


class Crowd:
    """A database with a number of tenants, and the measured operations."""

    def __init__(self, url: URL, tenants: int, finished_each: int, cleanups: ExitStack) -> None:
        MIGRATIONS.migrate(url)
        self._owner = cleanups.enter_context(provision.connect(url))
        bulk_tenants.create_accounts(self._owner, tenants)
        bulk_tenants.create_tasks(self._owner, finished_each, PENDING_EACH)
        self._owner.execute("VACUUM ANALYZE")
        self._tenants = [id_ for (id_,) in self._owner.execute("SELECT id FROM users")]
        self._tenant = cleanups.enter_context(provision.connect(url))
        self._engine = engine_for(url, CHEAP)
        cleanups.callback(self._engine.dispose)
        self._domain = Domain(self._engine, CHEAP)
        self._kept = Domain(_not_reset(url, cleanups), CHEAP)
        self._bind = str(BIND.compile(self._engine)).encode()
        self._statement, self._values = page_statement(self._engine, self._tenants[0])
        self._chance = random.Random(7)  # noqa: S311 (which tenant is next is no secret)

    def page(self) -> float:
        """Read a page as a tenant, as the service does."""
        user_id = self._chance.choice(self._tenants)
        with self._tenant.transaction():
            bound = {"role": "app_tenant", "user": str(user_id), "limits": "{}"}
            self._tenant.execute(self._bind, bound)
            statement = self._statement.encode()
            return timed(lambda: self._tenant.execute(statement, self._values).fetchall())

    def page_by_hand(self) -> float:
        """Read a page of a tenant as the tables' owner: by a condition instead of policies."""
        condition = " WHERE tasks.owner_id = %(user)s ORDER BY"
        statement = self._statement.replace(" ORDER BY", condition, 1).encode()
        values = {**self._values, "user": self._chance.choice(self._tenants)}
        with self._owner.transaction():
            return timed(lambda: self._owner.execute(statement, values).fetchall())

    def claim(self) -> float:
        """Claim a task as a worker, with the commit."""

        def claim() -> None:
            with self._domain.worker() as tx:
                assert tx.tasks.claim() is not None, "there is nothing left to claim"

        return timed(claim)

    def unit_of_work(self) -> float:
        """Read a page as a tenant in a unit of work, with checkout and return of the connection."""
        return self._read(self._domain)

    def unit_of_work_without_reset(self) -> float:
        """Read it in a session that is not reset."""
        return self._read(self._kept)

    def _read(self, domain: Domain) -> float:
        user_id = self._chance.choice(self._tenants)

        def read() -> None:
            with domain.tenant(user_id) as tx:
                tx.tasks.list()

        return timed(read)


def _not_reset(url: URL, cleanups: ExitStack) -> Engine:
    """Return an engine that promises nothing about a session: the driver prepares statements."""
    options = engine_options(url, CHEAP)
    prepared = {**options["connect_args"], "prepare_threshold": PSYCOPGS_OWN_THRESHOLD}
    engine = create_engine(url, **{**options, "pool_events": [], "connect_args": prepared})
    cleanups.callback(engine.dispose)
    return engine


def page_statement(engine: Engine, user_id: int) -> tuple[str, dict[str, Any]]:
    """Return the service's statement for a page of a tenant's tasks, and its parameters."""
    sent: list[tuple[str, dict[str, Any]]] = []

    def note(_: object, __: object, statement: str, values: Any, *___: object) -> None:
        sent.append((statement, dict(values)))

    event.listen(engine, "before_cursor_execute", note)
    try:
        with Domain(engine, CHEAP).tenant(user_id) as tx:
            found = tx.tasks.list()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(found.items) > 1, "the page is empty"
    statement, values = sent[-1]
    return " ".join(statement.split()), values


def measure(bench: Measuring) -> None:
    """Fill both databases and compare."""
    each = bench.pick(FINISHED_EACH, QUICK_FINISHED_EACH)
    crowds = []
    for name, tenants in (("small", SMALL), ("large", bench.pick(LARGE, QUICK_LARGE))):
        bench.say(f"a database of {tenants:,} tenants with {each:,} finished tasks each")
        url = bench.server.create(name, bench.cleanups)
        crowds.append(Crowd(url, tenants, each, bench.cleanups))
    small, large = crowds
    pairs, claims = bench.pick(500, 10), bench.pick(40, 8)
    compared: dict[str, tuple[int, dict[str, Timed]]] = {
        "policies": (pairs, {BY_HAND: large.page_by_hand, POLICIES: large.page}),
        "tenants": (pairs, {FEW_TENANTS: small.page, MANY_TENANTS: large.page}),
        "claims": (claims, {FEW_TENANTS: small.claim, MANY_TENANTS: large.claim}),
        "session": (
            pairs,
            {KEPT: small.unit_of_work_without_reset, RESET: small.unit_of_work},
        ),
    }
    for name, (turns, ways) in compared.items():
        bench.alternate(name, ways, turns, warm_up=turns // 10)


def _compared(name: str, title: str, first: str, second: str, limit: float) -> Comparison:
    return Comparison(name, title, "ms", (Way(first), Way(second, Goal(limit))))


BENCHMARK: Final = Benchmark(
    name="tenancy",
    title="Row-level security and the number of tenants",
    comparisons=(
        _compared(
            "policies", "a page of a tenant's tasks among 10^6 tasks", BY_HAND, POLICIES, 1.2
        ),
        _compared(
            "tenants", "a page of a tenant's tasks, by policies", FEW_TENANTS, MANY_TENANTS, 1.2
        ),
        _compared("claims", "a claim, with its commit", FEW_TENANTS, MANY_TENANTS, 1.5),
        _compared("session", "a unit of work that reads a page", KEPT, RESET, 1.6),
    ),
    measure=measure,
)
