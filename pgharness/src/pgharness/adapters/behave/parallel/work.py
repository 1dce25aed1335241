"""What a forked process does: it takes batches, runs their scenarios, and sends what happens."""

import os
import signal
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any

from behave.model import Feature, Scenario
from cucumber_messages import Envelope, TestStepResultStatus

from pgharness.adapters.account import Account
from pgharness.adapters.behave.orderly import OrderlyRunner
from pgharness.adapters.behave.parallel.messages import Done, Ended, Happened, Message, Shared
from pgharness.adapters.behave.parallel.parts import cut_short, parts_of
from pgharness.adapters.test_run import Harness
from pgharness.core import exits
from pgharness.core.errors import HarnessError
from pgharness.core.exits import Interrupted, interruptions
from pgharness.results.recording.recorder import Recorder


class Work:
    """The work of one forked process."""

    def __init__(
        self, runner: OrderlyRunner, recorder: Recorder, shared: Shared, connection: Connection
    ) -> None:
        self._runner = runner
        self._recorder = recorder
        self._shared = shared
        self._connection = connection
        self._parent = os.getppid()
        self._buffer: list[Envelope] = []
        self._harness: Harness[Any] | None = None
        self._part: Feature | None = None
        """What is being executed, or was last."""

    def do(self, name: str) -> None:
        """Take batches until there are no more, or the run ends; then clean up."""
        interruptions.continue_in_fork()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, exits.ENDING)  # see `Worker`
        exits.before_output.clear()
        self._recorder.continue_in_fork(name, self._receive)
        self._runner.is_fork = True
        # What steps attach goes through the one that hands it to the recorder.
        self._runner.formatters = [
            one for one in self._runner.formatters if getattr(one, "attaches", False)
        ]
        # The parent's resources are the parent's to clean up. behave offers no public way.
        self._runner.context._root["@cleanups"] = []  # noqa: SLF001
        with self._ending():
            self._begin()
            self._take_batches()
        self._clean_up()

    @contextmanager
    def _ending(self) -> Iterator[None]:
        """End the work at any error; the parent ends the run, unless it is gone itself."""
        try:
            interruptions.begin_raising()
            yield
        except HarnessError as refusal:
            self._recorder.refusal = refusal
        except (EOFError, ConnectionError, Interrupted):
            pass
        except Exception as error:  # noqa: BLE001 (no error here may look like success)
            traceback.print_exc(file=sys.__stderr__)
            self._recorder.refusal = HarnessError(
                f"a worker broke off ({error!r}), please report it."
            )
        finally:
            interruptions.raise_no_more()

    def _begin(self) -> None:
        if "harness" in self._runner.context:
            self._harness = self._runner.context.harness
            self._harness.continue_in_fork()

    def _take_batches(self) -> None:
        while not self._is_over and (batch := self._connection.recv()) is not None:
            self._run([self._shared.scenarios[number] for number in batch])

    def _run(self, batch: Sequence[Scenario]) -> None:
        failed = False
        for part in parts_of(batch):
            if not (self._is_over or (failed and self._runner.config.stop)):
                self._part = part
                failed |= self._runner.run_feature(part)
        self._recorder.settle()
        self._flush()
        statuses = [scenario.status for scenario in batch]
        self._send(Done(statuses, failed, self._account()))

    @property
    def _is_over(self) -> bool:
        return self._runner.aborted or interruptions.first is not None or self._is_stopped

    @property
    def _is_stopped(self) -> bool:
        """Whether no further scenario may begin, in any process."""
        return self._shared.is_stopped or os.getppid() != self._parent

    def _account(self) -> Account:
        return self._harness.account() if self._harness is not None else Account()

    def _clean_up(self) -> None:
        try:
            self._runner.context._do_remaining_cleanups()  # noqa: SLF001
        except Exception:  # noqa: BLE001 (the recorder has noted it)
            traceback.print_exc(file=sys.__stderr__)
        if self._harness is not None:
            self._harness.close()
        recorder = self._recorder
        with suppress(OSError):  # the parent is gone
            self._flush()
            refusal = str(recorder.refusal or self._interruption() or "")
            self._send(Ended(recorder.failed, refusal, recorder.problems, self._account()))

    def _interruption(self) -> str:
        """Return what has interrupted this process; the parent was not, or has sent the signal."""
        if interruptions.first is not None:
            return f"a worker was interrupted ({interruptions.first.reason})."
        return "a step was interrupted." if self._runner.aborted and not self._is_stopped else ""

    def _receive(self, envelope: Envelope) -> None:
        """Take a message; send all once something begins, has failed, or a scenario ends."""
        self._buffer.append(envelope)
        if not (envelope.test_case or _has_passed(envelope)):
            self._flush()
        if envelope.test_case_finished and self._is_over and self._part is not None:
            cut_short(self._part)

    def _flush(self) -> None:
        if self._buffer:
            buffer, self._buffer = self._buffer, []
            self._send(Happened(buffer))

    def _send(self, message: Message) -> None:
        """Send a message as a whole: an interruption waits."""
        with interruptions.held_back():
            self._connection.send(message)


def _has_passed(envelope: Envelope) -> bool:
    """Whether a message is that a step has passed: what follows tells it as well."""
    finished = envelope.test_step_finished
    return finished is not None and finished.test_step_result.status is TestStepResultStatus.passed
