"""Operations of the service on one row, beside bare psycopg.

Each operation is a unit of work of its own. Its statements are recorded once; bare psycopg then
sends the same ones: what the pool sends before and after (a ping, the reset of the session), the
role and the tenant, the operation, COMMIT. So the ratio is what SQLAlchemy and the service add.
SQLAlchemy's engine alone sends them too, as text: what no service on it goes below. What the pool's
ping and reset cost is seen beside the transaction alone.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import psycopg
from sqlalchemy import Engine, event

from benchmarks.measuring.turns import Measuring, timed
from benchmarks.model import Benchmark, Comparison, Goal, Way
from domain import Domain, engine_for
from domain.work.tasks import Task
from features.support.defaults import CHEAP
from features.support.tenancy import bulk_tenants
from pgharness.servers import provision

TENANTS: Final = 10
TASKS: Final = 2_000
"""Pending ones of each tenant."""
TENANT: Final = 3
SAME: Final = "psycopg: the same statements"
ALONE: Final = "psycopg: the transaction alone"
ENGINE: Final = "SQLAlchemy's engine: the same statements, as text"
DOMAIN: Final = "the service"

Parameters = Mapping[str, Any]


@dataclass(frozen=True)
class Operation:
    """An operation, and what must be there for it."""

    name: str
    title: str
    prepare: Callable[[Domain], Any]
    """Runs before each turn, unmeasured; returns the row for the operation."""
    run: Callable[[Domain, Any], object]
    parameters: Callable[[Any], Parameters]
    """Returns the parameters that belong to the row, for bare psycopg."""


def _nothing(_: object) -> None:
    return None


def _none(_: object) -> Parameters:
    return {}


def _submit(domain: Domain, _: object = None) -> Task:
    with domain.tenant(TENANT) as tx:
        return tx.tasks.submit("Import Q3 figures", {"rows": 3})


def _get(domain: Domain, seen: Task) -> Task:
    with domain.tenant(TENANT) as tx:
        return tx.tasks.get(seen.id)


def _retitle(domain: Domain, seen: Task) -> Task:
    with domain.tenant(TENANT) as tx:
        return tx.tasks.retitle(seen, "Import Q4 figures")


def _claim(domain: Domain, _: object = None) -> Any:
    with domain.worker() as tx:
        claimed = tx.tasks.claim()
        assert claimed is not None, "there is nothing left to claim"
        return claimed


def _complete(domain: Domain, claimed: Any) -> None:
    with domain.worker() as tx:
        tx.tasks.complete(claimed, {"rows": 3})


def _account(domain: Domain, _: object = None) -> Any:
    with domain.identity() as tx:
        return tx.accounts.get(TENANT)


def _rename(domain: Domain, seen: Any) -> None:
    with domain.identity() as tx:
        tx.accounts.rename(seen, "Ada Lovelace")


def _version(seen: Any) -> Parameters:
    return {"id_1": seen.id, "version_2": seen.version}


OPERATIONS: Final = (
    Operation("submit", "submit a task (INSERT)", _nothing, _submit, _none),
    Operation("get", "read a task (SELECT)", _submit, _get, lambda seen: {"pk_1": seen.id}),
    Operation("retitle", "change a title (UPDATE in a savepoint)", _submit, _retitle, _version),
    Operation("claim", "claim a task (UPDATE, SKIP LOCKED)", _nothing, _claim, _none),
    Operation("complete", "complete a task (UPDATE)", _claim, _complete, _version),
    Operation("account", "read an account (SELECT)", _nothing, _account, _none),
    Operation("rename", "rename an account (UPDATE)", _account, _rename, _version),
)


class Bare:
    """Sends the statements of an operation by psycopg."""

    def __init__(self, connection: psycopg.Connection, sent: list[tuple[str, Parameters]]) -> None:
        self._connection = connection
        self._sent = [(statement, dict(values)) for statement, values in sent]

    def alone(self, changed: Parameters) -> None:
        """Run the transaction."""
        for statement, values in self._with(changed):
            found = self._connection.execute(statement.encode(), values or None)
            if found.description:
                found.fetchall()
        self._connection.commit()

    def by_engine(self, engine: Engine, changed: Parameters) -> None:
        """Run it by SQLAlchemy, on a connection of the pool."""
        with engine.begin() as connection:
            for statement, values in self._with(changed):
                found = connection.exec_driver_sql(statement, dict(values))
                if found.returns_rows:
                    found.all()

    def _with(self, changed: Parameters) -> Iterator[tuple[str, Parameters]]:
        for statement, values in self._sent:
            yield statement, {key: changed.get(key, value) for key, value in values.items()}

    def same(self, changed: Parameters) -> None:
        """Run it as a pool does that pings before and resets the session afterwards."""
        self._connection.autocommit = True
        self._connection.execute(";")
        self._connection.autocommit = False
        self.alone(changed)
        self._connection.autocommit = True
        self._connection.execute("DISCARD ALL")
        self._connection.execute("SELECT setseed(%s)", [0.5])
        self._connection.autocommit = False


def measure(bench: Measuring) -> None:
    """Measure each operation in the three ways."""
    url = bench.server.service.clone("operations", bench.cleanups)
    with provision.connect(url) as owner:
        bulk_tenants.create_accounts(owner, TENANTS)
        bulk_tenants.create_tasks(owner, 0, TASKS)
    engine = engine_for(url, CHEAP)
    bench.cleanups.callback(engine.dispose)
    domain = Domain(engine, CHEAP)
    connection = _detached(engine)
    bench.cleanups.callback(connection.close)
    for operation in OPERATIONS:
        bare = Bare(connection, _recorded(domain, operation))
        works: dict[str, Callable[[Any], object]] = {
            SAME: partial(_sent, bare.same, operation),
            ALONE: partial(_sent, bare.alone, operation),
            ENGINE: partial(_sent, partial(bare.by_engine, engine), operation),
            DOMAIN: partial(operation.run, domain),
        }
        ways = {way: partial(_measured, operation, domain, work) for way, work in works.items()}
        turns = bench.pick(200, 5)
        bench.alternate(operation.name, ways, turns, warm_up=turns // 10)


def _measured(operation: Operation, domain: Domain, work: Callable[[Any], object]) -> float:
    row = operation.prepare(domain)
    return timed(lambda: work(row))


def _sent(send: Callable[[Parameters], None], operation: Operation, row: Any) -> None:
    send(operation.parameters(row))


def _detached(engine: Engine) -> psycopg.Connection:
    """Return a connection with the same settings as those of the pool, which it does not go to."""
    pooled = engine.raw_connection()
    connection = pooled.driver_connection
    pooled.detach()
    assert isinstance(connection, psycopg.Connection), "psycopg is the driver"
    return connection


def _recorded(domain: Domain, operation: Operation) -> list[tuple[str, Parameters]]:
    """Return the statements that the operation sends, with their parameters."""
    subject = operation.prepare(domain)
    sent: list[tuple[str, Parameters]] = []

    def note(_: object, __: object, statement: str, values: Any, *___: object) -> None:
        sent.append((statement, dict(values)))

    engine = domain._engine  # noqa: SLF001 (of ours)
    event.listen(engine, "before_cursor_execute", note)
    try:
        operation.run(domain, subject)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return sent


BENCHMARK: Final = Benchmark(
    name="operations",
    title="Operations on one row",
    comparisons=tuple(
        Comparison(
            operation.name,
            operation.title,
            "ms",
            (Way(SAME), Way(ALONE), Way(ENGINE), Way(DOMAIN, Goal(1.5))),
        )
        for operation in OPERATIONS
    ),
    measure=measure,
)
