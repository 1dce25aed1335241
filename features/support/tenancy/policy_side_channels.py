"""Side channels that stay open although every table has its policies.

Each returns what the intruder learns; it fails if that is not the truth.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy.orm import Session

from domain.database.schema import Role
from domain.database.tenancy import bind
from domain.work.projects import AgentSessionTaken
from features.support.tenancy.state import TenancyState
from features.support.world import World
from pgharness.faults.statement_faults import driver_of

Channel = Callable[[World, str, str], str]
"""Takes the intruder and the victim, and returns what the intruder learns."""

NOTHING: Final = "nothing"


@contextmanager
def tenant_connection(world: World, person: str) -> Iterator[psycopg.Connection]:
    """Open a transaction in a tenant's role, for statements that the service would not send."""
    with Session(world.engine) as session:
        bind(session, Role.TENANT, world.people[person].id)
        yield driver_of(session.connection())


def learn(channel: Channel, world: World, intruder: str, victim: str) -> str:
    """Return what the intruder learns; nothing if a privilege is lacking."""
    try:
        return channel(world, intruder, victim)
    except psycopg.errors.InsufficientPrivilege:
        return NOTHING


def _agent_session(world: World, intruder: str, victim: str) -> str:
    """Add an agent with the victim's session, then one with a free session."""
    state = world.state(TenancyState)
    mine = state.fixtures[intruder]["project"].id
    theirs = state.fixtures[victim]["agent"].session_uuid
    answers = []
    for session_uuid in (theirs, uuid4()):
        try:
            with world.domain.tenant(world.people[intruder].id) as tx:
                tx.workspace.add_agent(mine, "Scout", session_uuid)
        except AgentSessionTaken:
            answers.append("taken")
        else:
            answers.append("free")
    assert answers == ["taken", "free"], f"the answers were {answers}"
    return "that some agent has it"


def _gaps_between_ids(world: World, intruder: str, victim: str) -> str:
    """Submit two tasks, between which the victim submits three."""
    ids = []
    for submitter, number in ((intruder, 1), (victim, 3), (intruder, 1)):
        for _ in range(number):
            with world.domain.tenant(world.people[submitter].id) as tx:
                ids.append(tx.tasks.submit("Count the ids", payload=None).id)
    between = ids[-1] - ids[0] - 1
    assert between == 3, f"there are {between} ids between"  # noqa: PLR2004 (said above)
    return "how many tasks all others submitted between two of his own"


def _table_size(world: World, intruder: str, _: str) -> str:
    """Read the row count that the catalogue keeps for the planner."""
    world.reader.execute("ANALYZE tasks")
    (all_tasks,) = world.reader.execute("SELECT count(*) FROM tasks").fetchone() or (0,)
    with tenant_connection(world, intruder) as connection:
        (told,) = connection.execute(
            "SELECT reltuples::int FROM pg_class WHERE oid = 'tasks'::regclass"
        ).fetchone() or (0,)
    assert told == all_tasks > 1, f"of {all_tasks} tasks, {told} were counted"
    return "about how many tasks all tenants have"


def _table_lock(world: World, intruder: str, victim: str) -> str:
    """Lock a whole table, which every role that may delete rows may do."""
    take = sql.SQL("LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE NOWAIT")
    with tenant_connection(world, intruder) as connection:
        connection.execute(take)
        connection.rollback()
    with world.domain.tenant(world.people[victim].id) as tx:
        tx.tasks.list()
        with tenant_connection(world, intruder) as connection:
            try:
                connection.execute(take)
            except psycopg.errors.LockNotAvailable:
                return "that a transaction uses it, and can make all others wait"
    raise AssertionError("the table was free though a transaction used it")


POLICY_CHANNELS: Final[dict[str, Channel]] = {
    "the session of an agent": _agent_session,
    "the ids of his own tasks": _gaps_between_ids,
    "the size of a table": _table_size,
    "a lock on a table": _table_lock,
}
