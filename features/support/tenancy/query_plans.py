"""The plans of the service's own statements, as EXPLAIN returns them."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, Final

import psycopg
from sqlalchemy import event

from domain.transactions import IdentityWork, TenantWork
from domain.work.tasks import TaskStatus
from features.support.arrange import factories
from features.support.tenancy import bulk_tenants
from features.support.world import World

Plan = dict[str, Any]

_READS: Final[dict[str, Callable[[TenantWork], object]]] = {
    "a page of her tasks": lambda tx: tx.tasks.list(),
    "the next page of her tasks": lambda tx: tx.tasks.list(after=100),
    "a page of her pending tasks": lambda tx: tx.tasks.list(status=TaskStatus.PENDING),
    "a page of her tasks for an agent": lambda tx: tx.tasks.list(agent_id=1),
}

FOUND_ALREADY: Final = re.compile(r"\bid = (\(InitPlan |\$\d|\w+\.id\b)")
"""A key that another part of the plan has found; before PostgreSQL 17 it is called $0, $1, …"""

_ACCOUNTS: Final[dict[str, Callable[[IdentityWork], object]]] = {
    "a page of all accounts": lambda tx: tx.accounts.list(),
    "the next page of all accounts": lambda tx: tx.accounts.list(after=100),
}


def many_tasks(world: World, tenants: int, finished: int, pending: int) -> None:
    """Store tasks of Ada and of other tenants, and analyze the tables."""
    factories.account(world, "Ada")
    bulk_tenants.create_accounts(world.reader, tenants - 1)
    bulk_tenants.create_tasks(world.reader, finished, pending)


def many_accounts(world: World, number: int) -> None:
    """Store accounts, and analyze their table."""
    bulk_tenants.create_accounts(world.reader, number)
    world.reader.execute("ANALYZE users")


WORKER_CLAIM: Final = "a worker's claim"

PLANNED_STATEMENTS: Final = (*_READS, *_ACCOUNTS, WORKER_CLAIM)
"""The statements of the service that can be planned."""


def of_statement(world: World, what: str) -> Plan:
    """Return the plan of the service's statement, in the role and for the user that it has."""
    if what == WORKER_CLAIM:
        return _plan(world, "tasks", world.domain.worker, lambda tx: tx.tasks.claim())
    if what in _ACCOUNTS:
        return _plan(world, "users", world.domain.identity, _ACCOUNTS[what])
    return _plan(world, "tasks", lambda: world.tenant("Ada"), _READS[what])


def _plan(
    world: World,
    table: str,
    opening: Callable[[], AbstractContextManager[Any]],
    operation: Callable[[Any], object],
) -> Plan:
    """Explain the statement about a table in the transaction that is about to run it."""
    # Whatever the statement begins with: a WITH may be before its verb.
    about = re.compile(rf"\b(FROM|UPDATE) {table}\b")
    plans: list[Plan] = []

    def explain(
        _: object, cursor: psycopg.Cursor, statement: str, values: Any, *__: object
    ) -> None:
        if about.search(statement):
            with cursor.connection.cursor() as other:
                other.execute(f"EXPLAIN (FORMAT JSON) {statement}", values)
                ((explained,),) = other.fetchall()
            plans.append(explained[0]["Plan"])

    event.listen(world.engine, "before_cursor_execute", explain)
    try:
        with opening() as tx:
            operation(tx)
    finally:
        event.remove(world.engine, "before_cursor_execute", explain)
    (plan,) = plans
    return plan


def _nodes(plan: Plan) -> Iterator[Plan]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def access_paths(plan: Plan, table: str) -> dict[str, str]:
    """Return the indexes (or scans) by which the rows of a table are read, with their conditions.

    Rows that another part of the plan has found and that are read again by their key do not count.
    """
    found = {}
    for node in _nodes(plan):
        way = str(node.get("Index Name", node["Node Type"]))
        condition = str(node.get("Index Cond", ""))
        again = way == f"pk_{table}" and FOUND_ALREADY.search(condition) is not None
        reads = node["Node Type"] not in ("ModifyTable", "Bitmap Heap Scan")
        if reads and not again and (node.get("Relation Name") == table or "Index Name" in node):
            found[way] = condition
    return found


def compares_owner(plan: Plan) -> bool:
    """Tell whether the plan compares owners with the result of an InitPlan: the bound user."""
    parts = [node for node in _nodes(plan) if node.get("Parent Relationship") == "InitPlan"]
    conditions = [str(node.get("Index Cond", "")) for node in _nodes(plan)]
    return bool(parts) and any("owner_id = " in condition for condition in conditions)
