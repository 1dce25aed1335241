"""Faults of the recorder: a stream that is not what the kit expects, or not what behave did."""

from contextlib import nullcontext
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from cucumber_messages import Group, TestStepResult, TestStepResultStatus

import test_compatibility_kit as kit
import test_messages as messages
import test_messages_ends as ends
import test_messages_hooks as hooks
import test_messages_parsers as parsers
import test_messages_text as texts
import test_reading as readings
from breaking import fault
from pgharness.results.recording import (
    attaching,
    attempts,
    behave_documents,
    cases,
    definitions,
    documents,
    formatter,
    outcomes,
    places,
    recorder,
)
from pgharness.results.recording.events import NO_TIME
from pgharness.results.stream import building, collecting, media
from pgharness.results.stream.serialising import line_of


@fault(
    "a capture group has no groups in it",
    noticed_by=kit.test_a_sample_gives_the_messages_of_the_kit,
    name="parameter-types",
)
def groups_are_flat(patch: MonkeyPatch) -> None:
    flat = lambda group: Group(start=group.start, value=group.value)  # noqa: E731
    patch.setattr(definitions, "_group", flat)


@fault(
    "no definition is suggested for an undefined step",
    noticed_by=kit.test_a_sample_gives_the_messages_of_the_kit,
    name="undefined",
)
def nothing_is_suggested(patch: MonkeyPatch) -> None:
    patch.setattr(cases.CaseRecorder, "_suggest", lambda *_: None)


@fault(
    "the name of an attached file is lost",
    noticed_by=kit.test_a_sample_gives_the_messages_of_the_kit,
    name="attachments",
)
def names_are_lost(patch: MonkeyPatch) -> None:
    patch.setattr(attaching, "named", lambda media_type: (media_type.partition(";")[0], ""))


@fault(
    "steps that were left out have no result before the hooks after them",
    noticed_by=kit.test_a_sample_gives_the_messages_of_the_kit,
    name="hooks-skipped",
)
def results_are_late(patch: MonkeyPatch) -> None:
    finish = cases.CaseRecorder._finish_rest
    late = lambda self, before="": None if before else finish(self)  # noqa: E731
    patch.setattr(cases.CaseRecorder, "_finish_rest", late)


@fault(
    "the runner's default hook counts as the project's",
    noticed_by=kit.test_a_sample_gives_the_messages_of_the_kit,
    name="minimal",
)
def the_default_is_a_hook(patch: MonkeyPatch) -> None:
    patch.setattr(recorder, "hooks_of", lambda runner: dict(runner.hooks))
    patch.setattr(definitions, "hooks_of", lambda runner: dict(runner.hooks))


@fault(
    "an error of another formatter is not in the stream",
    noticed_by=kit.test_a_sample_gives_the_messages_of_the_kit,
    name="test-run-exception",
)
def broken_runs_are_unfinished(patch: MonkeyPatch) -> None:
    patch.setattr(recorder.Recorder, "broken", lambda *_: None)


@fault("a skipped step has passed", noticed_by=messages.test_each_status_is_told_with_its_reason)
def skipped_is_passed(patch: MonkeyPatch) -> None:
    result = TestStepResult(duration=NO_TIME, status=TestStepResultStatus.passed)
    patch.setattr(outcomes, "skipped", lambda _="": result)


@fault(
    "the background of a scenario without steps is lost",
    noticed_by=messages.test_what_a_feature_consists_of_is_in_the_stream,
)
def backgrounds_are_lost(patch: MonkeyPatch) -> None:
    patch.setattr(documents, "_steps_in_all", lambda _: nullcontext())


@fault(
    "steps that a step executes are taken for the scenario's",
    noticed_by=messages.test_steps_that_a_step_executes_are_not_the_scenarios,
)
def nested_steps_are_the_scenarios(patch: MonkeyPatch) -> None:
    given = cases.CaseRecorder.step

    def first(self: cases.CaseRecorder, step: Any) -> Any:
        self._steps.setdefault(id(step), next(iter(self._steps.values())))
        return given(self, step)

    patch.setattr(cases.CaseRecorder, "step", first)


