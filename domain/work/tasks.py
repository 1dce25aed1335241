"""Tasks: what a tenant wants done. Workers do them (`domain.work.task_queue`).

A task is edited only while it is pending, and only by whoever has seen its latest version; a
finished task never changes again. The database holds to both, whatever statement comes along.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    CheckConstraint,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    delete,
    insert,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.clock import Clock
from domain.database.pages import IN_ORDER, Page, Pages
from domain.database.schema import Base, Id, Instant, Key, Version, labels
from domain.errors import DomainError, States, refusing
from domain.json_values import Json, storable_json
from domain.settings import Settings
from domain.values import line
from domain.work.projects import AgentNotFound

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
"""What each status may be followed by. Migration 0014 has the same table, as a trigger."""


class Task(Base):
    """One thing to do, what it needs, and what came of it."""

    __tablename__ = "tasks"
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

    id: Mapped[Key]
    owner_id: Mapped[int] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    agent_id: Mapped[int | None] = mapped_column(Id)
    """Whose task it is among the owner's agents; None: anybody's."""
    title: Mapped[str]
    payload: Mapped[Json] = mapped_column(JSONB, nullable=False)
    status: Mapped[TaskStatus] = mapped_column(
        Enum(TaskStatus, name="task_status", values_callable=labels),
        server_default=text("'pending'"),
    )
    result: Mapped[Json] = mapped_column(JSONB, nullable=True)
    """What came of a completed task; None too is a result."""
    error: Mapped[str | None]
    error_details: Mapped[Json] = mapped_column(JSONB, nullable=True)
    version: Mapped[int] = mapped_column(Version, server_default=text("1"))
    created_at: Mapped[Instant]
    started_at: Mapped[Instant | None]
    finished_at: Mapped[Instant | None]

    __mapper_args__: Final = {"version_id_col": version}  # type: ignore[misc]

    def __repr__(self) -> str:
        return f"Task(id={self.id}, status={self.status}, version={self.version})"


@dataclass(eq=False)
class TaskNotFound(DomainError):
    """There is no task with this id, or none of the tenant's."""

    task_id: int | None

    sentence = "there is no task {task_id}"


@dataclass(eq=False)
class StaleTask(DomainError):
    """Somebody changed the task after it was read: read it again, then decide."""

    task_id: int
    version_seen: int

    sentence = "task {task_id} was changed since version {version_seen} was read; read it again"


@dataclass(eq=False)
class TaskAlreadyFinished(DomainError):
    """The task is completed or failed, for good."""

    task_id: int
    status: TaskStatus

    sentence = "task {task_id} is {status} and cannot change any more"


@dataclass(eq=False)
class TransitionRefused(DomainError):
    """No task goes from the one status to the other."""

    task_id: int
    status: TaskStatus
    asked: TaskStatus

    sentence = "task {task_id} is {status} and cannot become {asked}"


@dataclass(eq=False)
class TaskNotEditable(DomainError):
    """A worker is at the task as it is, or this part of it never changes."""

    task_id: int
    status: TaskStatus

    sentence = "task {task_id} is {status} and cannot be edited like that"


def refused_transition(task_id: int, status: TaskStatus, asked: TaskStatus) -> DomainError:
    """Return why a task of this status does not become what was asked."""
    if not LIFECYCLE[status]:
        return TaskAlreadyFinished(task_id, status)
    return TransitionRefused(task_id, status, asked)


TASK_STATES: Final[States] = {
    "TK001": lambda facts: refused_transition(
        facts["task_id"], TaskStatus(facts["status"]), TaskStatus(facts["asked"])
    ),
    "TK002": lambda facts: StaleTask(**facts),
    "TK003": lambda facts: TaskNotEditable(facts["task_id"], TaskStatus(facts["status"])),
}
"""Our own SQLSTATEs, which the triggers of migration 0014 raise, and what they stand for."""


class _Key(NamedTuple):
    """A task as it was seen: the reading may be brought up to date while it is compared."""

    id: int
    version: int


