"""`uv run python -m benchmarks.tenancy`: the effect of the number of tenants on one tenant.

It uses a small and a large database on a temporary server. Measurements alternate in pairs, so
that both sides have the same load; it prints the median of the ratios of pairs. It takes a minute
or two.
"""

import random
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Final

from psycopg import sql
from sqlalchemy import URL, Engine, create_engine, event

from benchmarks._server import own_server, verdict
from domain import Domain, Settings, engine_for
from domain.database.connections import engine_options
from domain.database.tenancy import BIND
from features.support.defaults import CHEAP
from features.support.service import MIGRATIONS
from features.support.tenancy import bulk_tenants
from pgharness.core import exits
from pgharness.servers import provision

FINISHED_EACH: Final = 1_000
PENDING_EACH: Final = 10
SMALL: Final = 10
LARGE: Final = 1_000
"""The numbers of tenants in the two databases."""
PAIRS: Final = 1_000
CLAIMS: Final = 90
WARM_UP: Final = 50

PAGE_LIMIT: Final = 1.2
CLAIM_LIMIT: Final = 1.5
RESET_LIMIT: Final = 1.6
PSYCOPGS_OWN_THRESHOLD: Final = 5
"""psycopg's default number of executions before a statement is prepared."""

Timed = Callable[[], float]
"""Runs once and returns the seconds that it took."""


@dataclass(frozen=True)
class Ratio:
    """The comparison of two alternating measurements."""

    first: float
    second: float
    """Medians, in seconds."""
    ratio: float
    """The median of the pairs' ratios, first to second."""


def main() -> None:
    """Run the benchmark and print the results."""
    with ExitStack() as cleanups:
        _, server = own_server(cleanups)
        small = Crowd(server.url, "small", SMALL, cleanups)
        large = Crowd(server.url, "large", LARGE, cleanups)
        print(f"Tasks: {small.tasks:,} of {SMALL:,} tenants, {large.tasks:,} of {LARGE:,} tenants")
        _print(
            "A page of one's own, under policies : by hand",
            compare(large.page, large.page_by_hand, PAIRS),
            PAGE_LIMIT,
        )
        _print(
            f"A page under policies, {LARGE:,} : {SMALL} tenants",
            compare(large.page, small.page, PAIRS),
            PAGE_LIMIT,
        )
        _print(
            f"A claim, {LARGE * FINISHED_EACH:,} : {SMALL * FINISHED_EACH:,} finished tasks",
            compare(large.claim, small.claim, CLAIMS),
            CLAIM_LIMIT,
        )
        _print(
            "A unit of work, its session reset afterwards : kept, with prepared statements",
            compare(small.unit_of_work, small.unit_of_work_without_reset, PAIRS),
            RESET_LIMIT,
        )


class Crowd:
    """A database with a number of tenants, and the measured operations."""

    def __init__(self, server: URL, name: str, tenants: int, cleanups: ExitStack) -> None:
        with provision.connect(server) as admin:
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        url = server.set(database=name)
        MIGRATIONS.migrate(url)
        self._owner = cleanups.enter_context(provision.connect(url))
        bulk_tenants.create_accounts(self._owner, tenants)
        bulk_tenants.create_tasks(self._owner, FINISHED_EACH, PENDING_EACH)
        self._owner.execute("VACUUM ANALYZE")
        self.tasks = tenants * (FINISHED_EACH + PENDING_EACH)
        self._tenants = [id_ for (id_,) in self._owner.execute("SELECT id FROM users")]
        self._tenant = cleanups.enter_context(provision.connect(url))
        self._engine = engine_for(url, CHEAP)
        cleanups.callback(self._engine.dispose)
        self._domain = Domain(self._engine, Settings())
        options = engine_options(url, CHEAP)
        # As without any promise about the session: the driver prepares what it sends often.
        prepared = {**options["connect_args"], "prepare_threshold": PSYCOPGS_OWN_THRESHOLD}
        not_reset = create_engine(url, **{**options, "pool_events": [], "connect_args": prepared})
        cleanups.callback(not_reset.dispose)
        self._domain_not_reset = Domain(not_reset, Settings())
        self._bind = str(BIND.compile(self._engine)).encode()
        self._statement, self._values = page_statement(self._engine, self._tenants[0])
        self._chance = random.Random(7)  # noqa: S311 (which tenant is next is no secret)

    def page(self) -> float:
        """Read a page as a tenant, as the service does."""
        user_id = self._chance.choice(self._tenants)
        with self._tenant.transaction():
            bound = {"role": "app_tenant", "user": str(user_id), "limits": "{}"}
            self._tenant.execute(self._bind, bound)
            return _timed(lambda: self._tenant.execute(self._statement, self._values).fetchall())

    def page_by_hand(self) -> float:
        """Read a page of a tenant as the tables' owner: by a condition instead of policies."""
        statement = self._statement.replace(
            " ORDER BY", " WHERE tasks.owner_id = %(user)s ORDER BY", 1
        )
        values = {**self._values, "user": self._chance.choice(self._tenants)}
        with self._owner.transaction():
            return _timed(lambda: self._owner.execute(statement, values).fetchall())

    def claim(self) -> float:
        """Claim a task as a worker, with the commit."""
        return _timed(self._claim)

    def unit_of_work(self) -> float:
        """Read a page as a tenant in a unit of work, with checkout and return of the connection."""
        return self._read(self._domain)

    def unit_of_work_without_reset(self) -> float:
        """Read it in a session that is not reset."""
        return self._read(self._domain_not_reset)

    def _read(self, domain: Domain) -> float:
        user_id = self._chance.choice(self._tenants)

        def read() -> None:
            with domain.tenant(user_id) as tx:
                tx.tasks.list()

        return _timed(read)

    def _claim(self) -> None:
        with self._domain.worker() as tx:
            assert tx.tasks.claim() is not None, "there is nothing left to claim"


def page_statement(engine: Engine, user_id: int) -> tuple[str, dict[str, Any]]:
    """Return the service's statement for a page of a tenant's tasks, and its parameters."""
    sent: list[tuple[str, dict[str, Any]]] = []

    def note(_: object, __: object, statement: str, values: Any, *___: object) -> None:
        sent.append((statement, dict(values)))

    event.listen(engine, "before_cursor_execute", note)
    try:
        with Domain(engine, Settings()).tenant(user_id) as tx:
            found = tx.tasks.list()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(found.items) > 1, "the page is empty"
    statement, values = sent[-1]
    return " ".join(statement.split()), values


def compare(first: Timed, second: Timed, pairs: int) -> Ratio:
    """Measure both in pairs, and swap the order after each pair."""
    for _ in range(min(WARM_UP, pairs // 10)):
        first(), second()
    firsts, seconds = [], []
    for number in range(pairs):
        if number % 2:
            firsts.append(first())
            seconds.append(second())
        else:
            seconds.append(second())
            firsts.append(first())
    ratios = [one / other for one, other in zip(firsts, seconds, strict=True)]
    return Ratio(statistics.median(firsts), statistics.median(seconds), statistics.median(ratios))


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _print(what: str, found: Ratio, limit: float) -> None:
    print(
        f"{what}: {found.first * 1000:.3f} ms : {found.second * 1000:.3f} ms,"
        f" ratio {found.ratio:.2f} (at most {limit}: {verdict(found.ratio <= limit)})"
    )


if __name__ == "__main__":
    exits.program(main)
