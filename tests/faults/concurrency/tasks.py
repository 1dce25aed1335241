"""Workers at the same time: what can go wrong."""

from contextlib import suppress
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import Select, delete, select, update

from domain.errors import Stale
from domain.work.task_queue import Claim, TaskQueue
from domain.work.tasks import Task, TaskAlreadyFinished, Tasks, TaskStatus
from pgharness.interleaving import stress
from tests.faults.catalogue import fault
from tests.faults.replacing import wait_where_locked


@fault("what others are claiming is not passed over", noticed_by="concurrency/tasks")
def what_others_are_claiming_is_not_passed_over(patch: MonkeyPatch) -> None:
    wait_where_locked(patch)
    patch.setattr(stress, "DEADLINE", 2.0)  # the clients wait for each other for ever


@fault("a claim does not lock what it takes", noticed_by="concurrency/tasks")
def claim_does_not_lock_what_it_takes(patch: MonkeyPatch) -> None:
    patch.setattr(Select, "with_for_update", lambda self, **_: self)


@fault("a claim looks first and takes afterwards", noticed_by="concurrency/tasks")
def claim_looks_first_and_takes_afterwards(patch: MonkeyPatch) -> None:
    def claim(self: TaskQueue) -> Claim | None:
        what = Claim.__dataclass_fields__
        oldest = self._session.execute(
            select(*(getattr(Task, name) for name in what))
            .where(Task.status == TaskStatus.PENDING)
            .order_by(Task.created_at, Task.id)
            .limit(1)
        ).one_or_none()
        if oldest is None:
            return None
        self._session.execute(
            update(Task)
            .where(Task.id == oldest.id, Task.status == TaskStatus.PENDING)
            .values(
                status=TaskStatus.PROCESSING, started_at=Task.created_at, version=Task.version + 1
            )
            .execution_options(synchronize_session=False)
        )
        return Claim(**{**oldest._asdict(), "version": oldest.version + 1})

    patch.setattr(TaskQueue, "claim", claim)


@fault("a report that changes nothing counts as accepted", noticed_by="concurrency/tasks")
def unwritten_report_is_accepted(patch: MonkeyPatch) -> None:
    original = TaskQueue.report

    def report(self: TaskQueue, *arguments: Any, **options: Any) -> None:
        with suppress(Stale, TaskAlreadyFinished):
            original(self, *arguments, **options)

    patch.setattr(TaskQueue, "report", report)


@fault("a deletion does not look at the version of the task", noticed_by="concurrency/tasks")
def deletion_does_not_look_at_version_of_task(patch: MonkeyPatch) -> None:
    patch.setattr(
        Tasks,
        "delete",
        lambda self, seen: self._session.execute(delete(Task).where(Task.id == seen.id)) and None,
    )
