"""Claiming tasks and reporting on them: what can be wrong with it."""

import json
from types import SimpleNamespace
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import Select, select

from domain import json_values
from domain.database import connections
from domain.database.versions import Seen
from domain.json_values import Json, written
from domain.work import task_queue, tasks
from domain.work.task_queue import Claim, TaskQueue
from domain.work.tasks import Task, TaskStatus
from tests.faults.catalogue import fault
from tests.faults.replacing import lock_keys_too, wait_where_locked


@fault("workers claim without a lock", noticed_by="tasks/claiming")
def workers_claim_without_lock(patch: MonkeyPatch) -> None:
    patch.setattr(Select, "with_for_update", lambda self, **_: self)


@fault("workers wait for each other", noticed_by="tasks/claiming")
def workers_wait_for_each_other(patch: MonkeyPatch) -> None:
    wait_where_locked(patch)


@fault("a task that is talked about is passed over", noticed_by="tasks/claiming")
def task_that_is_talked_about_is_passed_over(patch: MonkeyPatch) -> None:
    lock_keys_too(patch)


@fault("the youngest task is claimed first", noticed_by="tasks/claiming")
def youngest_task_is_claimed_first(patch: MonkeyPatch) -> None:
    original = Select.order_by
    patch.setattr(
        Select,
        "order_by",
        lambda self, *by: original(
            self, *([Task.created_at.desc(), Task.id] if Task.created_at in set(by) else by)
        ),
    )


@fault("a claim is handed out and not written down", noticed_by="tasks/claiming")
def claim_is_handed_out_and_not_written_down(patch: MonkeyPatch) -> None:
    original = TaskQueue.claim

    def claim(self: TaskQueue) -> Claim | None:
        with self._session.begin_nested() as nested:
            found = original(self)
            nested.rollback()
        return found

    patch.setattr(TaskQueue, "claim", claim)


@fault("a worker's clock is believed", noticed_by="tasks/claiming")
def workers_clock_is_believed(patch: MonkeyPatch) -> None:
    patch.setattr(task_queue, "func", SimpleNamespace(greatest=lambda now, other: now))


@fault(
    "every status may follow every other, as far as the domain knows", noticed_by="tasks/lifecycle"
)
def every_transition_is_allowed(patch: MonkeyPatch) -> None:
    everything = {status: frozenset(TaskStatus) for status in TaskStatus}
    patch.setattr(tasks, "LIFECYCLE", everything)
    patch.setattr(task_queue, "LIFECYCLE", everything)


@fault("a failed task may be tried again", noticed_by="tasks/lifecycle")
def failed_task_may_be_tried_again(patch: MonkeyPatch) -> None:
    patch.setitem(tasks.LIFECYCLE, TaskStatus.FAILED, frozenset({TaskStatus.PROCESSING}))


@fault("a report does not look at the version", noticed_by="tasks/reporting")
def report_does_not_look_at_version(patch: MonkeyPatch) -> None:
    original = TaskQueue.report

    def report(self: TaskQueue, seen: Seen, status: TaskStatus, **options: Any) -> None:
        query = select(Task.id, Task.version).where(Task.id == seen.id)
        now = self._session.execute(query).one_or_none()
        original(self, now or seen, status, **options)

    patch.setattr(TaskQueue, "report", report)


@fault("what JSON cannot hold is quietly made fit", noticed_by="tasks/reporting")
def unfit_json_is_made_fit(patch: MonkeyPatch) -> None:
    def fit(field: str, value: Json) -> Json:
        text = json.dumps(value, default=str, skipkeys=True)
        for unfit, other in {"NaN": "null", "\\u0000": "", "Infinity": "0"}.items():
            text = text.replace(unfit, other)
        return json.loads(text)

    for module in (tasks, task_queue):
        patch.setattr(module, "storable_json", fit)


@fault("JSON is written by Python's own writer", noticed_by="tasks/reporting")
def json_is_written_by_pythons_own_writer(patch: MonkeyPatch) -> None:
    patch.setattr(connections, "written", json.dumps)


@fault("numbers go through a float", noticed_by="tasks/reporting")
def numbers_go_through_float(patch: MonkeyPatch) -> None:
    patch.setattr(
        connections,
        "written",
        lambda value: json.dumps(json.loads(written(value), parse_int=float)),
    )


@fault("minus zero is refused", noticed_by="tasks/reporting")
def minus_zero_is_refused(patch: MonkeyPatch) -> None:
    original = json_values._fraction

    def fraction(value: float) -> str:
        if str(value) == "-0.0":
            raise json_values._Unfit("contains minus zero")
        return original(value)

    patch.setattr(json_values, "_fraction", fraction)


@fault("minus zero becomes a whole number", noticed_by="tasks/reporting")
def minus_zero_becomes_whole_number(patch: MonkeyPatch) -> None:
    original = json_values._fraction
    patch.setattr(json_values, "_fraction", lambda value: original(value) if value else "0")


@fault("minus zero keeps its sign, as another number", noticed_by="tasks/reporting")
def minus_zero_keeps_its_sign_as_another_number(patch: MonkeyPatch) -> None:
    original = json_values._fraction
    patch.setattr(
        json_values,
        "_fraction",
        lambda value: "-5e-324" if str(value) == "-0.0" else original(value),
    )


@fault("a result of nothing is no result", noticed_by="tasks/reporting")
def result_of_nothing_is_no_result(patch: MonkeyPatch) -> None:
    original = TaskQueue.complete
    patch.setattr(
        TaskQueue, "complete", lambda self, seen, result: original(self, seen, result or {})
    )


@fault("the details of an error are forgotten", noticed_by="tasks/reporting")
def details_of_error_are_forgotten(patch: MonkeyPatch) -> None:
    original = TaskQueue.fail
    patch.setattr(
        TaskQueue, "fail", lambda self, seen, error, details=None: original(self, seen, error)
    )
