"""Collect the messages of a run; build its model."""

import base64
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from cucumber_messages import (
    Attachment,
    AttachmentContentEncoding,
    Duration,
    Envelope,
    GherkinDocument,
    Hook,
    Meta,
    Pickle,
    SourceReference,
    StepDefinition,
    TestCase,
    TestCaseFinished,
    TestCaseStarted,
    TestRunFinished,
    TestRunHookFinished,
    TestRunHookStarted,
    TestStepFinished,
    TestStepResult,
    TestStepResultStatus,
    Timestamp,
)

from pgharness.results import model
from pgharness.results.model import Status
from pgharness.results.stream.media import is_text

STATUSES: Final = {
    TestStepResultStatus.passed: Status.PASSED,
    TestStepResultStatus.skipped: Status.SKIPPED,
    TestStepResultStatus.pending: Status.PENDING,
    TestStepResultStatus.undefined: Status.UNDEFINED,
    TestStepResultStatus.ambiguous: Status.AMBIGUOUS,
    TestStepResultStatus.unknown: Status.NOT_RUN,
}
ASSERTIONS: Final = frozenset({"AssertionError", "AssertionFailedError"})
NANOSECONDS: Final = 10**9


@dataclass
class Attempt:
    """One execution of a test case."""

    started: TestCaseStarted
    finished: TestCaseFinished | None = None
    steps: dict[str, TestStepFinished] = field(default_factory=dict)
    """Results by the ids of test steps."""
    attachments: dict[str, list[Attachment]] = field(default_factory=lambda: defaultdict(list))


class Collector:
    """Takes the messages of a run in their order."""

    def __init__(self) -> None:
        self.meta: Meta | None = None
        self.documents: dict[str, GherkinDocument] = {}
        self.pickles: dict[str, Pickle] = {}
        self.definitions: dict[str, StepDefinition] = {}
        self.hooks: dict[str, Hook] = {}
        self.snippets: dict[str, str] = {}
        """Suggested step definitions by the ids of pickle steps."""
        self.cases: dict[str, TestCase] = {}
        self.attempts: dict[str, Attempt] = {}
        """By the ids of their starts."""
        self.last: dict[str, Attempt] = {}
        """The last attempt by the id of the pickle."""
        self.run_hooks: dict[str, TestRunHookStarted] = {}
        self.run_hooks_finished: dict[str, TestRunHookFinished] = {}
        self.run_attachments: dict[str, list[Attachment]] = defaultdict(list)
        self.of_run: list[Attachment] = []
        """What is attached to the run as a whole."""
        self.started: Timestamp | None = None
        self.finished: TestRunFinished | None = None

    def take(self, envelope: Envelope) -> None:  # noqa: C901, PLR0912 (a case for each message)
        """Take one message."""
        if (finished := envelope.test_step_finished) is not None:
            attempt = self.attempts[finished.test_case_started_id]
            attempt.steps[finished.test_step_id] = finished
        elif (case := envelope.test_case) is not None:
            self.cases[case.id] = case
        elif (started := envelope.test_case_started) is not None:
            attempt = self.attempts[started.id] = Attempt(started)
            self.last[self.cases[started.test_case_id].pickle_id] = attempt
        elif (ended := envelope.test_case_finished) is not None:
            self.attempts[ended.test_case_started_id].finished = ended
        elif (pickle := envelope.pickle) is not None:
            self.pickles[pickle.id] = pickle
        elif (document := envelope.gherkin_document) is not None:
            self.documents[document.uri or ""] = document
        elif (definition := envelope.step_definition) is not None:
            self.definitions[definition.id] = definition
        elif (hook := envelope.hook) is not None:
            self.hooks[hook.id] = hook
        elif (suggestion := envelope.suggestion) is not None:
            code = "\n".join(one.code for one in suggestion.snippets)
            self.snippets[suggestion.pickle_step_id] = code
        elif (attachment := envelope.attachment) is not None:
            self._attach(attachment)
        elif (run_hook := envelope.test_run_hook_started) is not None:
            self.run_hooks[run_hook.id] = run_hook
        elif (hook_ended := envelope.test_run_hook_finished) is not None:
            self.run_hooks_finished[hook_ended.test_run_hook_started_id] = hook_ended
        elif (meta := envelope.meta) is not None:
            self.meta = self.meta or meta
        elif envelope.test_run_started is not None:
            self.started = self.started or envelope.test_run_started.timestamp
        elif envelope.test_run_finished is not None:
            self.finished = envelope.test_run_finished

    def _attach(self, attachment: Attachment) -> None:
        if attachment.test_case_started_id and attachment.test_step_id:
            attempt = self.attempts[attachment.test_case_started_id]
            attempt.attachments[attachment.test_step_id].append(attachment)
        elif attachment.test_run_hook_started_id:
            self.run_attachments[attachment.test_run_hook_started_id].append(attachment)
        elif attachment.test_run_started_id:
            self.of_run.append(attachment)


def status_of(result: TestStepResult) -> Status:
    """Return the status of a step or hook: a failed assertion has failed, others are errors."""
    if result.status is not TestStepResultStatus.failed:
        return STATUSES[result.status]
    raised = result.exception
    return Status.FAILED if raised is not None and raised.type in ASSERTIONS else Status.ERROR


def problem_of(result: TestStepResult) -> model.Problem | None:
    """Return why a step or a hook did not pass, or None if the stream does not say."""
    raised = result.exception
    if raised is not None:
        return model.Problem(raised.type, raised.message or "", raised.stack_trace or "")
    if result.message and result.status is TestStepResultStatus.failed:
        return model.Problem("", result.message)
    return None


def attachments_of(attachments: list[Attachment]) -> tuple[model.Attachment, ...]:
    """Return attachments as reports need them: text as text, however it was sent."""
    return tuple(_attachment(one) for one in attachments)


def _attachment(one: Attachment) -> model.Attachment:
    body, encoded = one.body, one.content_encoding is AttachmentContentEncoding.base64
    if encoded and is_text(one.media_type):
        with suppress(ValueError):  # it is no text
            body, encoded = base64.b64decode(body, validate=True).decode("utf-8"), False
    return model.Attachment(one.media_type, body, is_base64=encoded, file_name=one.file_name or "")


def place_of(reference: SourceReference | None) -> str:
    """Return `file:line`, or an empty text."""
    if reference is None or not reference.uri:
        return ""
    line = f":{reference.location.line}" if reference.location else ""
    return f"{reference.uri}{line}"


def seconds(duration: Duration) -> float:
    """Return a duration in seconds."""
    return duration.seconds + duration.nanos / NANOSECONDS


def instant(timestamp: Timestamp) -> datetime:
    """Return a time with its zone."""
    whole = datetime.fromtimestamp(timestamp.seconds, UTC)
    return whole.replace(microsecond=timestamp.nanos // 1000)
