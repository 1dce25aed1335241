"""Order in what revisions transform: what is right only while times and ids run alike."""

from _pytest.monkeypatch import MonkeyPatch

from tests.faults.catalogue import fault
from tests.faults.changing import change_revisions


@fault(
    "0003: of former passwords of one time the first is kept",
    noticed_by="migrations/history_accounts",
    tags="@migrations-1",
)
def first_former_password_of_one_time_is_kept(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"retired_at DESC, id DESC": "retired_at DESC, id"})


@fault(
    "0017: on the way back the objective that was stored last is kept",
    noticed_by="migrations/history_accounts",
    tags="@migrations-4",
)
def objective_stored_last_is_kept(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"owner_id, since DESC, id DESC": "owner_id, id DESC"})


@fault(
    "0017: of objectives of one time the first is kept",
    noticed_by="migrations/history_accounts",
    tags="@migrations-4",
)
def first_objective_of_one_time_is_kept(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"owner_id, since DESC, id DESC": "owner_id, since DESC, id"})


@fault(
    "0015: turns are put into the order of their times",
    noticed_by="migrations/history_workspace",
    tags="@migrations-10",
)
def turns_are_ordered_by_time(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"AS said ORDER BY task_id, place": "AS said ORDER BY created_at"})


@fault(
    "0015: events are put into the order of their times",
    noticed_by="migrations/history_workspace",
    tags="@migrations-10",
)
def events_are_ordered_by_time(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"ORDER BY e.task_id, e.place;": "ORDER BY e.created_at;"})


@fault(
    "0015: a line without a time has that of the latest line",
    noticed_by="migrations/history_workspace",
    tags="@migrations-10",
)
def line_without_time_has_that_of_the_latest_line(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"max(at) OVER before,": "max(at) OVER (PARTITION BY task_id),"})


@fault(
    "0015: on the way back a log is in the order of its times",
    noticed_by="migrations/history_workspace",
    tags="@migrations-10",
)
def log_is_in_the_order_of_its_times(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"ORDER BY turn_id, is_event, id)": "ORDER BY entry)"})


@fault(
    "0013: projects have the order of their paths",
    noticed_by="migrations/history_workspace",
    tags="@migrations-9",
)
def projects_have_the_order_of_their_paths(patch: MonkeyPatch) -> None:
    change_revisions(patch, {" ORDER BY first;": " ORDER BY path;"})


@fault(
    "0013: a project has the time of the first task stored",
    noticed_by="migrations/history_workspace",
    tags="@migrations-9",
)
def project_has_the_time_of_the_first_task(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "min(t.created_at) AS created_at": (
                "(array_agg(t.created_at ORDER BY t.id))[1] AS created_at"
            )
        },
    )
