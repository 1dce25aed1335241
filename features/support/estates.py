"""One of everything that a tenant can own, straight into the tables."""

from datetime import timedelta
from uuid import uuid4

from domain.objectives import Objective, ObjectiveEntry
from domain.projects import Agent, Project
from domain.tasks import Task
from domain.workspace import Event, Turn, TurnActor, TurnIntent
from features.support import catalogue, factories
from features.support.world import World


def estate(world: World, person: str) -> None:
    """Store an account, and something of the person's in every table that tenants own.

    Whatever is text says whose it is.
    """
    owner_id = factories.account(world, person).id
    now, name = world.clock.now(), person.lower()
    project = Project(
        owner_id=owner_id, path=f"/home/{name}-secret", slug=f"{name}-secret", created_at=now
    )
    objective = Objective(
        owner_id=owner_id, text=f"{person}'s secret goal", constraints=[name], since=now
    )
    agent = Agent(
        owner_id=owner_id,
        session_uuid=uuid4(),
        name=f"{person}'s secret agent",
        priority_score=7,
        priority_reason=f"{person}'s secret reason",
        priority_at=now,
        created_at=now,
    )
    task = Task(
        owner_id=owner_id,
        title=f"{person}'s secret task",
        payload={"secret": f"{person}'s"},
        created_at=now,
    )
    turn = Turn(
        owner_id=owner_id,
        actor=TurnActor.USER,
        intent=TurnIntent.COMMAND,
        text=f"{person}'s secret words",
        created_at=now,
    )
    with world.past_the_domain() as session:
        session.add_all([project, objective])
        session.flush()
        agent.project_id = project.id
        session.add(agent)
        session.flush()
        task.agent_id = agent.id
        session.add(task)
        session.flush()
        turn.task_id = task.id
        session.add(turn)
        session.flush()
        event = Event(
            owner_id=owner_id,
            project_id=project.id,
            agent_id=agent.id,
            task_id=task.id,
            turn_id=turn.id,
            type=f"secret.of.{name}",
            payload={"secret": f"{person}'s"},
            created_at=now,
        )
        former = ObjectiveEntry(
            owner_id=owner_id,
            objective_id=objective.id,
            text=f"{person}'s former secret goal",
            constraints=[],
            valid_from=now - timedelta(days=1),
            valid_until=now,
        )
        present = ObjectiveEntry(
            owner_id=owner_id,
            objective_id=objective.id,
            text=objective.text,
            constraints=objective.constraints,
            valid_from=now,
        )
        session.add_all([event, former, present])
    world.neighbours.estates[person] = {
        "project": project,
        "agent": agent,
        "task": task,
        "turn": turn,
        "event": event,
        "objective": objective,
    }
    for table in catalogue.tenant_tables(world.reader):
        assert catalogue.count(world.reader, table, owner_id), (
            f"nobody knows how to store something of {person}'s in {table}"
        )
