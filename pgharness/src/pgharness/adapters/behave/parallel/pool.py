"""The processes of a run: hands out batches, and passes on what happens."""

import gc
import signal
import sys
import traceback
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import count
from multiprocessing.connection import Connection, wait
from time import monotonic
from typing import Final

from behave.model import Scenario, Status

from pgharness.adapters.account import Account
from pgharness.adapters.behave.ending import end_run
from pgharness.adapters.behave.hooks import server_watched
from pgharness.adapters.behave.orderly import OrderlyRunner, broke_off
from pgharness.adapters.behave.parallel.batches import batches_of
from pgharness.adapters.behave.parallel.messages import Done, Ended, Happened, Shared
from pgharness.adapters.behave.parallel.units import Unit
from pgharness.adapters.behave.parallel.work import Work
from pgharness.adapters.behave.parallel.worker import Worker
from pgharness.adapters.behave.reporting.run_reports import RunReports
from pgharness.core.errors import HarnessError
from pgharness.core.exits import ENDING, SIGNALLED, Interrupted, interruptions
from pgharness.results.recording.places import Places

PULSE: Final = 1.0
"""Seconds after which a silent worker is looked at: a fork of a step may hold its pipe open."""
PATIENCE: Final = 60.0
"""Seconds in which the workers of an interrupted run must have cleaned up."""


