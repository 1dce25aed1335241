"""Large transformations: what is written while they go on, and is lost."""

from _pytest.monkeypatch import MonkeyPatch

from migrations import batches
from tests.faults.catalogue import fault
from tests.faults.changing import change_revisions, change_source


@fault(
    "0003: what an old program changes after the copy is not copied again",
    noticed_by="migrations/batches",
)
def change_is_not_copied_again(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"WHERE user_id NOT IN (": "WHERE false AND user_id NOT IN ("})


@fault(
    "0009: what an old program writes during the copy has no status",
    noticed_by="migrations/batches",
)
def concurrent_task_has_no_status(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"BEFORE INSERT OR UPDATE OF status ON tasks": "BEFORE UPDATE OF status ON tasks"}
    )


@fault(
    "0011: what an old program changes during the copy stays as it was",
    noticed_by="migrations/batches",
)
def concurrent_change_is_lost(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"BEFORE INSERT OR UPDATE OF payload, result": "BEFORE INSERT"})


@fault(
    "0013: a task that names another agent keeps the former one", noticed_by="migrations/batches"
)
def former_agent_is_kept(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"UPDATE tasks SET agent_id = NULL\n": "UPDATE tasks SET agent_id = agent_id\n"}
    )


@fault("0013: an agent that no task names any more stays", noticed_by="migrations/batches")
def unnamed_agent_stays(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"DELETE FROM agents AS a WHERE NOT EXISTS": "DELETE FROM agents AS a WHERE EXISTS"}
    )


@fault("0013: the earlier task of a later batch does not count", noticed_by="migrations/batches")
def earlier_task_of_a_project_is_ignored(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"projects.created_at <> said.created_at": "false"})


@fault(
    "0013: the earlier task of a later batch does not count for its agent",
    noticed_by="migrations/batches",
)
def earlier_task_of_an_agent_is_ignored(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"agents.created_at <> said.created_at": "false"})


@fault("0015: a log that was split stays as it was", noticed_by="migrations/batches")
def split_log_stays(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"DELETE FROM split_logs WHERE": "DELETE FROM split_logs WHERE false AND"}
    )


@fault("0015: what a deleted task has said stays", noticed_by="migrations/batches")
def turns_of_a_deleted_task_stay(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"DELETE FROM events WHERE task_id IS NULL OR": "DELETE FROM events WHERE"}
    )


@fault(
    "0015: a turn of the last moment may be earlier than its task", noticed_by="migrations/batches"
)
def late_turn_is_before_its_task(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"is_turn AND at < since ORDER BY": "false ORDER BY"})


@fault("0017: an objective that changes after the copy stays", noticed_by="migrations/batches")
def changed_objective_stays(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"WHERE owner_id NOT IN (": "WHERE false AND owner_id NOT IN ("})


@fault(
    "0019: an account registered during the copy has never been changed",
    noticed_by="migrations/batches",
)
def concurrent_account_was_never_changed(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"coalesce(NEW.changed_at, NEW.created_at)": "NEW.changed_at"})


@fault("all of a table is one batch", noticed_by="migrations/batches")
def all_of_table_is_one_batch(patch: MonkeyPatch) -> None:
    patch.setattr(batches, "SIZE", 100_000)


@fault("batches are committed together", noticed_by="migrations/batches")
def batches_are_committed_together(patch: MonkeyPatch) -> None:
    patch.setattr(batches, "IN_BATCHES", batches.IN_BATCHES.replace("COMMIT;", ""))


@fault("rows written after their batch are left out", noticed_by="migrations/batches")
def what_came_after_its_batch_is_left_out(patch: MonkeyPatch) -> None:
    patch.setattr(batches, "rest", lambda statements: None)


@fault("the first id there can be is passed over", noticed_by="migrations/batches")
def first_id_there_can_be_is_passed_over(patch: MonkeyPatch) -> None:
    patch.setattr(batches, "SMALLEST", batches.SMALLEST + 1)


@fault("0015: logs that came after their batch are left out", noticed_by="migrations/batches")
def late_logs_are_left_out(patch: MonkeyPatch) -> None:
    change_source(
        patch,
        "0015_turns_and_events.py",
        "    read_logs(NOT_YET_SPLIT)\n",
        "    read_logs('false')\n",
    )


@fault("0009: what is left over is not checked again", noticed_by="migrations/batches")
def leftovers_are_not_checked(patch: MonkeyPatch) -> None:
    change_source(
        patch,
        "0009_task_status.py",
        '    guards.refuse_rows("no task can be like this", LEFT_OVER)\n',
        "    op.execute(\"UPDATE tasks SET state = 'pending' WHERE state IS NULL\")\n",
    )


@fault("0013: what is malformed in the last moment is left out", noticed_by="migrations/batches")
def late_malformed_tasks_are_left_out(patch: MonkeyPatch) -> None:
    change_source(
        patch,
        "0013_projects_and_agents.py",
        "    guards.run(FORGET_OUTDATED)\n    guards.refuse",
        "    guards.run(FORGET_OUTDATED)\n"
        "    guards.run(\"DELETE FROM tasks WHERE agent_session !~ '-'\")\n    guards.refuse",
    )


@fault("0017: what is blank in the last moment is left out", noticed_by="migrations/batches")
def late_blank_objectives_are_left_out(patch: MonkeyPatch) -> None:
    change_source(
        patch,
        "0017_objectives.py",
        '    guards.alone("users")\n    guards.refuse_rows("these are no objectives", MALFORMED)\n',
        '    guards.alone("users")\n',
    )
