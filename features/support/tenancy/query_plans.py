"""How the server goes about the service's own statements, by the shape of its plans."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import psycopg
from sqlalchemy import event

from domain.transactions import TenantWork
from domain.work.tasks import TaskStatus
from features.support.arrange import factories
from features.support.tenancy import bulk_tenants
from features.support.world import World

Plan = dict[str, Any]

READINGS: Final[dict[str, Callable[[TenantWork], object]]] = {
    "a page of her tasks": lambda tx: tx.tasks.list(),
    "the next page of her tasks": lambda tx: tx.tasks.list(after=100),
    "a page of her pending tasks": lambda tx: tx.tasks.list(status=TaskStatus.PENDING),
    "a page of her tasks for an agent": lambda tx: tx.tasks.list(agent_id=1),
}

FOUND_ALREADY: Final = re.compile(r"\bid = (\(InitPlan |\$\d)")
"""A key that another part of the plan has found; before PostgreSQL 17 it is called $0, $1, …"""


def many_tasks(world: World, tenants: int, finished: int, pending: int) -> None:
    """Store tasks of Ada's and of other tenants', and let the planner know of them."""
    factories.account(world, "Ada")
    bulk_tenants.gather(world.reader, tenants - 1)
    bulk_tenants.set_to_work(world.reader, finished, pending)


def of_reading(world: World, what: str) -> Plan:
    """Return the plan of what the service sends to read something of Ada's."""
    return _plan(world, "SELECT", lambda: _read(world, what))


def of_claim(world: World) -> Plan:
    """Return the plan of what the service sends to claim a task."""
    return _plan(world, "UPDATE", lambda: _claim(world))


def _read(world: World, what: str) -> None:
    with world.domain.tenant(world.people["Ada"].id) as tx:
        READINGS[what](tx)


def _claim(world: World) -> None:
    with world.domain.worker() as tx:
        tx.tasks.claim()


def _plan(world: World, verb: str, work: Callable[[], None]) -> Plan:
    """Have the statement about tasks explained in the very transaction that is to run it."""
    plans: list[Plan] = []

    def explain(
        _: object, cursor: psycopg.Cursor, statement: str, values: Any, *__: object
    ) -> None:
        if statement.startswith(verb) and "FROM tasks" in statement:
            with cursor.connection.cursor() as other:
                other.execute(f"EXPLAIN (FORMAT JSON) {statement}", values)
                ((explained,),) = other.fetchall()
            plans.append(explained[0]["Plan"])

    event.listen(world.engine, "before_cursor_execute", explain)
    try:
        work()
    finally:
        event.remove(world.engine, "before_cursor_execute", explain)
    (plan,) = plans
    return plan


def _nodes(plan: Plan) -> Iterator[Plan]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def ways_to(plan: Plan, table: str) -> dict[str, str]:
    """Return how the rows of a table are found: by which index, and by which condition.

    What was found so already, and is taken again by its key alone, is not counted.
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


def asks_whose(plan: Plan) -> bool:
    """Tell whether owners are compared with what a part of the plan finds out: who is bound."""
    parts = [node for node in _nodes(plan) if node.get("Parent Relationship") == "InitPlan"]
    conditions = [str(node.get("Index Cond", "")) for node in _nodes(plan)]
    return bool(parts) and any("owner_id = " in condition for condition in conditions)
