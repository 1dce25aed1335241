"""The workspace: the operations on projects, agents, turns and events."""

from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.orm import Session

from domain.clock import Clock
from domain.database.error_translation import translating
from domain.database.pages import Page, Pages
from domain.database.rows import delete_row, find_row, store_row
from domain.errors import Entity, InvalidValue, NotFound
from domain.instants import instant
from domain.json_values import Json, storable_json
from domain.settings import Settings
from domain.values import ABSOLUTE_PATH, EVENT_TYPE, SLUG, formed, line, prose
from domain.work.projects import Agent, AgentSessionTaken, PathAlreadyUsed, Project, SlugAlreadyUsed
from domain.work.tasks import Task
from domain.work.turns_and_events import (
    About,
    Event,
    Turn,
    TurnActor,
    TurnBeforeTask,
    TurnIntent,
)

AGENT_NAME_MAX_LENGTH: Final = 200
REASON_MAX_LENGTH: Final = 1000
TEXT_MAX_LENGTH: Final = 100_000
"""Code points, as the two above."""

HIGHEST_SCORE: Final = 100


class Workspace:
    """The operations on a tenant's projects, agents, turns and events, in one unit of work."""

    def __init__(self, session: Session, settings: Settings, clock: Clock, owner_id: int) -> None:
        self._session = session
        self._clock = clock
        self._owner_id = owner_id
        self._pages = Pages(session, settings)

    # --- projects -------------------------------------------------------------------------------

    def create_project(self, path: str, slug: str) -> Project:
        """Store a project. Raises `InvalidValue`, `PathAlreadyUsed`, `SlugAlreadyUsed`."""
        project = Project(
            owner_id=self._owner_id,
            path=formed("path", path, ABSOLUTE_PATH),
            slug=formed("slug", slug, SLUG),
            created_at=self._clock.now(),
        )
        taken = {
            "uq_projects_owner_id_path": lambda: PathAlreadyUsed(path),
            "uq_projects_owner_id_slug": lambda: SlugAlreadyUsed(slug),
        }
        return store_row(self._session, project, taken)

    def project(self, project_id: int) -> Project:
        """Return the project with this id. Raises `NotFound`."""
        return find_row(self._session, Project, project_id)

    def projects(self, after: int | None = None, limit: int = 20) -> Page[Project]:
        """Return a page of the tenant's projects. Raises `InvalidValue`."""
        return self._pages.read(select(Project), Project.id, after, limit)

    def delete_project(self, project_id: int) -> None:
        """Delete a project with its agents, their tasks and turns; events stay.

        Raises `NotFound`.
        """
        delete_row(self._session, Project, project_id)

    # --- agents ---------------------------------------------------------------------------------

    def add_agent(self, project_id: int, name: str, session_uuid: UUID) -> Agent:
        """Store an agent of a project.

        Raises `InvalidValue`, `NotFound` for the project, `AgentSessionTaken`.
        """
        agent = Agent(
            owner_id=self._owner_id,
            project_id=project_id,
            session_uuid=session_uuid,
            name=line("name", name, longest=AGENT_NAME_MAX_LENGTH),
            created_at=self._clock.now(),
        )
        refusals = {
            "fk_agents_owner_id_project_id_projects": lambda: NotFound(Entity.PROJECT, project_id),
            "uq_agents_session_uuid": lambda: AgentSessionTaken(session_uuid),
        }
        return store_row(self._session, agent, refusals)

    def agent(self, agent_id: int) -> Agent:
        """Return the agent with this id. Raises `NotFound`."""
        return find_row(self._session, Agent, agent_id)

    def agents(self, project_id: int, after: int | None = None, limit: int = 20) -> Page[Agent]:
        """Return a page of the agents of a project; an empty one if there is no such project.

        Raises `InvalidValue`.
        """
        query = select(Agent).where(Agent.project_id == project_id)
        return self._pages.read(query, Agent.id, after, limit)

    def prioritise(self, agent_id: int, score: int, reason: str) -> Agent:
        """Set the priority of an agent, from 0 to 100, with the reason and the time.

        Raises `InvalidValue`, `NotFound`.
        """
        if type(score) is not int or not 0 <= score <= HIGHEST_SCORE:
            raise InvalidValue("score", f"must be from 0 to {HIGHEST_SCORE}")
        why = line("reason", reason, longest=REASON_MAX_LENGTH)
        return self._set_priority(agent_id, score, why, self._clock.now())

    def clear_priority(self, agent_id: int) -> Agent:
        """Remove the priority of an agent. Raises `NotFound`."""
        return self._set_priority(agent_id, None, None, None)

    def delete_agent(self, agent_id: int) -> None:
        """Delete an agent with its tasks and their turns; events stay. Raises `NotFound`."""
        delete_row(self._session, Agent, agent_id)

    def _set_priority(
        self, agent_id: int, score: int | None, reason: str | None, at: datetime | None
    ) -> Agent:
        agent = self._session.scalar(
            update(Agent)
            .where(Agent.id == agent_id)
            # Another server's clock may be ahead of this one; no agent has a priority before it is.
            .values(
                priority_score=score,
                priority_reason=reason,
                priority_at=None if at is None else func.greatest(at, Agent.created_at),
            )
            .returning(Agent)
            .execution_options(populate_existing=True)
        )
        if agent is None:
            raise NotFound(Entity.AGENT, agent_id)
        return agent

    # --- turns and events -----------------------------------------------------------------------

    def say(
        self,
        task_id: int,
        actor: TurnActor,
        intent: TurnIntent,
        text: str,
        at: datetime | None = None,
    ) -> Turn:
        """Store a turn about a task, of now or of another time since the task was submitted.

        Raises `InvalidValue`, `NotFound` for the task, `TurnBeforeTask`.
        """
        values = {
            "owner_id": self._owner_id,
            "task_id": task_id,
            "actor": actor,
            "intent": intent,
            "text": prose("text", text, longest=TEXT_MAX_LENGTH),
            "created_at": self._since_task(task_id) if at is None else instant("time", at),
        }
        refusals = {
            "fk_turns_owner_id_task_id_tasks": lambda: NotFound(Entity.TASK, task_id),
            "turns_not_before_task": lambda: TurnBeforeTask(task_id),
        }
        with translating(refusals):
            return self._session.scalars(insert(Turn).values(values).returning(Turn)).one()

    def _since_task(self, task_id: int) -> ColumnElement[datetime]:
        """Return the time of now, or that of the task, which a clock ahead of this one stored."""
        submitted = select(Task.created_at).where(Task.id == task_id).scalar_subquery()
        return func.greatest(self._clock.now(), submitted)

    def turn(self, turn_id: int) -> Turn:
        """Return the turn with this id. Raises `NotFound`."""
        return find_row(self._session, Turn, turn_id)

    def turns(self, task_id: int, after: int | None = None, limit: int = 20) -> Page[Turn]:
        """Return a page of the turns about a task; an empty one if there is no such task.

        Raises `InvalidValue`.
        """
        return self._pages.read(select(Turn).where(Turn.task_id == task_id), Turn.id, after, limit)

    def record(self, type_: str, payload: Json, about: About | None = None) -> Event:
        """Store an event, which can never be changed.

        Raises `InvalidValue`, and `NotFound` for a row that it is about.
        """
        what = about or About()
        event = Event(
            owner_id=self._owner_id,
            type=formed("type", type_, EVENT_TYPE),
            payload=storable_json("payload", payload),
            created_at=self._clock.now(),
            **vars(what),
        )
        missing = {
            "fk_events_owner_id_project_id_projects": (Entity.PROJECT, what.project_id),
            "fk_events_owner_id_agent_id_agents": (Entity.AGENT, what.agent_id),
            "fk_events_owner_id_task_id_tasks": (Entity.TASK, what.task_id),
            "fk_events_owner_id_turn_id_turns": (Entity.TURN, what.turn_id),
        }
        refusals = {name: partial(NotFound, *found) for name, found in missing.items()}
        return store_row(self._session, event, refusals)

    def event(self, event_id: int) -> Event:
        """Return the event with this id. Raises `NotFound`."""
        return find_row(self._session, Event, event_id)

    def events(
        self, about: About | None = None, after: int | None = None, limit: int = 20
    ) -> Page[Event]:
        """Return a page of all events, or only of those about these rows.

        Raises `InvalidValue`.
        """
        sought = {
            name: value for name, value in vars(about or About()).items() if value is not None
        }
        return self._pages.read(select(Event).filter_by(**sought), Event.id, after, limit)
