"""Projects and the agents that work in them: the upper half of the workspace."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    UniqueConstraint,
    delete,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.clock import Clock
from domain.database.pages import IN_ORDER, Page, Pages
from domain.database.schema import Base, Id, Instant, Key
from domain.errors import DomainError, InvalidValue, refusing
from domain.settings import Settings
from domain.values import absolute_path, line, slug_form

AGENT_NAME_MAX_LENGTH: Final = 200
REASON_MAX_LENGTH: Final = 1000
HIGHEST_SCORE: Final = 100


class Project(Base):
    """Where agents work: a folder, and a short name for it."""

    __tablename__ = "projects"
    __table_args__ = (
        UniqueConstraint("owner_id", "id"),
        UniqueConstraint("owner_id", "path"),
        UniqueConstraint("owner_id", "slug"),
        Index("ix_projects_owner_id_id", "owner_id", IN_ORDER),
        CheckConstraint("path ~ '^(/[^/]+)+$' AND char_length(path) <= 500", name="path_form"),
        CheckConstraint(
            "slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND char_length(slug) <= 63", name="slug_form"
        ),
    )

    id: Mapped[Key]
    owner_id: Mapped[int] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    path: Mapped[str]
    slug: Mapped[str]
    created_at: Mapped[Instant]

    def __repr__(self) -> str:
        return f"Project(id={self.id}, slug={self.slug!r})"


class Agent(Base):
    """Somebody who works for the owner, in one session and one project."""

    __tablename__ = "agents"
    __table_args__ = (
        ForeignKeyConstraint(
            ["owner_id", "project_id"], ["projects.owner_id", "projects.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("owner_id", "id"),
        UniqueConstraint("session_uuid"),
        CheckConstraint("char_length(name) <= 200 AND name ~ '[^[:space:]]'", name="name_form"),
        CheckConstraint("priority_score BETWEEN 0 AND 100", name="priority_score_range"),
        CheckConstraint(
            "char_length(priority_reason) <= 1000 AND priority_reason ~ '[^[:space:]]'",
            name="priority_reason_form",
        ),
        CheckConstraint(
            "num_nonnulls(priority_score, priority_reason, priority_at) IN (0, 3)",
            name="priority_is_whole",
        ),
        CheckConstraint("priority_at >= created_at", name="priority_after_created"),
        Index("ix_agents_owner_id_project_id_id", "owner_id", "project_id", IN_ORDER),
    )

    id: Mapped[Key]
    owner_id: Mapped[int] = mapped_column(Id)
    project_id: Mapped[int] = mapped_column(Id)
    session_uuid: Mapped[UUID]
    name: Mapped[str]
    priority_score: Mapped[int | None] = mapped_column(SmallInteger)
    priority_reason: Mapped[str | None]
    priority_at: Mapped[Instant | None]
    created_at: Mapped[Instant]

    def __repr__(self) -> str:
        return f"Agent(id={self.id}, project_id={self.project_id})"


@dataclass(eq=False)
class ProjectNotFound(DomainError):
    """The tenant has no project with this id."""

    project_id: int | None

    sentence = "there is no project {project_id}"


@dataclass(eq=False)
class PathAlreadyUsed(DomainError):
    """Another project of the tenant's is in this folder."""

    path: str

    sentence = "there is a project in {path} already"


@dataclass(eq=False)
class SlugAlreadyUsed(DomainError):
    """Another project of the tenant's is called like this."""

    slug: str

    sentence = "there is a project called {slug} already"


@dataclass(eq=False)
class AgentNotFound(DomainError):
    """The tenant has no agent with this id."""

    agent_id: int | None

    sentence = "there is no agent {agent_id}"


@dataclass(eq=False)
class AgentSessionTaken(DomainError):
    """Another agent has this session."""

    session_uuid: UUID

    sentence = "the session {session_uuid} belongs to another agent"


