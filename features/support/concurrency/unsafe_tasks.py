"""Concurrent workloads on tasks without locks, versions or foreign keys: raw SQL.

All clients have read before any writes, so that every anomaly that can happen does. They show that
the criteria can fail.
"""

from typing import Final

from features.support.arrange.known_work import WorkState
from features.support.concurrency.raw_participant import (
    RawParticipant,
    refused_by_database_is_an_answer,
)
from features.support.concurrency.stress_tests import ClientWork, Participant, Workload
from features.support.concurrency.task_workloads import Accepted
from features.support.world import World

OLDEST: Final = "SELECT id FROM tasks WHERE status = 'pending' ORDER BY created_at, id LIMIT 1"
CLAIM: Final = """
    UPDATE tasks SET status = 'processing', started_at = created_at, version = version + 1
     WHERE id = :id AND status = 'pending' RETURNING id
"""


def claim_the_oldest(_: World) -> ClientWork:
    """Read which task is the oldest, then claim it, without checking that this changed it."""

    def work(one: Participant) -> list[int]:
        with RawParticipant(one).transaction() as execute:
            ((oldest,),) = execute(OLDEST)
            one.meet()
            execute(CLAIM, id=oldest)
        return [oldest]

    return work


def claim_the_oldest_if_pending(_: World) -> ClientWork:
    """Read which task is the oldest, then claim it, unless another client has by then."""

    def work(one: Participant) -> list[int]:
        with RawParticipant(one).transaction() as execute:
            ((oldest,),) = execute(OLDEST)
            one.meet()
            return [task_id for (task_id,) in execute(CLAIM, id=oldest)]

    return work


def report_without_version(world: World) -> ClientWork:
    """Check that the task is processing, then complete it, whatever its status is by then."""
    (task,) = world.state(WorkState).tasks.values()

    def work(one: Participant) -> list[Accepted]:
        with RawParticipant(one).transaction() as execute:
            ((status,),) = execute("SELECT status FROM tasks WHERE id = :id", id=task.id)
            assert status == "processing", "a client reported before the others began"
            one.meet()
            execute(
                "UPDATE tasks SET status = 'completed', finished_at = started_at,"
                " result = jsonb_build_object('by', CAST(:by AS int)), version = version + 1"
                " WHERE id = :id",
                id=task.id,
                by=one.position,
            )
        return [Accepted(task.id, one.position)]

    return refused_by_database_is_an_answer(work)


def delete_account_task_by_task(world: World) -> ClientWork:
    """One client reads Ada's tasks, then deletes them and her account; others submit more."""
    ada = world.people["Ada"].id

    def work(one: Participant) -> None:
        if one.position:
            one.meet()
            with one.subject.tenant(ada) as tx:
                tx.tasks.submit(one.word, payload=None)
            one.meet()
            return
        with RawParticipant(one).transaction() as execute:
            ids = [
                task_id
                for (task_id,) in execute("SELECT id FROM tasks WHERE owner_id = :id", id=ada)
            ]
            one.meet()
            one.meet()
            execute("DELETE FROM tasks WHERE id = ANY (:ids)", ids=ids)
            execute("DELETE FROM users WHERE id = :id", id=ada)

    return work


UNSAFE_TASKS: Final[dict[str, Workload]] = {
    "claim the oldest task without locking it": claim_the_oldest,
    "claim the oldest task without locking it, if it is still pending": claim_the_oldest_if_pending,
    "report on the task without comparing its version": report_without_version,
    "delete Ada's account task by task, or submit more tasks of hers": delete_account_task_by_task,
}
"""By the words of the features."""
