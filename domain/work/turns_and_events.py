"""Turns and events, as stored: what was said about tasks, and what has happened.

Turns are deleted with their task. Events outlive the rows that they refer to, and lose only the
reference.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from domain.database.pages import IN_ORDER
from domain.database.schema import Id, Instant, KeyedBase, labels
from domain.errors import DomainError, Entity
from domain.json_values import Json


class TurnActor(StrEnum):
    """The speaker of a turn."""

    USER = "user"
    AGENT = "agent"


class TurnIntent(StrEnum):
    """The purpose of a turn."""

    COMMAND = "command"
    ANSWER = "answer"
    QUESTION = "question"
    PROGRESS = "progress"
    COMPLETION = "completion"


class Turn(KeyedBase):
    """One message about a task, from its owner or from an agent."""

    __tablename__ = "turns"
    entity = Entity.TURN
    __table_args__ = (
        ForeignKeyConstraint(
            ["owner_id", "task_id"], ["tasks.owner_id", "tasks.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("owner_id", "id"),
        CheckConstraint("char_length(text) <= 100000 AND text ~ '[^[:space:]]'", name="text_form"),
        Index("ix_turns_owner_id_task_id_id", "owner_id", "task_id", IN_ORDER),
    )

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


class Event(KeyedBase):
    """Something that has happened. A row never changes, and is deleted only with its owner."""

    __tablename__ = "events"
    entity = Entity.EVENT
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
class TurnBeforeTask(DomainError):
    """The time of the turn is before that of its task."""

    task_id: int

    sentence = "the turn is earlier than task {task_id}; give a time after its submission"


@dataclass(frozen=True)
class About:
    """The rows that an event refers to: any of these, or none."""

    project_id: int | None = None
    agent_id: int | None = None
    task_id: int | None = None
    turn_id: int | None = None
