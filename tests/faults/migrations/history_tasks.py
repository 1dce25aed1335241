"""Data of tasks that a revision loses, swaps or cuts."""

from _pytest.monkeypatch import MonkeyPatch

from tests.faults.catalogue import fault
from tests.faults.changing import change_revisions


@fault(
    "0007: times are taken to be in another zone",
    noticed_by="migrations/history_tasks",
    tags="@migrations-6",
)
def times_are_in_another_zone(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"SET LOCAL TimeZone = 'UTC'": "SET LOCAL TimeZone = 'Asia/Tokyo'"})


@fault(
    "0007: fractions of a second are cut",
    noticed_by="migrations/history_tasks",
    tags="@migrations-6",
)
def fractions_of_a_second_are_cut(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"ALTER created_at TYPE timestamp with": "ALTER created_at TYPE timestamp(0) with"}
    )


@fault("0009: what is done has failed", noticed_by="migrations/history_tasks", tags="@migrations-7")
def completed_tasks_have_failed(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"THEN 'completed'": "THEN 'failed'"})


@fault(
    "0009: unknown words are taken for pending",
    noticed_by="migrations/history_tasks",
    tags="@migrations-7",
)
def unknown_status_is_pending(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "'error', 'aborted') ORDER BY id": "'error', 'aborted') AND false",
            "FROM tasks WHERE state IS NULL ORDER BY id": "FROM tasks WHERE false",
            "ALTER TABLE tasks ALTER status SET NOT NULL": (
                "UPDATE tasks SET status = 'pending' WHERE status IS NULL;"
                " ALTER TABLE tasks ALTER status SET NOT NULL"
            ),
        },
    )


@fault(
    "0009: on the way back every task is pending",
    noticed_by="migrations/history_tasks",
    tags="@migrations-7",
)
def downgrade_makes_all_pending(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"SET status = state::varchar": "SET status = 'pending'"})


@fault(
    "0011: text that is not JSON is dropped",
    noticed_by="migrations/history_tasks",
    tags="@migrations-8",
)
def text_is_dropped(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"RETURN jsonb_build_object('text', given);": "RETURN '{}';"})


@fault(
    "0011: of a key that comes twice one value is kept",
    noticed_by="migrations/history_tasks",
    tags="@migrations-8",
)
def repeated_key_loses_a_value(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"AND public.json_repeats_a_key(given::json) THEN": "AND false THEN"})


@fault(
    "0011: results take the place of payloads",
    noticed_by="migrations/history_tasks",
    tags="@migrations-8",
)
def results_replace_payloads(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "SET payload_json = text_as_json(payload)": (
                "SET payload_json = text_as_json(coalesce(result, payload))"
            ),
            "NEW.payload_json := public.text_as_json(NEW.payload)": (
                "NEW.payload_json := public.text_as_json(coalesce(NEW.result, NEW.payload))"
            ),
        },
    )


@fault(
    "0011: on the way back text stays wrapped",
    noticed_by="migrations/history_tasks",
    tags="@migrations-8",
)
def downgrade_keeps_text_wrapped(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"RETURN given ->> 'text';": "RETURN given::text;"})


@fault(
    "0011: on the way back the details of errors are lost",
    noticed_by="migrations/history_tasks",
    tags="@migrations-8",
)
def downgrade_loses_details(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"WHERE error_details IS NOT NULL ORDER BY id": "WHERE false"})
