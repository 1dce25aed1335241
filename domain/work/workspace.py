"""The workspace: projects, agents, what is said about tasks, and what has happened.

Turns belong to a task and go with it. Events stay, whatever they were about is deleted; they only
lose the reference to it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.clock import Clock
from domain.database.pages import IN_ORDER, Page, Pages
from domain.database.schema import Base, Id, Instant, Key, labels
from domain.errors import DomainError, refusing
from domain.instants import instant
from domain.json_values import Json, storable_json
from domain.settings import Settings
from domain.values import event_type, prose
from domain.work.projects import AgentNotFound, ProjectNotFound, Projects
from domain.work.tasks import TaskNotFound

TEXT_MAX_LENGTH: Final = 100_000
"""Code points."""


class TurnActor(StrEnum):
    """Who speaks."""

    USER = "user"
    AGENT = "agent"


class TurnIntent(StrEnum):
    """What for."""

    COMMAND = "command"
    ANSWER = "answer"
    QUESTION = "question"
    PROGRESS = "progress"
    COMPLETION = "completion"


class Turn(Base):
    """One thing said about a task, by its owner or by an agent."""

    __tablename__ = "turns"
    __table_args__ = (
        ForeignKeyConstraint(
            ["owner_id", "task_id"], ["tasks.owner_id", "tasks.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("owner_id", "id"),
        CheckConstraint("char_length(text) <= 100000 AND text ~ '[^[:space:]]'", name="text_form"),
        Index("ix_turns_owner_id_task_id_id", "owner_id", "task_id", IN_ORDER),
    )

    id: Mapped[Key]
    owner_id: Mapped[int] = mapped_column(Id)
    task_id: Mapped[int] = mapped_column(Id)
    actor: Mapped[TurnActor] = mapped_column(
        Enum(TurnActor, name="turn_actor", values_callable=labels)
    )
    intent: Mapped[TurnIntent] = mapped_column(
        Enum(TurnIntent, name="turn_intent", values_callable=labels)
    )
    text: Mapped[str]
    created_at: Mapped[Instant]

    def __repr__(self) -> str:
        return f"Turn(id={self.id}, task_id={self.task_id}, {self.actor} {self.intent})"


class Event(Base):
    """Something that has happened. It is written once, and stays as long as its owner."""

    __tablename__ = "events"
    __table_args__ = (
        *(
            ForeignKeyConstraint(
                ["owner_id", f"{name}_id"],
                [f"{name}s.owner_id", f"{name}s.id"],
                ondelete=f"SET NULL ({name}_id)",
            )
            for name in ("project", "agent", "task", "turn")
        ),
        CheckConstraint(
            "type ~ '^[a-z]+([._][a-z]+)*$' AND char_length(type) <= 100", name="type_form"
        ),
        Index("ix_events_owner_id_id", "owner_id", IN_ORDER),
        Index("ix_events_owner_id_project_id_id", "owner_id", "project_id", IN_ORDER),
        Index("ix_events_owner_id_agent_id_id", "owner_id", "agent_id", IN_ORDER),
        Index("ix_events_owner_id_task_id_id", "owner_id", "task_id", IN_ORDER),
        Index("ix_events_owner_id_turn_id_id", "owner_id", "turn_id", IN_ORDER),
    )

    id: Mapped[Key]
    owner_id: Mapped[int] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    project_id: Mapped[int | None] = mapped_column(Id)
    agent_id: Mapped[int | None] = mapped_column(Id)
    task_id: Mapped[int | None] = mapped_column(Id)
    turn_id: Mapped[int | None] = mapped_column(Id)
    type: Mapped[str]
    payload: Mapped[Json] = mapped_column(JSONB, nullable=False)
    created_at: Mapped[Instant]

    def __repr__(self) -> str:
        return f"Event(id={self.id}, type={self.type!r})"


@dataclass(eq=False)
class TurnNotFound(DomainError):
    """The tenant has no turn with this id."""

    turn_id: int | None

    sentence = "there is no turn {turn_id}"


@dataclass(eq=False)
class TurnBeforeTask(DomainError):
    """Nothing was said about the task before there was one."""

    task_id: int

    sentence = "nothing can have been said about task {task_id} before it was submitted"


@dataclass(eq=False)
class EventNotFound(DomainError):
    """The tenant has no event with this id."""

    event_id: int

    sentence = "there is no event {event_id}"


@dataclass(frozen=True)
class About:
    """What an event is about: any of these, or nothing in particular."""

    project_id: int | None = None
    agent_id: int | None = None
    task_id: int | None = None
    turn_id: int | None = None


class Workspace(Projects):
    """The operations on a tenant's projects, agents, turns and events, in one unit of work."""

    def __init__(self, session: Session, settings: Settings, clock: Clock, owner_id: int) -> None:
        super().__init__(session, settings, clock, owner_id)
        self._pages = Pages(session, settings)

    def say(
        self,
        task_id: int,
        actor: TurnActor,
        intent: TurnIntent,
        text: str,
        at: datetime | None = None,
    ) -> Turn:
        """Write down what was said about a task, now or at another time since it was submitted.

        Raises `InvalidValue`, `TaskNotFound`, `TurnBeforeTask`.
        """
        turn = Turn(
            owner_id=self._owner_id,
            task_id=task_id,
            actor=actor,
            intent=intent,
            text=prose("text", text, longest=TEXT_MAX_LENGTH),
            created_at=self._clock.now() if at is None else instant("time", at),
        )
        refusals = {
            "fk_turns_owner_id_task_id_tasks": lambda: TaskNotFound(task_id),
            "turns_not_before_task": lambda: TurnBeforeTask(task_id),
        }
        with refusing(refusals):
            self._session.add(turn)
            self._session.flush()
        return turn

    def turn(self, turn_id: int) -> Turn:
        """Return the turn with this id. Raises `TurnNotFound`."""
        found = self._session.get(Turn, turn_id)
        if found is None:
            raise TurnNotFound(turn_id)
        return found

    def turns(self, task_id: int, after: int | None = None, limit: int = 20) -> Page[Turn]:
        """Return a page of what was said about a task; nothing if there is no such task.

        Raises `InvalidValue`.
        """
        return self._pages.read(select(Turn).where(Turn.task_id == task_id), Turn.id, after, limit)

    def record(self, type_: str, payload: Json, about: About | None = None) -> Event:
        """Write down what has happened; it cannot be changed afterwards.

        Raises `InvalidValue`, `ProjectNotFound`, `AgentNotFound`, `TaskNotFound`, `TurnNotFound`.
        """
        what = about or About()
        event = Event(
            owner_id=self._owner_id,
            type=event_type("type", type_),
            payload=storable_json("payload", payload),
            created_at=self._clock.now(),
            **vars(what),
        )
        refusals = {
            "fk_events_owner_id_project_id_projects": lambda: ProjectNotFound(what.project_id),
            "fk_events_owner_id_agent_id_agents": lambda: AgentNotFound(what.agent_id),
            "fk_events_owner_id_task_id_tasks": lambda: TaskNotFound(what.task_id),
            "fk_events_owner_id_turn_id_turns": lambda: TurnNotFound(what.turn_id),
        }
        with refusing(refusals):
            self._session.add(event)
            self._session.flush()
        return event

    def event(self, event_id: int) -> Event:
        """Return the event with this id. Raises `EventNotFound`."""
        found = self._session.get(Event, event_id)
        if found is None:
            raise EventNotFound(event_id)
        return found

    def events(
        self, about: About | None = None, after: int | None = None, limit: int = 20
    ) -> Page[Event]:
        """Return a page of what has happened, or of what has happened to these only.

        Raises `InvalidValue`.
        """
        sought = {
            name: value for name, value in vars(about or About()).items() if value is not None
        }
        return self._pages.read(select(Event).filter_by(**sought), Event.id, after, limit)
