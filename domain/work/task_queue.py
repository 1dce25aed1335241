"""The queue of workers: the tasks of all tenants, and no other table.

A worker's clock may be behind that of the server that stored the task, so no time written here is
earlier than the one it follows.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from sqlalchemy import func, null, select, update
from sqlalchemy.orm import Session

from domain.clock import Clock
from domain.database.versions import Required, Seen, compare_and_swap_unread
from domain.errors import InvalidValue
from domain.json_values import Json, storable_json
from domain.values import prose
from domain.work.tasks import LIFECYCLE, Task, TaskStatus, refused_transition

ERROR_MAX_LENGTH: Final = 10_000
"""Code points."""


@dataclass(frozen=True)
class Claim:
    """A task that a worker has claimed, with what it needs to do it and to report on it."""

    id: int
    owner_id: int
    agent_id: int | None
    title: str
    payload: Json
    version: int


class TaskQueue:
    """The operations of workers, within one unit of work."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def claim(self) -> Claim | None:
        """Claim the oldest pending task of any tenant; None if there is none left.

        Concurrent claims never return the same task and do not wait for each other: each skips
        the rows that the others have locked.
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
        """Report that a task is done, with its result.

        Raises `InvalidValue`, `NotFound`, `TransitionRefused`, `TaskAlreadyFinished`, `Stale`.
        """
        self.report(seen, TaskStatus.COMPLETED, result=result)

    def fail(self, seen: Seen, error: str, details: Json = None) -> None:
        """Report that a task has failed, with an error message and with details as JSON.

        Raises `InvalidValue`, `NotFound`, `TransitionRefused`, `TaskAlreadyFinished`, `Stale`.
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
        """Report a status with its values.

        Raises `InvalidValue`, `NotFound`, `TransitionRefused`, `TaskAlreadyFinished`, `Stale`.
        """
        before = [earlier for earlier in TaskStatus if status in LIFECYCLE[earlier]]
        required = Required(Task.status, before, partial(refused_transition, asked=status))
        values = self._values(status, result, error, details)
        compare_and_swap_unread(self._session, Task, seen, required, status=status, **values)

    def _values(
        self, status: TaskStatus, result: Json, error: str | None, details: Json
    ) -> dict[str, Any]:
        """Return the values of the columns that belong to a status. Raises `InvalidValue`."""
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
