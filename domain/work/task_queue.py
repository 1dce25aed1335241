"""The queue as workers see it: the tasks of all tenants, and nothing else of theirs.

A worker's clock may be behind the one of whoever submitted the task, so no time that is written
here is earlier than the one it follows.
"""

from dataclasses import dataclass
from typing import Any, Final, Protocol

from sqlalchemy import func, null, select, update
from sqlalchemy.orm import Session

from domain.clock import Clock
from domain.errors import InvalidValue
from domain.json_values import Json, storable_json
from domain.values import prose
from domain.work.tasks import (
    LIFECYCLE,
    StaleTask,
    Task,
    TaskStatus,
    current_status,
    refused_transition,
)

ERROR_MAX_LENGTH: Final = 10_000
"""Code points."""


@dataclass(frozen=True)
class Claim:
    """A task that a worker has taken on: what it needs to do it, and to report on it."""

    id: int
    owner_id: int
    agent_id: int | None
    title: str
    payload: Json
    version: int


class Seen(Protocol):
    """A task as it was read or claimed."""

    @property
    def id(self) -> int:
        """Which task it is."""
        ...

    @property
    def version(self) -> int:
        """Which version was seen."""
        ...


class TaskQueue:
    """The operations of workers, within one unit of work."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def claim(self) -> Claim | None:
        """Take on the oldest pending task of any tenant; None if there is none left.

        However many workers claim at once, each task goes to one of them, and none waits for
        another: what somebody else is just claiming is passed over.
        """
        oldest = (
            select(Task.id)
            .where(Task.status == TaskStatus.PENDING)
            .order_by(Task.created_at, Task.id)
            .limit(1)
            .with_for_update(skip_locked=True, key_share=True)
            .scalar_subquery()
        )
        row = self._session.execute(
            update(Task)
            .where(Task.id == oldest)
            .values(
                status=TaskStatus.PROCESSING,
                started_at=func.greatest(self._clock.now(), Task.created_at),
                version=Task.version + 1,
            )
            .returning(
                Task.id, Task.owner_id, Task.agent_id, Task.title, Task.payload, Task.version
            )
            .execution_options(synchronize_session=False)
        ).one_or_none()
        return None if row is None else Claim(**row._asdict())

    def complete(self, seen: Seen, result: Json) -> None:
        """Report that a task is done, and what came of it.

        Raises `InvalidValue`, `TaskNotFound`, `TransitionRefused`, `TaskAlreadyFinished`,
        `StaleTask`.
        """
        self.report(seen, TaskStatus.COMPLETED, result=result)

    def fail(self, seen: Seen, error: str, details: Json = None) -> None:
        """Report that a task could not be done, and why; `details` may say more, as JSON.

        Raises `InvalidValue`, `TaskNotFound`, `TransitionRefused`, `TaskAlreadyFinished`,
        `StaleTask`.
        """
        self.report(seen, TaskStatus.FAILED, error=error, details=details)

    def report(
        self,
        seen: Seen,
        status: TaskStatus,
        *,
        result: Json = None,
        error: str | None = None,
        details: Json = None,
    ) -> None:
        """Report what has become of a task.

        Raises `InvalidValue`, `TaskNotFound`, `TransitionRefused`, `TaskAlreadyFinished`,
        `StaleTask`.
        """
        before = [earlier for earlier in TaskStatus if status in LIFECYCLE[earlier]]
        reported = self._session.scalar(
            update(Task)
            .where(Task.id == seen.id, Task.version == seen.version, Task.status.in_(before))
            .values(
                status=status,
                version=Task.version + 1,
                **self._values(status, result, error, details),
            )
            .returning(Task.id)
            .execution_options(synchronize_session=False)
        )
        if reported is None:
            current = current_status(self._session, seen.id)
            if status not in LIFECYCLE[current]:
                raise refused_transition(seen.id, current, status)
            raise StaleTask(seen.id, version_seen=seen.version)

    def _values(
        self, status: TaskStatus, result: Json, error: str | None, details: Json
    ) -> dict[str, Any]:
        """Return what a status brings with it. Raises `InvalidValue`."""
        now = self._clock.now()
        match status:
            case TaskStatus.PROCESSING:
                return {"started_at": func.greatest(now, Task.created_at)}
            case TaskStatus.COMPLETED:
                return {
                    "result": storable_json("result", result),
                    "finished_at": func.greatest(now, Task.started_at),
                }
            case TaskStatus.FAILED:
                if error is None:
                    raise InvalidValue("error", "is missing")
                return {
                    "error": prose("error", error, longest=ERROR_MAX_LENGTH),
                    "error_details": null()
                    if details is None
                    else storable_json("details", details),
                    "finished_at": func.greatest(now, Task.started_at),
                }
            case TaskStatus.PENDING:
                return {}