class Pool:
    """Executes batches of scenarios in several forks of this process."""

    def __init__(
        self,
        runner: OrderlyRunner,
        reports: RunReports,
        units: Sequence[Unit],
        number: int,
        seed: int | None,
    ) -> None:
        """Take the units of a run that is prepared, the number of workers, and the order's seed."""
        self._runner = runner
        self._reports = reports
        self._units = units
        self._number = number
        self._seed = seed
        self._names = count(1)
        self._shared: Shared
        self._waiting: deque[Sequence[int]]
        self._workers: dict[Connection, Worker] = {}
        self._failed = False
        self._has_lost_one = False
        self._begun_again: set[int] = set()
        """The first scenarios of what was lost by workers that died outside of the examples."""
        self._refusal = ""
        """Why the run cannot go on."""

    def _divide(self) -> None:
        batches = batches_of(self._units, self._reports.seconds(), self._number, self._seed)
        self._shared = Shared([scenario for batch in batches for scenario in batch.scenarios])
        numbers = count()
        self._waiting = deque(
            [number for _, number in zip(batch.scenarios, numbers, strict=False)]
            for batch in batches
        )

    def run(self) -> bool:
        """Execute all units; return whether anything failed."""
        try:
            self._execute()
        except Interrupted:
            self._runner.aborted = True
            self._interrupt()
            self._attend(until=monotonic() + PATIENCE)
        except Exception as error:  # noqa: BLE001 (whatever it is, the run ends in order)
            interruptions.raise_no_more()
            traceback.print_exc(file=sys.__stderr__)
            self._refuse(str(broke_off(error)))
        finally:
            self._kill()
        self._reports.recorder.note(failed=self._failed)
        if self._refusal:
            end_run(self._runner.context, HarnessError(self._refusal))
        if self._has_lost_one:
            self._sweep()
        return self._failed

    def _execute(self) -> None:
        self._divide()
        gc.collect()
        gc.freeze()  # a fork copies no page that it does not write
        self._fork(self._number)
        self._attend()
        interruptions.raise_no_more()  # from here on the run ends

    def _sweep(self) -> None:
        """Remove what a worker has left that was killed."""
        context = self._runner.context
        if "harness" in context:
            try:
                with server_watched(context):
                    context.harness.sweep()
            except HarnessError as refusal:
                end_run(context, refusal)

    def _fork(self, number: int) -> None:
        """Start workers, and hand out a batch to each."""
        with ExitStack() as prepared:
            for formatter in self._reports.formatters:
                prepared.enter_context(formatter.forking())
            for _ in range(min(number, len(self._waiting))):
                with interruptions.held_back():
                    name = str(next(self._names))
                    worker = Worker(name, self._work, [*self._workers.values()])
                    self._workers[worker.connection] = worker
                    self._hand_out(worker)

    def _work(self, name: str, connection: Connection) -> None:
        """Do the work of a fork."""
        Work(self._runner, self._reports.recorder, self._shared, connection).do(name)

    def _hand_out(self, worker: Worker) -> None:
        is_over = self._shared.is_stopped or not self._waiting
        worker.hand_out([] if is_over else self._waiting.popleft())

    def _attend(self, until: float | None = None) -> None:
        """Receive what workers send, until they have ended, or to that time."""
        while self._workers and (until is None or monotonic() < until):
            ready = wait([*self._workers], PULSE)
            for worker in [*self._workers.values()]:
                with interruptions.held_back():
                    if worker.connection in ready:
                        self._receive(worker)
                    elif worker.is_gone:
                        self._lost(worker)

    def _receive(self, worker: Worker) -> None:
        try:
            message = worker.connection.recv()
        except (EOFError, OSError):
            self._lost(worker)
            return
        match message:
            case Happened(envelopes):
                for envelope in envelopes:
                    worker.following.take(envelope)
                self._reports.recorder.take(envelopes)
            case Done(statuses, failed, account):
                for number, status in zip(worker.batch, statuses, strict=True):
                    self._shared.scenarios[number].set_status(status)
                self._note(account, failed=failed)
                self._hand_out(worker)
            case Ended():
                self._end(worker, message)

    def _note(self, account: Account, *, failed: bool) -> None:
        self._failed |= failed
        if failed and self._runner.config.stop:
            self._shared.stop()
        if "harness" in self._runner.context:
            self._runner.context.harness.add(account)

    def _end(self, worker: Worker, ended: Ended) -> None:
        del self._workers[worker.connection]
        self._reports.recorder.note(failed=ended.failed, problems=ended.problems)
        self._note(ended.account, failed=ended.failed)
        if ended.refusal:
            self._refuse(ended.refusal)
        elif worker.batch and not self._shared.is_stopped:
            self._refuse("a worker has left scenarios, please report it.")
        worker.join()

    def _lost(self, worker: Worker) -> None:
        """End what a worker was executing that has died; another one goes on."""
        del self._workers[worker.connection]
        self._has_lost_one = True
        how = f"the worker process {worker.kill()}"
        rest = [*self._left(worker)]
        if not worker.following.is_busy:
            self._died_outside(f"{how} outside of the examples.", rest)
        self._reports.recorder.take(worker.following.died(f"{how} while this was being executed."))
        self._note(Account(), failed=True)
        if rest:
            self._waiting.appendleft(rest)
        if self._waiting and not self._shared.is_stopped and interruptions.first is None:
            self._fork(1)

    def _left(self, worker: Worker) -> Iterator[int]:
        """Note what a worker has done that has died; yield what is to be executed by another."""
        following, recorder = worker.following, self._reports.recorder
        for number in worker.batch:
            scenario = self._shared.scenarios[number]
            pickle = recorder.pickle_id(scenario)
            if pickle in following.finished:
                failed = following.finished[pickle]
                scenario.set_status(Status.failed if failed else Status.passed)
            elif pickle == following.running:
                scenario.set_status(Status.error)
            elif following.beginning not in _around(scenario, recorder.places):
                yield number

    def _died_outside(self, how: str, rest: Sequence[int]) -> None:
        """Note that a worker has died by something else than a scenario or a hook.

        The next one may die as well: what was lost twice in this way is not begun once more.
        """
        if rest and rest[0] in self._begun_again:
            self._refuse(how)
            return
        self._begun_again.update(rest[:1])
        self._reports.recorder.note(failed=True, problems=[how])

    def _refuse(self, refusal: str) -> None:
        """End the run once the workers have done what they are doing."""
        if interruptions.first is None:  # else that is why it ends
            self._refusal = self._refusal or refusal
        self._shared.stop()

    def _interrupt(self) -> None:
        """Interrupt the workers as this process was; they clean up."""
        self._shared.stop()
        code = interruptions.first.exit_code if interruptions.first is not None else 0
        number = code - SIGNALLED
        for worker in self._workers.values():
            worker.interrupt(number if number in ENDING else signal.SIGTERM)

    def _kill(self) -> None:
        """End workers that did not end by themselves."""
        for worker in self._workers.values():
            worker.kill()
            self._has_lost_one = True
            why = "the worker process did not end, and was killed."
            self._reports.recorder.take(worker.following.died(why))
        self._workers.clear()


def _around(scenario: Scenario, places: Places) -> Iterator[str]:
    """Yield the `file:line` of what a scenario is in."""
    element = scenario.parent
    while element is not None:
        yield f"{places.uri(element.filename)}:{element.line}"
        element = element.parent
