"""The reports of a run of behave: its stream while it goes on, and all others at its end."""

import fcntl
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from behave.configuration import Configuration
from behave.formatter.base import StreamOpener
from behave.model import Scenario
from behave.runner import ModelRunner
from cucumber_messages import Envelope

from pgharness.adapters.behave.selection import checking
from pgharness.core.attachments import SELECTION, SHARD
from pgharness.core.errors import HarnessError
from pgharness.core.exits import interruptions
from pgharness.results.changes import Changes
from pgharness.results.durations import NOTHING_KNOWN, Durations, durations_of
from pgharness.results.files.junit import JUnitDirectory
from pgharness.results.files.whole import within_here
from pgharness.results.model import Run
from pgharness.results.recording.formatter import EventFormatter, Messages, record
from pgharness.results.recording.keys import scenario_key
from pgharness.results.recording.recorder import Recorder
from pgharness.results.recording.terminal import Terminal
from pgharness.results.settings import MESSAGES, RERUN, ReportSettings
from pgharness.results.stream.building import Builder
from pgharness.results.stream.collecting import Collector
from pgharness.results.stream.shards import Part
from pgharness.results.unfinished import replace_former

LOCK: Final = ".run.lock"


class Collecting(EventFormatter):
    """Collects the messages of the run, of which the reports are made at its end."""

    def __init__(self, config: Configuration) -> None:
        super().__init__(StreamOpener(stream=sys.stdout), config)
        self.collector = Collector()

    def receive(self, envelope: Envelope) -> None:
        """Collect one message."""
        self.collector.take(envelope)

    def run(self) -> Run:
        """Return the run so far."""
        return Builder(self.collector).run()


