"""Projects and the agents that work in them, as stored. `Workspace` has the operations."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from domain.database.pages import IN_ORDER
from domain.database.schema import Id, Instant, KeyedBase
from domain.errors import DomainError, Entity


class Project(KeyedBase):
    """A folder in which agents work, and a short name for it."""

    __tablename__ = "projects"
    entity = Entity.PROJECT
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

    owner_id: Mapped[int] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    path: Mapped[str]
    slug: Mapped[str]
    created_at: Mapped[Instant]

    def __repr__(self) -> str:
        return f"Project(id={self.id}, slug={self.slug!r})"


class Agent(KeyedBase):
    """A program that works for the owner, in one session and one project."""

    __tablename__ = "agents"
    entity = Entity.AGENT
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
class PathAlreadyUsed(DomainError):
    """Another project of the tenant has this path."""

    path: str

    sentence = "another project is in {path}; choose another path"


@dataclass(eq=False)
class SlugAlreadyUsed(DomainError):
    """Another project of the tenant has this slug."""

    slug: str

    sentence = "another project is called {slug}; choose another slug"


@dataclass(eq=False)
class AgentSessionTaken(DomainError):
    """Another agent has this session."""

    session_uuid: UUID

    sentence = "the session {session_uuid} belongs to another agent; begin a new one"
