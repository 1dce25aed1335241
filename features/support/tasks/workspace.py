"""The chain from a project to an event, and what an event is about."""

from dataclasses import dataclass
from typing import Final

from domain.transactions import TenantWork
from domain.work.projects import Agent, Project
from domain.work.tasks import Task
from domain.work.turns_and_events import About, Event, Turn, TurnActor, TurnIntent
from features.support.arrange.known_work import WorkState
from features.support.arrange.work_factories import session_uuid_of
from features.support.world import World

NOTHING: Final = "nothing"

Chain = tuple[Project, Agent, Task, Turn, Event]
CHAIN: Final = ("projects", "agents", "tasks", "turns", "events")


def make_chain(tx: TenantWork) -> Chain:
    """Make a row of each kind, each belonging to the one before."""
    project = tx.workspace.create_project("/srv/q3", "figures")
    agent = tx.workspace.add_agent(project.id, "Scribe", session_uuid_of("Scribe"))
    task = tx.tasks.submit("Import", {"rows": 1200}, agent.id)
    turn = tx.workspace.say(task.id, TurnActor.USER, TurnIntent.COMMAND, "Begin")
    event = tx.workspace.record("turn.said", {"words": 1}, About(turn_id=turn.id))
    return project, agent, task, turn, event


def follow_up(tx: TenantWork, event_id: int) -> list[int | None]:
    """Return the ids from the project to the event, each read by the reference of the next."""
    event = tx.workspace.event(event_id)
    assert event.turn_id is not None, "the event is about no turn"
    turn = tx.workspace.turn(event.turn_id)
    task = tx.tasks.get(turn.task_id)
    assert task.agent_id is not None, "the task is for no agent"
    agent = tx.workspace.agent(task.agent_id)
    return [tx.workspace.project(agent.project_id).id, agent.id, task.id, turn.id, event.id]


def follow_down(tx: TenantWork, project_id: int) -> list[list[int]]:
    """Return the ids of all that belongs to a project, by one list for each kind."""
    agents = tx.workspace.agents(project_id).items
    tasks = [task for agent in agents for task in tx.tasks.list(agent_id=agent.id).items]
    turns = [turn for task in tasks for turn in tx.workspace.turns(task.id).items]
    events = [
        event for turn in turns for event in tx.workspace.events(About(turn_id=turn.id)).items
    ]
    return [[thing.id for thing in things] for things in (agents, tasks, turns, events)]


@dataclass(frozen=True)
class References:
    """The rows that an event is about."""

    owner: str
    """The name of their owner; empty for the one who records the event."""
    kinds: tuple[str, ...]

    def of(self, world: World, person: str) -> About:
        """Return the ids of these rows in the workspace of their owner, or else the person's."""
        state = world.state(WorkState)
        name = self.owner or person
        rows: dict[str, Project | Agent | Task | Turn] = {
            kind: getattr(state, f"{kind}s")[key]
            for kind, key in {
                "project": f"{name.lower()}-project",
                "agent": f"{name}'s agent",
                "task": f"{name}'s task",
                "turn": f"{name}'s turn",
            }.items()
            if kind in self.kinds
        }
        return About(**{f"{kind}_id": row.id for kind, row in rows.items()})
