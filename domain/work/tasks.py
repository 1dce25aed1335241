"""Tasks: what a tenant wants done. Workers do them (`domain.work.task_queue`).

A task is edited only while it is pending, and only by a caller that has read its latest version; a
finished task never changes. Triggers enforce both for every statement.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    CheckConstraint,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    insert,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.clock import Clock
from domain.database.error_translation import States, facts, translating
from domain.database.pages import IN_ORDER, Page, Pages
from domain.database.rows import find_row
from domain.database.schema import Id, Instant, Version, VersionedBase, labels
from domain.database.versions import Required, compare_and_delete, compare_and_swap_all
from domain.errors import DomainError, Entity, NotFound, Stale
from domain.json_values import Json, storable_json
from domain.settings import Settings
from domain.values import line

TITLE_MAX_LENGTH: Final = 200
"""Code points."""


class TaskStatus(StrEnum):
    """How far a task has come."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


LIFECYCLE: Final[Mapping[TaskStatus, frozenset[TaskStatus]]] = {
    TaskStatus.PENDING: frozenset({TaskStatus.PROCESSING}),
    TaskStatus.PROCESSING: frozenset({TaskStatus.COMPLETED, TaskStatus.FAILED}),
    TaskStatus.COMPLETED: frozenset(),
    TaskStatus.FAILED: frozenset(),
}
"""The statuses that may follow each. Migration 0014 has the same table in a trigger."""


