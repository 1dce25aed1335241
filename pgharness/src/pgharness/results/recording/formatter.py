"""The formatter that writes a run's stream: `behave -f pgharness.results:Messages -o FILE`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from behave.configuration import Configuration
from behave.formatter.base import Formatter, StreamOpener
from behave.runner import ModelRunner
from cucumber_messages import Envelope

from pgharness.core.masking import masked
from pgharness.results.recording import observing
from pgharness.results.recording.recorder import Recorder
from pgharness.results.stream.serialising import line_of


class EventFormatter(Formatter):  # type: ignore[misc]
    """A formatter that receives the messages of the run."""

    recorder: Recorder | None = None
    attaches: bool = False
    """Whether this one of several formatters hands attachments on."""

    def receive(self, envelope: Envelope) -> None:
        """Handle one message."""
        raise NotImplementedError

    @contextmanager
    def forking(self) -> Iterator[None]:
        """Let the process be forked in this block: no thread runs, and nothing is buffered."""
        with suppress(AttributeError, OSError):  # it has no stream, or it cannot be written
            self.stream.flush()
        yield

    def embedding(self, mime_type: str, data: str | bytes) -> None:
        """Attach data to the step or hook that is being executed (`context.attach`)."""
        if self.recorder is not None and self.attaches:
            self.recorder.attach(mime_type, data)

    def close(self) -> None:
        """End the run and the output, unless the runner does that later."""
        if self.recorder is None or self.recorder.ends_with_formatters:
            if self.recorder is not None:
                self.recorder.end()
            self.finish()

    def finish(self) -> None:
        """Close the output; that it cannot be written was noticed at the last flush."""
        with suppress(OSError):
            super().close()


class Messages(EventFormatter):
    """Writes Cucumber Messages, one JSON document a line."""

    name = "messages"
    description = "Cucumber Messages (NDJSON): all events of the run"

    def __init__(self, stream_opener: StreamOpener, config: Configuration) -> None:
        super().__init__(stream_opener, config)
        self.stream = self.open()

    def receive(self, envelope: Envelope) -> None:
        """Write one message; flush the output after each scenario."""
        line = line_of(envelope)
        self.stream.write(f"{masked(line) if _has_text(envelope) else line}\n")
        if envelope.test_case_finished or envelope.test_run_started or envelope.test_run_finished:
            self.stream.flush()


def _has_text(envelope: Envelope) -> bool:
    """Whether a message has more than ids, times and a status, of which most messages consist."""
    finished = envelope.test_step_finished
    if finished is not None:
        return finished.test_step_result.message is not None
    return not (
        envelope.test_step_started or envelope.test_case_started or envelope.test_case_finished
    )


def begin(runner: ModelRunner) -> None:
    """Begin to record the run, if something records it or one of its formatters would."""
    ours = [one for one in getattr(runner, "formatters", ()) if isinstance(one, EventFormatter)]
    recorder = observing.recorder_of(runner) or (record(runner, ours) if ours else None)
    if recorder is not None:
        recorder.begin()


def record(runner: ModelRunner, formatters: Sequence[EventFormatter]) -> Recorder:
    """Return a recorder of a run that has not begun, for at least one formatter."""
    recorder = Recorder(runner, [one.receive for one in formatters])
    for one in formatters:
        one.recorder = recorder
    formatters[0].attaches = True
    observing.record(runner, recorder)
    return recorder


observing.observe(begin)