@fault(
    "a case that could not begin does not say why",
    noticed_by=hooks.test_what_cannot_begin_has_the_hook_as_its_reason,
    hook="before_rule",
    when="element.name == 'First'",
    name="before_rule features/a.feature:4",
    blocked=[6, 8],
)
def reasons_are_the_runs(patch: MonkeyPatch) -> None:
    patch.setattr(building, "blocked", lambda _: ())


@fault(
    "a cleanup that fails is not recorded",
    noticed_by=hooks.test_each_cleanup_of_a_scenario_that_fails_is_an_error_of_it,
)
def cleanups_pass(patch: MonkeyPatch) -> None:
    patch.setattr(recorder.Recorder, "cleanup", lambda _self, _layer, function: function)


@fault(
    "an assertion in a hook around steps is the step's failure",
    noticed_by=hooks.test_a_hook_around_steps_is_named_at_the_step,
    hook="before_step",
    error="AssertionError",
)
def hooks_are_steps(patch: MonkeyPatch) -> None:
    patch.setattr(outcomes, "noted", lambda _, function: function)


@fault(
    "an interrupted step has failed", noticed_by=ends.test_an_interrupted_run_says_what_was_not_run
)
def interrupted_is_failed(patch: MonkeyPatch) -> None:
    result = TestStepResult(duration=NO_TIME, status=TestStepResultStatus.failed)
    patch.setattr(outcomes, "interrupted", lambda _: result)


@fault("the stream is written at the end", noticed_by=ends.test_a_killed_run_leaves_what_it_had)
def written_late(patch: MonkeyPatch) -> None:
    def receive(self: formatter.Messages, envelope: Any) -> None:
        self.lines = [*getattr(self, "lines", ()), line_of(envelope)]
        if envelope.test_run_started or envelope.test_run_finished:
            self.stream.write("".join(f"{line}\n" for line in self.lines))
            self.stream.flush()
            self.lines = []

    patch.setattr(formatter.Messages, "receive", receive)


@fault(
    "a file that only behave parses has no rules",
    noticed_by=parsers.test_the_stream_is_whole,
    feature=parsers.ONLY_BEHAVE["single quotes"],
)
def rules_are_lost(patch: MonkeyPatch) -> None:
    made = behave_documents.document_of

    def without_rules(*arguments: Any) -> Any:
        document = made(*arguments)
        children = document["feature"]["children"]
        for rule in [child["rule"] for child in children if "rule" in child]:
            children += [child for child in rule["children"] if "scenario" in child]
        document["feature"]["children"] = [child for child in children if "rule" not in child]
        return document

    patch.setattr(documents, "document_of", without_rules)


@fault(
    "paths of the machine are in the stream",
    noticed_by=texts.test_nothing_of_the_machine_is_in_the_stream,
)
def paths_are_told(patch: MonkeyPatch) -> None:
    patch.setattr(places.Places, "text", lambda _, text: text)


@fault(
    "a trace begins with the calls of behave and of the recorder",
    noticed_by=texts.test_nothing_of_the_machine_is_in_the_stream,
)
def traces_begin_outside(patch: MonkeyPatch) -> None:
    patch.setattr(outcomes, "OUTSIDE", ())


@fault(
    "the host of a server is told",
    noticed_by=texts.test_the_host_of_a_server_is_not_in_the_stream,
    url="postgresql://ada@db7.intern/x",
    said="at db7.intern:5432",
    told="at <server>:5432",
)
def hosts_are_told(patch: MonkeyPatch) -> None:
    patch.setattr(places, "without_hosts", lambda text: text)


@fault("bytes of a text are not masked", noticed_by=texts.test_a_password_is_masked)
def bytes_are_not_masked(patch: MonkeyPatch) -> None:
    patch.setattr(attaching, "is_text", lambda _: False)


@fault(
    "text that was sent in base64 stays in it",
    noticed_by=readings.test_text_is_text_however_it_was_sent,
)
def text_stays_encoded(patch: MonkeyPatch) -> None:
    patch.setattr(media, "TEXTUAL", ())
    patch.setattr(collecting, "is_text", lambda _: False)


@fault(
    "an attempt that is retried makes the run fail",
    noticed_by=messages.test_a_scenario_that_is_retried_counts_once,
)
def retried_is_failed(patch: MonkeyPatch) -> None:
    finish = attempts.Attempts.finish

    patch.setattr(attempts.Attempts, "finish", lambda self, **_: finish(self))
