"""Faults of what keeps the recorder from changing a run of behave."""

from contextlib import nullcontext
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from cucumber_messages import Envelope

import test_messages_ends as ends
import test_messages_faults as faulty
import test_messages_parsers as parsers
import test_messages_text as texts
from breaking import fault
from pgharness.results.recording import attaching, cases, matching, outcomes
from pgharness.results.recording.events import Events
from pgharness.results.recording.faults import Faults


@fault(
    "an error without a text is an error of the recorder",
    noticed_by=faulty.test_an_odd_error_is_the_failure_of_its_scenario_only,
    name="Mute",
    said="<Mute, whose text cannot be had: RuntimeError>",
)
def texts_are_demanded(patch: MonkeyPatch) -> None:
    patch.setattr(outcomes, "_text", str)


@fault(
    "whatever an error has attached is taken for attachments",
    noticed_by=faulty.test_an_odd_error_is_the_failure_of_its_scenario_only,
    name="Foreign",
    said="",
)
def anything_is_attached(patch: MonkeyPatch) -> None:
    patch.setattr(attaching, "list", object, raising=False)


@fault(
    "a fault of the recorder ends the run of behave",
    noticed_by=faulty.test_a_fault_of_the_recorder_changes_nothing_that_behave_does,
    module="outcomes",
    name="of_step",
)
def faults_spread(patch: MonkeyPatch) -> None:
    patch.setattr(Faults, "noted", lambda _: nullcontext())


@fault(
    "after a fault of the recorder, a scenario looks as if it had been executed",
    noticed_by=faulty.test_a_fault_of_the_recorder_changes_nothing_that_behave_does,
    module="outcomes",
    name="of_step",
)
def nothing_is_abandoned(patch: MonkeyPatch) -> None:
    init = Faults.__init__
    patch.setattr(Faults, "__init__", lambda self, _: init(self, lambda: None))


@fault(
    "a stream that cannot be written ends the run of behave",
    noticed_by=faulty.test_a_stream_that_cannot_be_written_changes_nothing_that_behave_does,
)
def receivers_are_trusted(patch: MonkeyPatch) -> None:
    def send(self: Events, **message: Any) -> None:
        envelope = Envelope(**message)
        for receive in self._receivers:
            receive(envelope)

    patch.setattr(Events, "send", send)


@fault(
    "parameters are converted before the first step",
    noticed_by=parsers.test_parameters_are_converted_once_and_when_behave_does,
)
def definitions_convert(patch: MonkeyPatch) -> None:
    patch.setattr(matching, "plain", lambda definition: definition)


@fault(
    "a step that was interrupted has started twice",
    noticed_by=ends.test_a_step_that_is_interrupted_before_its_function_starts_once,
)
def steps_start_twice(patch: MonkeyPatch) -> None:
    send = cases.CaseRecorder._send_started

    def started(self: cases.CaseRecorder, test_step: str) -> None:
        self._started.clear()
        send(self, test_step)

    patch.setattr(cases.CaseRecorder, "_send_started", started)


@fault(
    "a text is attached at any length",
    noticed_by=texts.test_a_long_attachment_is_cut_in_its_middle_and_says_so,
)
def attachments_are_not_bounded(patch: MonkeyPatch) -> None:
    patch.setattr(attaching, "bounded", str)


@fault(
    "data are attached at any length",
    noticed_by=texts.test_bytes_that_are_too_long_are_left_out_with_their_size,
)
def bytes_are_not_bounded(patch: MonkeyPatch) -> None:
    patch.setattr(attaching, "MOST_BYTES", 10_000_000)
