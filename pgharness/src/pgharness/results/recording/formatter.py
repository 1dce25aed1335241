"""The formatter that writes a run's stream: `behave -f pgharness.results:Messages -o FILE`."""

from behave.configuration import Configuration
from behave.formatter.base import Formatter, StreamOpener
from behave.runner import ModelRunner
from cucumber_messages import Envelope

from pgharness.core.masking import masked
from pgharness.results.recording import observing
from pgharness.results.recording.recorder import Recorder
from pgharness.results.recording.serialising import line_of


class EventFormatter(Formatter):  # type: ignore[misc]
    """A formatter that receives the messages of the run."""

    recorder: Recorder | None = None

    def receive(self, envelope: Envelope) -> None:
        """Handle one message."""
        raise NotImplementedError

    def embedding(self, mime_type: str, data: str | bytes) -> None:
        """Attach data to the step or hook that is being executed (`context.attach`)."""
        if self.recorder is not None and self.recorder.runner.formatters[0] is self:
            self.recorder.attach(mime_type, data)

    def close(self) -> None:
        """End the run."""
        if self.recorder is not None:
            self.recorder.end(failed=False)
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
        self.stream.write(f"{masked(line_of(envelope))}\n")
        if envelope.test_case_finished or envelope.test_run_started or envelope.test_run_finished:
            self.stream.flush()


def begin(runner: ModelRunner) -> None:
    """Record the run if one of its formatters receives messages."""
    ours = [one for one in getattr(runner, "formatters", ()) if isinstance(one, EventFormatter)]
    if ours:
        recorder = Recorder(runner, [one.receive for one in ours])
        for one in ours:
            one.recorder = recorder
        observing.record(runner, recorder)
        recorder.begin()


observing.observe(begin)