class RunReports:
    """A context manager around the whole run.

    The stream, and the other reports of an unfinished run, exist from the beginning, so that the
    reports of a killed run show that it did not finish.
    """

    def __init__(self, runner: ModelRunner, settings: ReportSettings) -> None:
        self._runner = runner
        self._settings = settings
        self._config = runner.config
        self._project = Path.cwd()
        """The current folder may be another one at the end: steps can change it."""
        self._folder = None if self._config.dry_run else settings.folder
        self._junit: JUnitDirectory | None = None
        self._recorder: Recorder | None = None
        self._changes: Changes | None = None
        self._durations = NOTHING_KNOWN
        """Of earlier runs."""
        self._failed = True
        """Until the run has said that it did not."""
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        """Take the folders. Raises `HarnessError` if one cannot be written."""
        with ExitStack() as opened:
            self._collecting = Collecting(self._config)
            self.formatters: list[EventFormatter] = [self._collecting]
            refusal = self._take_junit(opened)
            if self._folder is not None:
                self._take(self._folder, opened)
            if refusal is not None:  # by now the folder has nothing of the former run
                raise refusal
            self._opened = opened.pop_all()
        return self

    def _take_junit(self, opened: ExitStack) -> HarnessError | None:
        if self._config.junit and not self._config.dry_run:
            directory = JUnitDirectory(Path(self._config.junit_directory).absolute())
            try:
                self._junit = opened.enter_context(directory)
            except HarnessError as refusal:
                return refusal
        return None

    def _take(self, folder: Path, opened: ExitStack) -> None:
        """Lock the folder for this run, and begin its stream.

        The kernel releases the lock when the process ends.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = opened.enter_context((folder / LOCK).open("a", encoding="utf-8"))
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # A fork of a step has the lock too, and may go on.
            opened.callback(fcntl.flock, lock, fcntl.LOCK_UN)
            replace_former(folder, self._settings)
            opener = StreamOpener(filename=str(folder / MESSAGES), encoding="utf-8")
            self.formatters.append(Messages(opener, self._config))
        except OSError as error:
            another = isinstance(error, BlockingIOError)
            reason = "another run is writing there" if another else error.strerror
            raise HarnessError(
                f"no reports can be written to {within_here(folder)} ({reason}): name another"
                " folder with -D reports=FOLDER, or do without them by -D reports=."
            ) from None

    def prepare(self, workers: int = 1, part: Part | None = None) -> None:
        """Record the run when it begins, for its formatters and for the reports.

        `part` is what a shard has of the run.
        """
        given = self._runner.formatters
        self.formatters += [one for one in given if isinstance(one, EventFormatter)]
        given += [one for one in self.formatters if one not in given]
        recorder = self._record(self.formatters)
        if part is not None:
            recorder.of_run.append((SHARD, part.body))
        if selected := checking.said(self._config, Path(self._runner.base_dir)):
            recorder.of_run.append((SELECTION, selected))
        self._durations, repeat = self._expected()
        for terminal in self._terminals():
            terminal.expect(self._durations, repeat, workers)

    @property
    def recorder(self) -> Recorder:
        """The recorder of the run, once it is prepared."""
        assert self._recorder is not None, "`prepare` makes it"
        return self._recorder

    def seconds(self) -> Callable[[Scenario], float | None]:
        """Return a function for how long a scenario took in earlier runs, if any is known."""
        durations, places = self._durations, self.recorder.places
        if durations == NOTHING_KNOWN:
            return lambda _: None
        return lambda scenario: durations.of(scenario_key(scenario, places))

    def _terminals(self) -> Iterator[Terminal]:
        return (one for one in self.formatters if isinstance(one, Terminal))

    def _expected(self) -> tuple[Durations, str]:
        """Return the durations of earlier runs, and the command that repeats what failed."""
        durations = durations_of(self._settings)
        if self._folder is None:
            return durations, ""
        listed = os.path.relpath(self._folder / RERUN)
        return durations, f"{self._settings.command} @{listed}"

    def refuse(self, refusal: HarnessError) -> None:
        """Record why the run could not begin or go on."""
        recorder = self._recorder or self._record(self.formatters)
        recorder.refusal = refusal

    def _record(self, formatters: list[EventFormatter]) -> Recorder:
        self._recorder = record(self._runner, formatters)
        self._recorder.ends_with_formatters = False
        return self._recorder

    def ended(self, *, failed: bool) -> None:
        """Say whether the run failed."""
        self._failed = failed

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """End the stream, write all reports, and release the folders."""
        with self._opened, interruptions.held_back():
            recorder = self._recorder or self._record(self.formatters)
            if error is not None and interruptions.first is None and recorder.refusal is None:
                recorder.refusal = HarnessError(f"the run broke off ({error!r}), please report it.")
            recorder.end(failed=self._failed)
            for one in self.formatters:
                one.finish()
            self._write(recorder)

    def _write(self, recorder: Recorder) -> None:
        """Write each report and the end of the output, also if another one cannot be written."""
        problems = recorder.problems
        run = Run()
        with _noted(problems):
            run = self._collecting.run()
        with _noted(problems):
            if self._junit is not None:
                base = getattr(self._runner, "base_dir", None) or "features"
                self._junit.finish(run, features=recorder.places.uri(base))
        with _noted(problems):
            if self._folder is not None:
                self._write_all(run, self._folder)
        for terminal in self._terminals():
            with _noted(problems):
                terminal.conclude(run, self._changes)
        if problems:
            raise HarnessError(" ".join(problems))

    def _write_all(self, run: Run, folder: Path) -> None:
        from pgharness.results.writing import write_all  # what renders takes 0.1 s to import

        self._changes = write_all(run, folder, self._settings, self._project)


@contextmanager
def _noted(problems: list[str]) -> Iterator[None]:
    """Add an error of this block to the problems, so that what follows is written."""
    try:
        yield
    except HarnessError as error:
        problems.append(str(error))
    except Exception as error:  # noqa: BLE001 (whatever a report meets)
        traceback.print_exception(error, file=sys.__stderr__)
        problems.append(f"a report could not be made ({error!r}), please report it.")
