"""Faults of runs of several processes."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from behave.model import Status

import test_batches
import test_equal
import test_in_workers
import test_interrupted
import test_killed_workers as killed
import test_number
import test_random_order
import test_stopping
from breaking import fault
from pgharness.adapters.behave import runner
from pgharness.adapters.behave.parallel import batches, following, number, pool, units, work
from pgharness.adapters.behave.parallel.messages import Done
from pgharness.adapters.test_run import Harness
from pgharness.core.exits import say
from pgharness.results.recording import events
from pgharness.results.recording.attaching import Attachments


@fault(
    "an order is another one each time",
    noticed_by=test_random_order.test_a_number_repeats_an_order,
)
def order_is_another_one(patch: MonkeyPatch) -> None:
    original = batches.batches_of

    def of_any_order(
        units_: Any, seconds: Any, workers: int, seed: int | None
    ) -> list[batches.Batch]:
        another = None if seed is None else secrets.randbelow(2**32)
        return original(units_, seconds, workers, another)

    patch.setattr(pool, "batches_of", of_any_order)


@fault(
    "the number that a run names is not that of its order",
    noticed_by=test_random_order.test_a_run_says_which_number_repeats_its_order,
)
def number_of_another_order(patch: MonkeyPatch) -> None:
    patch.setattr(runner, "say", lambda text: say(text.replace("order=", "order=1")))


@fault(
    "a random order tears apart what stays together",
    noticed_by=test_random_order.test_what_stays_together_keeps_its_order,
)
def order_tears_apart(patch: MonkeyPatch) -> None:
    original = batches.batches_of

    def of_single_scenarios(*given: Any) -> list[batches.Batch]:
        made = [batches.Batch((one,), 0) for each in original(*given) for one in each.scenarios]
        return sorted(made, key=lambda batch: batch.scenarios[0].name[-1])

    patch.setattr(pool, "batches_of", of_single_scenarios)


@fault(
    "what else a worker had to do is not run if it dies",
    noticed_by=killed.test_a_worker_that_dies_in_a_hook_of_a_feature,
)
def rest_is_forgotten(patch: MonkeyPatch) -> None:
    patch.setattr(pool.Pool, "_left", lambda *_: iter(()))


@fault(
    "a scenario whose worker died has no end",
    noticed_by=killed.test_a_worker_that_dies_is_an_error_of_what_it_was_executing,
)
def events_are_lost(patch: MonkeyPatch) -> None:
    patch.setattr(following.Following, "died", lambda *_: iter(()))


@fault(
    "a worker that dies in a cleanup after a failure is not named",
    noticed_by=killed.test_a_worker_that_dies_in_a_cleanup,
)
def cleanups_are_not_seen(patch: MonkeyPatch) -> None:
    patch.setattr(following, "_in_cleanup", lambda _: iter(()))


@fault(
    "workers that all die are replaced for ever, or until nothing is left to say",
    noticed_by=killed.test_workers_that_all_die_end_the_run,
)
def nothing_is_refused(patch: MonkeyPatch) -> None:
    patch.setattr(pool.Pool, "_refuse", lambda self, _: self._shared.stop())


@fault(
    "what a killed worker had on the server stays there",
    noticed_by=killed.test_what_a_killed_worker_had_on_the_server_is_removed,
)
def nothing_is_swept(patch: MonkeyPatch) -> None:
    patch.setattr(pool.Pool, "_sweep", lambda _: None)


@fault(
    "the parent does not know what workers have executed",
    noticed_by=test_interrupted.test_a_worker_that_is_interrupted_ends_the_run,
)
def statuses_are_not_noted(patch: MonkeyPatch) -> None:
    def done(statuses: Sequence[Status], failed: bool, account: Any) -> Done:  # noqa: FBT001
        return Done([Status.untested] * len(statuses), failed, account)

    patch.setattr(work, "Done", done)


@fault(
    "a worker that was interrupted leaves the rest without a reason",
    noticed_by=test_interrupted.test_a_worker_that_is_interrupted_ends_the_run,
)
def interruption_is_not_said(patch: MonkeyPatch) -> None:
    patch.setattr(work.Work, "_interruption", lambda _: "")


@fault(
    "two workers give the same ids",
    noticed_by=test_equal.test_databases_and_scopes,
)
def ids_collide(patch: MonkeyPatch) -> None:
    prefixed = events._PrefixedIds
    patch.setattr(events, "_PrefixedIds", lambda _: prefixed("worker-"))


@fault("what shares a scope is divided", noticed_by=test_equal.test_databases_and_scopes)
def scopes_are_divided(patch: MonkeyPatch) -> None:
    patch.setattr(units, "_holds", lambda *_: False)


@fault("a worker attaches nothing", noticed_by=test_equal.test_databases_and_scopes)
def nothing_is_attached(patch: MonkeyPatch) -> None:
    add = Attachments.add

    def add_in_the_first(self: Attachments, *arguments: Any) -> None:
        if self._events.worker is None:
            add(self, *arguments)

    patch.setattr(Attachments, "add", add_in_the_first)


@fault(
    "after a failure and --stop the others go on with their batches",
    noticed_by=test_stopping.test_after_a_failure_nothing_begins,
)
def batches_go_on(patch: MonkeyPatch) -> None:
    patch.setattr(work, "cut_short", lambda _: None)


@fault(
    "what workers kept and skipped is not added up",
    noticed_by=test_in_workers.test_hooks_cleanups_and_options,
)
def accounts_are_lost(patch: MonkeyPatch) -> None:
    patch.setattr(Harness, "add", lambda *_: None)


@fault(
    "the longest is last",
    noticed_by=test_batches.test_the_longest_is_first_and_equals_in_the_order_of_a_run,
)
def longest_is_last(patch: MonkeyPatch) -> None:
    made = batches.batches_of
    patch.setattr(test_batches, "batches_of", lambda *given: made(*given)[::-1])


@fault(
    "short scenarios of several rules are one batch",
    noticed_by=test_batches.test_short_scenarios_of_one_rule_are_together,
)
def rules_are_joined(patch: MonkeyPatch) -> None:
    patch.setattr(batches, "_above", lambda _: None)


@fault(
    "a file has as many workers as a folder",
    noticed_by=test_number.test_as_many_as_there_are_processors_and_scenarios_for_folders,
    asked_for=None,
    paths=["one.feature"],
    units=100,
    expected=1,
)
def files_are_folders(patch: MonkeyPatch) -> None:
    patch.setattr(Path, "is_dir", lambda _: True)
    patch.setattr(number, "_processors", lambda: 4)
