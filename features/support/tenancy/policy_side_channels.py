"""What a tenant learns of others all the same: PostgreSQL tells it, whatever policies there are."""

from collections.abc import Callable
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


def _told_of_session(world: World, intruder: str, victim: str) -> str:
    """Give an agent of one's own the session of somebody else's, then one of nobody's."""
    state = world.state(TenancyState)
    mine = state.estates[intruder]["project"].id
    theirs = state.estates[victim]["agent"].session_uuid
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


def _told_of_gaps(world: World, intruder: str, victim: str) -> str:
    """Submit two tasks, between which somebody else submits three."""
    ids = []
    for submitter, number in ((intruder, 1), (victim, 3), (intruder, 1)):
        for _ in range(number):
            with world.domain.tenant(world.people[submitter].id) as tx:
                ids.append(tx.tasks.submit("Count the ids", payload=None).id)
    between = ids[-1] - ids[0] - 1
    assert between == 3, f"there are {between} ids between"  # noqa: PLR2004 (said above)
    return "how many tasks all others submitted between two of his own"


def _told_of_size(world: World, intruder: str, _: str) -> str:
    """Ask the catalogue for the size of a table, which it keeps for the planner."""
    world.reader.execute("ANALYZE tasks")
    (all_tasks,) = world.reader.execute("SELECT count(*) FROM tasks").fetchone() or (0,)
    with as_tenant(world, intruder) as connection:
        (told,) = connection.execute(
            "SELECT reltuples::int FROM pg_class WHERE oid = 'tasks'::regclass"
        ).fetchone() or (0,)
    assert told == all_tasks > 1, f"of {all_tasks} tasks, {told} were told"
    return "how many tasks all tenants have, about"


def _told_of_work(world: World, intruder: str, victim: str) -> str:
    """Take a whole table for oneself, which whoever may remove rows may do."""
    take = sql.SQL("LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE NOWAIT")
    with as_tenant(world, intruder) as connection:
        connection.execute(take)
        connection.rollback()
    with world.domain.tenant(world.people[victim].id) as tx:
        tx.tasks.list()
        with as_tenant(world, intruder) as connection:
            try:
                connection.execute(take)
            except psycopg.errors.LockNotAvailable:
                return "that somebody is at work in it, and can keep all others waiting"
    raise AssertionError("the table was free though somebody was at work in it")


LESSONS: Final[dict[str, Callable[[World, str, str], str]]] = {
    "the session of an agent": _told_of_session,
    "the ids of his own tasks": _told_of_gaps,
    "the size of a table": _told_of_size,
    "a lock on a table": _told_of_work,
}


class as_tenant:  # noqa: N801 (a phrase: with as_tenant(world, "Bram"))
    """A transaction of somebody's, for statements that the service would not send."""

    def __init__(self, world: World, person: str) -> None:
        self._session = Session(world.engine)
        self._user_id = world.people[person].id

    def __enter__(self) -> psycopg.Connection:
        bind(self._session, Role.TENANT, self._user_id)
        return self._session.connection().connection.driver_connection  # type: ignore[return-value]

    def __exit__(self, *_: object) -> None:
        self._session.close()
