"""The formatter that shows a run in the terminal: `behave -f pgharness.results:Terminal`."""

from collections.abc import Iterator
from contextlib import contextmanager

from behave.configuration import Configuration
from behave.formatter.base import StreamOpener
from cucumber_messages import Envelope

from pgharness.results.changes import Changes
from pgharness.results.durations import NOTHING_KNOWN, Durations
from pgharness.results.history import case_key
from pgharness.results.model import Run
from pgharness.results.recording.formatter import EventFormatter
from pgharness.results.stream.building import Builder
from pgharness.results.stream.collecting import Collector
from pgharness.results.terminal import Look, PlannedCase
from pgharness.results.terminal import Terminal as Display


class Terminal(EventFormatter):
    """Shows what is complete, what failed, and how long the rest will take."""

    name = "terminal"
    description = "A line for each capability or feature, failures in full, and a verdict"

    def __init__(self, stream_opener: StreamOpener, config: Configuration) -> None:
        super().__init__(stream_opener, config)
        self._collector = Collector()
        self._builder = Builder(self._collector)
        self._display = self._displayed(NOTHING_KNOWN, "")

    def expect(self, durations: Durations, repeat: str, workers: int = 1) -> None:
        """Set the durations of earlier runs, the command that repeats failures, and the workers."""
        self._display = self._displayed(durations, repeat, workers)

    def _displayed(self, durations: Durations, repeat: str, workers: int = 1) -> Display:
        captures = self.config.should_capture()
        return Display(
            self.open(),
            durations=durations,
            repeat=repeat,
            dry_run=bool(self.config.dry_run),
            look=Look(
                live=bool(captures),
                workers=workers,
                colours=None if self.config.has_colored_mode() else False,
            ),
        )

    def receive(self, envelope: Envelope) -> None:
        """Show one message."""
        self._collector.take(envelope)
        if envelope.test_run_started is not None:
            self._display.begin([*_planned(self._builder.run())])
        elif (started := envelope.test_case_started) is not None:
            case = self._builder.case(started.id)
            self._display.case_started(case.place, case.name)
        elif (finished := envelope.test_case_finished) and not finished.will_be_retried:
            feature, rule = self._builder.above(finished.test_case_started_id)
            case = self._builder.case(finished.test_case_started_id)
            self._display.case_finished(case, feature, rule.name, rule.id)
        elif (ended := envelope.test_run_hook_finished) is not None:
            hook = self._builder.hook(ended.test_run_hook_started_id)
            if hook.status.is_failure:
                self._display.run_hook_failed(hook)
        elif envelope.test_run_finished is not None:
            self._display.close()

    @contextmanager
    def forking(self) -> Iterator[None]:
        """Let no thread draw in this block."""
        with self._display.paused(), super().forking():
            yield

    def close(self) -> None:
        """Show the end, unless the runner does that later."""
        super().close()
        if self.recorder is not None and self.recorder.ends_with_formatters:
            self.conclude(self._builder.run())

    def conclude(self, run: Run, changes: Changes | None = None) -> None:
        """Show the failures, what changed, and the verdict."""
        self._display.end(run, changes)


def _planned(run: Run) -> Iterator[PlannedCase]:
    for feature, rule in run.rules:
        for case in rule.cases:
            yield PlannedCase(
                place=case.place,
                uri=case.uri,
                capability=feature.capability,
                feature=feature.name,
                rule=rule.name,
                key=case_key(rule, case),
            )
