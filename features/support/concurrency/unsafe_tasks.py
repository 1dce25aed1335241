"""What workers and owners do at once, as a careless colleague would write it: past the service.

Each reads first and writes later, and all have read before anybody writes, so that what can go
wrong does. It is here to show that the criteria can fail; nothing but the features uses it.
"""

from typing import Final

from features.support.arrange.known_work import WorkState
from features.support.concurrency.raw_participant import Hand, stopped_is_an_answer
from features.support.concurrency.stress_tests import Part, Participant, Race
from features.support.concurrency.task_workloads import Accepted
from features.support.world import World

OLDEST: Final = "SELECT id FROM tasks WHERE status = 'pending' ORDER BY created_at, id LIMIT 1"
TAKE: Final = """
    UPDATE tasks SET status = 'processing', started_at = created_at, version = version + 1
     WHERE id = :id AND status = 'pending' RETURNING id
"""


def take_the_oldest(_: World) -> Part:
    """Look which task is the oldest, then take it, without looking whether that worked."""

    def part(one: Participant) -> list[int]:
        with Hand(one).at_work() as hand:
            ((oldest,),) = hand(OLDEST)
            one.meet()
            hand(TAKE, id=oldest)
        return [oldest]

    return part


def take_the_oldest_if_still_there(_: World) -> Part:
    """Look which task is the oldest, then take it, or nothing if somebody else was faster."""

    def part(one: Participant) -> list[int]:
        with Hand(one).at_work() as hand:
            ((oldest,),) = hand(OLDEST)
            one.meet()
            return [task_id for (task_id,) in hand(TAKE, id=oldest)]

    return part


def report_without_version(world: World) -> Part:
    """See that the task is being worked on, then complete it, whatever it is by then."""
    (task,) = world.state(WorkState).tasks.values()

    def part(one: Participant) -> list[Accepted]:
        with Hand(one).at_work() as hand:
            ((status,),) = hand("SELECT status FROM tasks WHERE id = :id", id=task.id)
            assert status == "processing", "the storm is to begin before anybody reports"
            one.meet()
            hand(
                "UPDATE tasks SET status = 'completed', finished_at = started_at,"
                " result = jsonb_build_object('by', CAST(:by AS int)), version = version + 1"
                " WHERE id = :id",
                id=task.id,
                by=one.position,
            )
        return [Accepted(task.id, one.position)]

    return stopped_is_an_answer(part)


def delete_account_by_hand(world: World) -> Part:
    """One reads which tasks are Ada's, then deletes those and the account; others submit more."""
    ada = world.people["Ada"].id

    def part(one: Participant) -> None:
        if one.position:
            one.meet()
            with one.subject.tenant(ada) as tx:
                tx.tasks.submit(one.word, payload=None)
            one.meet()
            return
        with Hand(one).at_work() as hand:
            ids = [
                task_id for (task_id,) in hand("SELECT id FROM tasks WHERE owner_id = :id", id=ada)
            ]
            one.meet()
            one.meet()
            hand("DELETE FROM tasks WHERE id = ANY (:ids)", ids=ids)
            hand("DELETE FROM users WHERE id = :id", id=ada)

    return part


CARELESS_WITH_TASKS: Final[dict[str, Race]] = {
    "take the oldest task without locking it": take_the_oldest,
    "take the oldest task, or nothing if somebody was faster": take_the_oldest_if_still_there,
    "report on the task without looking at its version": report_without_version,
    "delete Ada's account task by task while she submits more": delete_account_by_hand,
}
"""In the words of the features."""
