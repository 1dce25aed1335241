"""Plain statements on the priorities of a tenant's agents, at an isolation level.

Priorities are the only values in the service that change in place without a version: the last
write wins (`Workspace.prioritise`), so only the isolation level prevents anomalies.
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

NONE: Final = "none"
"""How a schedule writes that no agent was found."""


def _found(session: Session, condition: str = "true", **values: object) -> str:
    """Return the agents for which this holds, with their priorities, by name."""
    query = f"SELECT name, priority_score FROM agents WHERE {condition} ORDER BY name"  # noqa: S608 (the conditions are constants)
    rows = session.execute(text(query), values)
    return ", ".join(f"{name} {score}" for name, score in rows) or NONE


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
    return "0 rows" if changed is None else "1 row"


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
        " SELECT owner_id, id, :uuid, :agent, :score, 'as agreed', created_at, created_at"
        " FROM projects"
    )
    session.execute(addition, {"uuid": uuid4(), "agent": agent, "score": score})


def _deletes_at(session: Session, score: int) -> str:
    deletion = text("DELETE FROM agents WHERE priority_score = :score RETURNING name")
    return ", ".join(sorted(session.scalars(deletion, {"score": score}))) or NONE


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
    "deletes those at {score:d}": _deletes_at,
}
"""The operations of a schedule; a read returns what it finds."""

VERDICTS: Final = {
    "happens": "happens",
    "is prevented by waiting": "waits",
    "is prevented by a refusal": "refused (40001)",
    "is prevented by reading only committed rows": "reads only committed rows",
    "is prevented by reading one snapshot": "reads one snapshot",
}
"""The result of an anomaly at an isolation level, and its cell in docs/transactions.md."""


def store(world: World, person: str, priorities: str) -> None:
    """Store a project of a person's and its agents with these priorities: "Clerk 10"."""
    given_work.project(world, person, "figures")
    for agent, _ in _pairs(priorities):
        given_work.agent(world, person, agent, "figures")
    with world.past_the_domain() as session:
        for agent, score in _pairs(priorities):
            change = text(
                "UPDATE agents SET priority_score = :score, priority_reason = 'as agreed',"
                " priority_at = created_at WHERE name = :agent"
            )
            session.execute(change, {"agent": agent, "score": score})


def found(session: Session) -> str:
    """Return all agents with their priorities, by name."""
    return _found(session)


def serial_orders(
    session: Session, done: Mapping[str, list[Done]], before: str, after: str
) -> list[tuple[str, ...]]:
    """Return the serial orders in which these transactions read the same and leave the same rows.

    Without any the schedule is not serializable (view equivalence: Papadimitriou, JACM 1979). Each
    order is replayed in the session, which the caller rolls back.
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
