"""Faults of large transformations: what is written while they go on, and is lost."""

from typing import Final

from tests.faults_migrations import revision

BATCHES: Final = "features/migrations/batches.feature"

LARGE_TRANSFORMATIONS: Final = [
    revision(
        "0003",
        "what an old program changes after the copy is not copied again",
        BATCHES,
        {"WHERE user_id NOT IN (": "WHERE false AND user_id NOT IN ("},
    ),
    revision(
        "0009",
        "what an old program writes meanwhile has no status",
        BATCHES,
        {"BEFORE INSERT OR UPDATE OF status ON tasks": "BEFORE UPDATE OF status ON tasks"},
    ),
    revision(
        "0011",
        "what an old program changes meanwhile stays as it was",
        BATCHES,
        {"BEFORE INSERT OR UPDATE OF payload, result": "BEFORE INSERT"},
    ),
    revision(
        "0013",
        "a task that names another agent keeps the former one",
        BATCHES,
        {"UPDATE tasks SET agent_id = NULL\n": "UPDATE tasks SET agent_id = agent_id\n"},
    ),
    revision(
        "0013",
        "an agent that no task names any more stays",
        BATCHES,
        {"DELETE FROM agents AS a WHERE NOT EXISTS": "DELETE FROM agents AS a WHERE EXISTS"},
    ),
    revision(
        "0013",
        "the earlier task of a later batch does not count",
        BATCHES,
        {"projects.created_at <> said.created_at": "false"},
    ),
    revision(
        "0013",
        "the earlier task of a later batch does not count for its agent",
        BATCHES,
        {"agents.created_at <> said.created_at": "false"},
    ),
    revision(
        "0015",
        "a log that was split stays as it was",
        BATCHES,
        {"DELETE FROM split_logs WHERE": "DELETE FROM split_logs WHERE false AND"},
    ),
    revision(
        "0015",
        "what a deleted task has said stays",
        BATCHES,
        {"DELETE FROM events WHERE task_id IS NULL OR": "DELETE FROM events WHERE"},
    ),
    revision(
        "0015",
        "a turn of the last moment may be earlier than its task",
        BATCHES,
        {"is_turn AND at < since ORDER BY": "false ORDER BY"},
    ),
    revision(
        "0017",
        "an objective that changes after the copy stays",
        BATCHES,
        {"WHERE owner_id NOT IN (": "WHERE false AND owner_id NOT IN ("},
    ),
    revision(
        "0019",
        "who registers meanwhile has never been changed",
        BATCHES,
        {"coalesce(NEW.changed_at, NEW.created_at)": "NEW.changed_at"},
    ),
]
