"""Concurrent workloads on tasks, through the service."""

from dataclasses import dataclass
from typing import Final

from domain.errors import NotFound, Stale
from domain.work.task_queue import Claim
from domain.work.tasks import TaskAlreadyFinished
from features.support.arrange.known_work import WorkState
from features.support.concurrency.stress_tests import ClientWork, Participant, Workload
from features.support.world import World

SUBMISSIONS: Final = 10
"""By each client of an account that is being deleted."""


@dataclass(frozen=True)
class Accepted:
    """A report that the service has accepted."""

    task_id: int
    by: int
    """The worker's position."""


def empty_the_queue(_: World) -> ClientWork:
    """Claim and complete one task after the other until none is pending."""

    def work(one: Participant) -> list[int]:
        claimed: list[int] = []
        while (claim := _claim(one)) is not None:
            claimed.append(claim.id)
            with one.subject.worker() as tx:
                tx.tasks.complete(claim, {"by": one.position})
        return claimed

    return work


def claim_together(_: World) -> ClientWork:
    """Claim one task, and keep the transaction open until all clients have claimed."""

    def work(one: Participant) -> list[int]:
        with one.subject.worker() as tx:
            claim = tx.tasks.claim()
            one.meet()
        return [claim.id] if claim else []

    return work


def report_on_every_task(world: World) -> ClientWork:
    """Complete every task in progress, each client in a random order."""
    seen = list(world.state(WorkState).tasks.values())

    def work(one: Participant) -> list[Accepted]:
        accepted = []
        for task in one.dice.sample(seen, len(seen)):
            try:
                with one.subject.worker() as tx:
                    tx.tasks.complete(task, {"by": one.position})
            except TaskAlreadyFinished:
                continue
            accepted.append(Accepted(task.id, one.position))
        return accepted

    return work


def work_until_the_account_is_gone(world: World) -> ClientWork:
    """One client deletes Ada's account; others submit and delete her tasks, or work on them."""
    ada = world.people["Ada"].id

    def work(one: Participant) -> None:
        if one.position == 0:
            _delete_after_some_work(one, ada)
        elif one.position % 2:
            _submit_and_delete(one, ada)
        else:
            _work(one)

    return work


def _delete_after_some_work(one: Participant, user_id: int) -> None:
    for _ in range(one.dice.randint(1, 3)):
        _claim(one)
    with one.subject.identity() as tx:
        tx.accounts.delete(tx.accounts.get(user_id))


def _submit_and_delete(one: Participant, user_id: int) -> None:
    for number in range(SUBMISSIONS):
        try:
            with one.subject.tenant(user_id) as tx:
                task = tx.tasks.submit(f"{one.word} {number}", payload=None)
            if one.dice.random() < 1 / 2:
                with one.subject.tenant(user_id) as tx:
                    tx.tasks.delete(task)
        except (NotFound, Stale):
            continue


def _work(one: Participant) -> None:
    while (claim := _claim(one)) is not None:
        try:
            with one.subject.worker() as tx:
                tx.tasks.complete(claim, {"by": one.position})
        except NotFound:
            continue


def _claim(one: Participant) -> Claim | None:
    with one.subject.worker() as tx:
        return tx.tasks.claim()


TASK_WORKLOADS: Final[dict[str, Workload]] = {
    "claim and complete tasks until none is left": empty_the_queue,
    "claim a task each, in transactions that are all open": claim_together,
    "report on all of these tasks": report_on_every_task,
    "work on Ada's tasks while her account is deleted": work_until_the_account_is_gone,
}
"""By the words of the features."""
