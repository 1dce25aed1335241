"""The priorities of a tenant's agents, in plain statements under an isolation level.

They are the one thing in the service that is changed in place without a version: whoever writes
last wins (`Workspace.prioritise`), so nothing but the isolation level stands between two writers.
"""

from collections.abc import Mapping
from itertools import permutations
from typing import Final
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from features.support.arrange import given_work
from features.support.world import World
from pgharness.interleaving.schedules import Done, Phrases, operation_of

NOBODY: Final = "nobody"


def _found(session: Session, condition: str = "true", **values: object) -> str:
    """Return the agents for which this holds, with their priorities, by name."""
    query = f"SELECT name, priority_score FROM agents WHERE {condition} ORDER BY name"  # noqa: S608 (of ours)
    rows = session.execute(text(query), values)
    return ", ".join(f"{name} {score}" for name, score in rows) or NOBODY


def _reads(session: Session, agent: str) -> str:
    query = text("SELECT priority_score FROM agents WHERE name = :agent")
    return str(session.scalar(query, {"agent": agent}))


def _reads_at(session: Session, score: int) -> str:
    return _found(session, "priority_score = :score", score=score)


def _reads_above(session: Session, score: int) -> str:
    return _found(session, "priority_score > :score", score=score)


def _sets(session: Session, agent: str, score: int) -> None:
    change = text("UPDATE agents SET priority_score = :score WHERE name = :agent")
    session.execute(change, {"agent": agent, "score": score})


def _locks(session: Session, agent: str) -> str:
    query = text("SELECT priority_score FROM agents WHERE name = :agent FOR NO KEY UPDATE")
    return str(session.scalar(query, {"agent": agent}))


def _compares(session: Session, agent: str, old: int, score: int) -> str:
    change = text(
        "UPDATE agents SET priority_score = :score"
        " WHERE name = :agent AND priority_score = :old RETURNING name"
    )
    changed = session.scalar(change, {"agent": agent, "old": old, "score": score})
    return "no longer so" if changed is None else "done"


def _raises(session: Session, agent: str, points: int) -> None:
    change = text("UPDATE agents SET priority_score = priority_score + :points WHERE name = :agent")
    session.execute(change, {"agent": agent, "points": points})


def _raises_all(session: Session, points: int) -> None:
    change = text("UPDATE agents SET priority_score = priority_score + :points")
    session.execute(change, {"points": points})


def _adds(session: Session, agent: str, score: int) -> None:
    addition = text(
        "INSERT INTO agents (owner_id, project_id, session_uuid, name,"
        " priority_score, priority_reason, priority_at, created_at)"
        " SELECT owner_id, id, :uuid, :agent, :score, 'so it was said', created_at, created_at"
        " FROM projects"
    )
    session.execute(addition, {"uuid": uuid4(), "agent": agent, "score": score})


def _removes_at(session: Session, score: int) -> str:
    removal = text("DELETE FROM agents WHERE priority_score = :score RETURNING name")
    return ", ".join(sorted(session.scalars(removal, {"score": score}))) or NOBODY


PHRASES: Final[Phrases] = {
    "reads all": _found,
    "reads those at {score:d}": _reads_at,
    "reads those above {score:d}": _reads_above,
    "reads {agent:w}": _reads,
    "locks and reads {agent:w}": _locks,
    "sets {agent:w} to {score:d}": _sets,
    "sets {agent:w} from {old:d} to {score:d}": _compares,
    "raises all by {points:d}": _raises_all,
    "raises {agent:w} by {points:d}": _raises,
    "adds {agent:w} at {score:d}": _adds,
    "removes those at {score:d}": _removes_at,
}
"""What a session may do with them, and what it says of what it finds."""


def store(world: World, person: str, priorities: str) -> None:
    """Store a project of a person's and its agents with these priorities: "Clerk 10"."""
    given_work.project(world, person, "figures")
    for agent, _ in _pairs(priorities):
        given_work.agent(world, person, agent, "figures")
    with world.past_the_domain() as session:
        for agent, score in _pairs(priorities):
            change = text(
                "UPDATE agents SET priority_score = :score, priority_reason = 'so it was said',"
                " priority_at = created_at WHERE name = :agent"
            )
            session.execute(change, {"agent": agent, "score": score})


def found(session: Session) -> str:
    """Return all agents with their priorities, by name."""
    return _found(session)


def explanations(
    session: Session, done: Mapping[str, list[Done]], before: str, after: str
) -> list[tuple[str, ...]]:
    """Return the orders in which these sessions, one at a time, find the same and leave the same.

    None means that what has happened is not serializable (Papadimitriou, JACM 1979: view
    equivalence, which reads and final state make up). Each order is tried in the session, which
    the caller rolls back.
    """
    return [order for order in permutations(done) if _replays(session, order, done, before, after)]


def _replays(
    session: Session,
    order: tuple[str, ...],
    done: Mapping[str, list[Done]],
    before: str,
    after: str,
) -> bool:
    session.execute(text("DELETE FROM agents"))
    for agent, score in _pairs(before):
        _adds(session, agent, score)
    same = all(
        operation_of(step.phrase, PHRASES)(session) == step.answer
        for who in order
        for step in done[who]
    )
    return same and _found(session) == after


def _pairs(priorities: str) -> list[tuple[str, int]]:
    pairs = (pair.split() for pair in priorities.split(", "))
    return [(agent, int(score)) for agent, score in pairs]