class Projects:
    """The operations on projects and agents, within one tenant's unit of work."""

    def __init__(self, session: Session, settings: Settings, clock: Clock, owner_id: int) -> None:
        self._session = session
        self._clock = clock
        self._owner_id = owner_id
        self._pages = Pages(session, settings)

    def create_project(self, path: str, slug: str) -> Project:
        """Begin a project. Raises `InvalidValue`, `PathAlreadyUsed`, `SlugAlreadyUsed`."""
        project = Project(
            owner_id=self._owner_id,
            path=absolute_path("path", path),
            slug=slug_form("slug", slug),
            created_at=self._clock.now(),
        )
        taken = {
            "uq_projects_owner_id_path": lambda: PathAlreadyUsed(path),
            "uq_projects_owner_id_slug": lambda: SlugAlreadyUsed(slug),
        }
        with refusing(taken):
            self._session.add(project)
            self._session.flush()
        return project

    def project(self, project_id: int) -> Project:
        """Return the project with this id. Raises `ProjectNotFound`."""
        found = self._session.get(Project, project_id)
        if found is None:
            raise ProjectNotFound(project_id)
        return found

    def projects(self, after: int | None = None, limit: int = 20) -> Page[Project]:
        """Return a page of the tenant's projects. Raises `InvalidValue`."""
        return self._pages.read(select(Project), Project.id, after, limit)

    def delete_project(self, project_id: int) -> None:
        """Remove a project with its agents, their tasks and turns; events stay.

        Raises `ProjectNotFound`.
        """
        removed = delete(Project).where(Project.id == project_id).returning(Project.id)
        if self._session.scalar(removed) is None:
            raise ProjectNotFound(project_id)

    def add_agent(self, project_id: int, name: str, session_uuid: UUID) -> Agent:
        """Let an agent work in a project.

        Raises `InvalidValue`, `ProjectNotFound`, `AgentSessionTaken`.
        """
        agent = Agent(
            owner_id=self._owner_id,
            project_id=project_id,
            session_uuid=session_uuid,
            name=line("name", name, longest=AGENT_NAME_MAX_LENGTH),
            created_at=self._clock.now(),
        )
        refusals = {
            "fk_agents_owner_id_project_id_projects": lambda: ProjectNotFound(project_id),
            "uq_agents_session_uuid": lambda: AgentSessionTaken(session_uuid),
        }
        with refusing(refusals):
            self._session.add(agent)
            self._session.flush()
        return agent

    def agent(self, agent_id: int) -> Agent:
        """Return the agent with this id. Raises `AgentNotFound`."""
        found = self._session.get(Agent, agent_id)
        if found is None:
            raise AgentNotFound(agent_id)
        return found

    def agents(self, project_id: int, after: int | None = None, limit: int = 20) -> Page[Agent]:
        """Return a page of the agents of a project; of none if there is no such project.

        Raises `InvalidValue`.
        """
        query = select(Agent).where(Agent.project_id == project_id)
        return self._pages.read(query, Agent.id, after, limit)

    def prioritise(self, agent_id: int, score: int, reason: str) -> Agent:
        """Say how much an agent matters, from 0 to 100, and why.

        Raises `InvalidValue`, `AgentNotFound`.
        """
        if type(score) is not int or not 0 <= score <= HIGHEST_SCORE:
            raise InvalidValue("score", f"must be from 0 to {HIGHEST_SCORE}")
        why = line("reason", reason, longest=REASON_MAX_LENGTH)
        return self._set_priority(agent_id, score, why, self._clock.now())

    def clear_priority(self, agent_id: int) -> Agent:
        """Say nothing any more about how much an agent matters. Raises `AgentNotFound`."""
        return self._set_priority(agent_id, None, None, None)

    def delete_agent(self, agent_id: int) -> None:
        """Remove an agent with its tasks and their turns; events stay. Raises `AgentNotFound`."""
        removed = delete(Agent).where(Agent.id == agent_id).returning(Agent.id)
        if self._session.scalar(removed) is None:
            raise AgentNotFound(agent_id)

    def _set_priority(
        self, agent_id: int, score: int | None, reason: str | None, at: datetime | None
    ) -> Agent:
        agent = self._session.scalar(
            update(Agent)
            .where(Agent.id == agent_id)
            .values(priority_score=score, priority_reason=reason, priority_at=at)
            .returning(Agent)
            .execution_options(populate_existing=True)
        )
        if agent is None:
            raise AgentNotFound(agent_id)
        return agent