class Tasks:
    """The operations on the tenant's own tasks, within one unit of work."""

    def __init__(self, session: Session, settings: Settings, clock: Clock, owner_id: int) -> None:
        self._session = session
        self._clock = clock
        self._owner_id = owner_id
        self._pages = Pages(session, settings)

    def submit(self, title: str, payload: Json, agent_id: int | None = None) -> Task:
        """Have something done, by one of the tenant's agents or by anybody.

        Raises `InvalidValue`, `AgentNotFound`.
        """
        # Only what a tenant decides is named: everything else is the database's to begin with.
        values = {
            "owner_id": self._owner_id,
            "agent_id": agent_id,
            "title": line("title", title, longest=TITLE_MAX_LENGTH),
            "payload": storable_json("payload", payload),
            "created_at": self._clock.now(),
        }
        with _knowing(agent_id):
            return self._session.scalars(insert(Task).values(values).returning(Task)).one()

    def get(self, task_id: int) -> Task:
        """Return the task with this id. Raises `TaskNotFound`."""
        task = self._session.get(Task, task_id)
        if task is None:
            raise TaskNotFound(task_id)
        return task

    def list(
        self,
        status: TaskStatus | None = None,
        agent_id: int | None = None,
        after: int | None = None,
        limit: int = 20,
    ) -> Page[Task]:
        """Return a page of the tenant's tasks, of all or of this status and this agent only.

        Raises `InvalidValue`.
        """
        query = select(Task)
        if status is not None:
            query = query.where(Task.status == status)
        if agent_id is not None:
            query = query.where(Task.agent_id == agent_id)
        return self._pages.read(query, Task.id, after, limit)

    def retitle(self, seen: Task, title: str) -> Task:
        """Give a pending task another title.

        Raises `InvalidValue`, `TaskNotFound`, `StaleTask`, `TaskAlreadyFinished`,
        `TaskNotEditable`.
        """
        return self._edit([seen], title=line("title", title, longest=TITLE_MAX_LENGTH))[0]

    def assign(self, seen: Sequence[Task], agent_id: int | None) -> Sequence[Task]:
        """Hand pending tasks to one of the tenant's agents, or to anybody: all or none of them.

        Raises `AgentNotFound`, `TaskNotFound`, `StaleTask`, `TaskAlreadyFinished`,
        `TaskNotEditable`.
        """
        with _knowing(agent_id):
            return self._edit(seen, agent_id=agent_id)

    def delete(self, seen: Task) -> None:
        """Remove a task, however far it has come, with its turns; events stay.

        Raises `TaskNotFound`, `StaleTask`.
        """
        one = _key(seen)
        removed = delete(Task).where(Task.id == one.id, Task.version == one.version)
        if self._session.scalar(removed.returning(Task.id)) is None:
            current_status(self._session, one.id)
            raise StaleTask(one.id, version_seen=one.version)

    def _edit(self, seen: Sequence[Task], **values: Any) -> Sequence[Task]:
        """Write `values` into all these tasks if all of them are pending and as they were seen."""
        keys = [_key(task) for task in seen]
        with self._session.begin_nested():
            edited = self._session.scalars(
                update(Task)
                .where(tuple_(Task.id, Task.version).in_(keys), Task.status == TaskStatus.PENDING)
                .values(**values, version=Task.version + 1)
                .returning(Task)
                .execution_options(populate_existing=True)
            ).all()
            by_id = {task.id: task for task in edited}
            for key in keys:
                if key.id not in by_id:
                    raise self._why_not_edited(key)
        return [by_id[key.id] for key in keys]

    def _why_not_edited(self, key: _Key) -> DomainError:
        status = current_status(self._session, key.id)
        if not LIFECYCLE[status]:
            return TaskAlreadyFinished(key.id, status)
        if status is not TaskStatus.PENDING:
            return TaskNotEditable(key.id, status)
        return StaleTask(key.id, version_seen=key.version)


def current_status(session: Session, task_id: int) -> TaskStatus:
    """Return how far a task has come by now. Raises `TaskNotFound`."""
    status = session.scalar(select(Task.status).where(Task.id == task_id))
    if status is None:
        raise TaskNotFound(task_id)
    return status


def _key(seen: Task) -> _Key:
    return _Key(seen.id, seen.version)


def _knowing(agent_id: int | None) -> AbstractContextManager[None]:
    return refusing({"fk_tasks_owner_id_agent_id_agents": lambda: AgentNotFound(agent_id)})