class Task(VersionedBase):
    """One thing to do: its input (`payload`), its status, and its result or error."""

    __tablename__ = "tasks"
    entity = Entity.TASK
    __table_args__ = (
        ForeignKeyConstraint(
            ["owner_id", "agent_id"], ["agents.owner_id", "agents.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("owner_id", "id"),
        CheckConstraint("char_length(title) <= 200 AND title ~ '[^[:space:]]'", name="title_form"),
        CheckConstraint(
            "char_length(error) <= 10000 AND error ~ '[^[:space:]]'", name="error_form"
        ),
        CheckConstraint("version >= 1", name="version_counts"),
        CheckConstraint(
            "(status = 'completed') = (result IS NOT NULL)", name="result_when_completed"
        ),
        CheckConstraint("(status = 'failed') = (error IS NOT NULL)", name="error_when_failed"),
        CheckConstraint("error_details IS NULL OR status = 'failed'", name="details_when_failed"),
        CheckConstraint(
            "(status = 'pending') = (started_at IS NULL)", name="started_unless_pending"
        ),
        CheckConstraint(
            "(status IN ('completed', 'failed')) = (finished_at IS NOT NULL)",
            name="finished_when_over",
        ),
        CheckConstraint("started_at >= created_at", name="started_after_created"),
        CheckConstraint("finished_at >= started_at", name="finished_after_started"),
        Index("ix_tasks_owner_id_id", "owner_id", IN_ORDER),
        Index("ix_tasks_owner_id_status_id", "owner_id", "status", IN_ORDER),
        Index("ix_tasks_owner_id_agent_id_id", "owner_id", "agent_id", IN_ORDER),
        Index(
            "ix_tasks_to_claim",
            "created_at",
            "id",
            postgresql_where=text("status = 'pending'"),
        ),
    )

    owner_id: Mapped[int] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    agent_id: Mapped[int | None] = mapped_column(Id)
    """The agent of the owner that does the task; None: any."""
    title: Mapped[str]
    payload: Mapped[Json] = mapped_column(JSONB, nullable=False)
    status: Mapped[TaskStatus] = mapped_column(
        Enum(TaskStatus, name="task_status", values_callable=labels),
        server_default=text("'pending'"),
    )
    result: Mapped[Json] = mapped_column(JSONB, nullable=True)
    """The result of a completed task, which may be JSON's null."""
    error: Mapped[str | None]
    error_details: Mapped[Json] = mapped_column(JSONB, nullable=True)
    # Again, because SQLAlchemy takes it from here: it checks the version of edits in place too.
    version: Mapped[int] = mapped_column(Version, server_default=text("1"))
    created_at: Mapped[Instant]
    started_at: Mapped[Instant | None]
    finished_at: Mapped[Instant | None]

    __mapper_args__: Final = {"version_id_col": version}  # type: ignore[misc]

    def __repr__(self) -> str:
        return f"Task(id={self.id}, status={self.status}, version={self.version})"


@dataclass(eq=False)
class TaskAlreadyFinished(DomainError):
    """The task is completed or failed, which is final."""

    task_id: int
    status: TaskStatus

    sentence = "task {task_id} is {status} and cannot change any more"


@dataclass(eq=False)
class TransitionRefused(DomainError):
    """The lifecycle has no transition from the one status to the other."""

    task_id: int
    status: TaskStatus
    asked: TaskStatus

    sentence = "task {task_id} is {status} and cannot become {asked}"


@dataclass(eq=False)
class TaskNotEditable(DomainError):
    """A worker has claimed the task, or this part of a task never changes."""

    task_id: int
    status: TaskStatus

    sentence = "task {task_id} is {status}; only pending tasks can be edited, and only in part"


def refused_transition(task_id: int, status: TaskStatus, asked: TaskStatus) -> DomainError:
    """Return the error for a task of this status that was to change to the other."""
    if not LIFECYCLE[status]:
        return TaskAlreadyFinished(task_id, status)
    return TransitionRefused(task_id, status, asked)


TASK_STATES: Final[States] = {
    "TK001": lambda error: _transition(**facts(error)),
    "TK002": lambda error: _stale(**facts(error)),
    "TK003": lambda error: _not_editable(**facts(error)),
}
"""The SQLSTATEs that the triggers of migration 0014 raise, and the errors that stand for them."""


def _transition(task_id: int, status: str, asked: str) -> DomainError:
    return refused_transition(task_id, TaskStatus(status), TaskStatus(asked))


def _stale(task_id: int, version_seen: int) -> DomainError:
    return Stale(Entity.TASK, task_id, version_seen)


def _not_editable(task_id: int, status: str) -> DomainError:
    return TaskNotEditable(task_id, TaskStatus(status))


class Tasks:
    """The operations on the tenant's own tasks, within one unit of work."""

    def __init__(self, session: Session, settings: Settings, clock: Clock, owner_id: int) -> None:
        self._session = session
        self._clock = clock
        self._owner_id = owner_id
        self._pages = Pages(session, settings)

    def submit(self, title: str, payload: Json, agent_id: int | None = None) -> Task:
        """Store a task for one of the tenant's agents, or for any.

        Raises `InvalidValue`, and `NotFound` for the agent.
        """
        # Only the columns that a tenant may insert; the others have defaults in the database.
        values = {
            "owner_id": self._owner_id,
            "agent_id": agent_id,
            "title": line("title", title, longest=TITLE_MAX_LENGTH),
            "payload": storable_json("payload", payload),
            "created_at": self._clock.now(),
        }
        with _existing(agent_id):
            return self._session.scalars(insert(Task).values(values).returning(Task)).one()

    def get(self, task_id: int) -> Task:
        """Return the task with this id. Raises `NotFound`."""
        return find_row(self._session, Task, task_id)

    def list(
        self,
        status: TaskStatus | None = None,
        agent_id: int | None = None,
        after: int | None = None,
        limit: int = 20,
    ) -> Page[Task]:
        """Return a page of the tenant's tasks, of all or only of this status and this agent.

        Raises `InvalidValue`.
        """
        query = select(Task)
        if status is not None:
            query = query.where(Task.status == status)
        if agent_id is not None:
            query = query.where(Task.agent_id == agent_id)
        return self._pages.read(query, Task.id, after, limit)

    def retitle(self, seen: Task, title: str) -> Task:
        """Change the title of a pending task.

        Raises `InvalidValue`, `NotFound`, `Stale`, `TaskAlreadyFinished`, `TaskNotEditable`.
        """
        return self._edit([seen], title=line("title", title, longest=TITLE_MAX_LENGTH))[0]

    def assign(self, seen: Sequence[Task], agent_id: int | None) -> Sequence[Task]:
        """Assign pending tasks to one of the tenant's agents, or to any: all or none of them.

        Raises `NotFound`, `Stale`, `TaskAlreadyFinished`, `TaskNotEditable`.
        """
        with _existing(agent_id):
            return self._edit(seen, agent_id=agent_id)

    def delete(self, seen: Task) -> None:
        """Delete a task of any status with its turns; events stay. Raises `NotFound`, `Stale`."""
        compare_and_delete(self._session, Task, seen)

    def _edit(self, seen: Sequence[Task], **values: Any) -> Sequence[Task]:
        """Write `values` into all these tasks if all of them are pending and as they were read."""
        pending = Required(Task.status, {TaskStatus.PENDING}, _why_not_pending)
        with self._session.begin_nested():
            return compare_and_swap_all(self._session, Task, seen, pending, **values)


def _why_not_pending(task_id: int, status: TaskStatus) -> DomainError:
    if not LIFECYCLE[status]:
        return TaskAlreadyFinished(task_id, status)
    return TaskNotEditable(task_id, status)


def _existing(agent_id: int | None) -> AbstractContextManager[None]:
    missing = {"fk_tasks_owner_id_agent_id_agents": lambda: NotFound(Entity.AGENT, agent_id)}
    return translating(missing)
