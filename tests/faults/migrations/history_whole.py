"""One row of a hundred thousand: changed, lost, or stored twice."""

from _pytest.monkeypatch import MonkeyPatch

from tests.faults.catalogue import fault
from tests.faults.changing import change_source

DROPS_THE_LOG = '    op.drop_column("tasks", "log")\n'
FILLS_IN_STATUSES = '    batches.run("tasks", FILL_IN)\n    guards.alone("tasks")\n'


@fault(
    "0015: one turn of many is another one",
    noticed_by="migrations/history_whole",
    examples="whose logs change",
)
def one_turn_is_changed(patch: MonkeyPatch) -> None:
    change_source(
        patch,
        "0015_turns_and_events.py",
        DROPS_THE_LOG,
        "    guards.run(\"UPDATE turns SET text = text || '.' WHERE id = 11111\")\n"
        + DROPS_THE_LOG,
    )


@fault(
    "0015: one event of many is stored twice",
    noticed_by="migrations/history_whole",
    examples="whose logs change",
)
def one_event_is_stored_twice(patch: MonkeyPatch) -> None:
    change_source(
        patch,
        "0015_turns_and_events.py",
        DROPS_THE_LOG,
        '    guards.run("INSERT INTO events (owner_id, project_id, agent_id, task_id, turn_id,'
        " type, payload, created_at) SELECT owner_id, project_id, agent_id, task_id, turn_id, type,"
        ' payload, created_at FROM events WHERE id = 11111")\n' + DROPS_THE_LOG,
    )


@fault(
    "0009: one task of many is lost",
    noticed_by="migrations/history_whole",
    examples="whose statuses change",
)
def one_task_is_lost(patch: MonkeyPatch) -> None:
    change_source(
        patch,
        "0009_task_status.py",
        FILLS_IN_STATUSES,
        FILLS_IN_STATUSES + '    guards.run("DELETE FROM tasks WHERE id = 99999")\n',
    )


@fault(
    "0009: on the way back one task of many gets another status",
    noticed_by="migrations/history_whole",
    examples="whose statuses change",
)
def downgrade_changes_one_task(patch: MonkeyPatch) -> None:
    update = '    guards.run("UPDATE tasks SET status = state::varchar")\n'
    change_source(
        patch,
        "0009_task_status.py",
        update,
        update + "    guards.run(\"UPDATE tasks SET status = 'failed' WHERE id = 50000\")\n",
    )
