"""Reports a run on a stream while it goes on."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Final, Self

from rich.cells import cell_len
from rich.text import Text

from pgharness.results.changes import Change, Changes
from pgharness.results.durations import NOTHING_KNOWN, Durations
from pgharness.results.model import Case, Hook, Run, Status
from pgharness.results.terminal import failures, verdict
from pgharness.results.terminal.failures import BAD, FAINT
from pgharness.results.terminal.planning import PlannedCase
from pgharness.results.terminal.progress import Group, Progress
from pgharness.results.terminal.screen import Look, Screen, Stream
from pgharness.results.terminal.wording import (
    Layout,
    clock,
    cut,
    duration,
    in_one_line,
    numbers,
    padded,
    safe,
    wrapped,
)
from pgharness.results.text import counted

LONG: Final = 3.0
"""Seconds after which the name of a running case is shown."""
STYLES: Final = {Status.PASSED: "green", Status.SKIPPED: "yellow", Status.NOT_RUN: "yellow"}
VERDICTS: Final = {Status.PASSED: "ok", Status.SKIPPED: "skipped", Status.NOT_RUN: "not run"}
WIDEST: Final = 40
"""Columns for the names of capabilities."""
WIDE: Final = 60
"""Columns that leave room for what can be spared."""
MOST_CHANGES: Final = 5


class Terminal:
    """Shows a run that goes on.

    On a terminal: a line for each capability that is complete, and a line that moves. Elsewhere,
    and in CI: a line for each feature that is complete. Failures are printed when they happen.

    Use it as a context manager, or call `close` at the end: until then the last line moves.
    """

    def __init__(
        self,
        stream: Stream,
        *,
        durations: Durations = NOTHING_KNOWN,
        repeat: str = "behave @reports/rerun.txt",
        dry_run: bool = False,
        look: Look | None = None,
    ) -> None:
        """Take the durations of earlier runs.

        `repeat` is the command that runs again what failed; empty if there is none.
        """
        look = look or Look()
        self._screen = Screen(stream, look)
        self._signs = self._screen.signs
        self._durations = durations
        self._repeat = repeat
        self._workers = look.workers
        self._dry_run = dry_run
        self._clock = look.clock
        self._began = look.clock()
        self._features: dict[str, str] = {}
        """Names of features by their files."""
        self._progress = self._progress_of(())
        self._names = 0
        self._is_spaced = False
        """Whether the last line is empty."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def environment(self, line: str) -> None:
        """Print where the run takes place."""
        self._print(Text(in_one_line(line), FAINT))

    def begin(self, selected: Sequence[PlannedCase]) -> None:
        """Begin with the cases that were selected."""
        self._features = {case.uri: case.feature for case in selected}
        self._progress = self._progress_of(selected)
        names = [cell_len(self._name(group.name)) for group in self._progress.groups.values()]
        self._names = min(max(names, default=0), WIDEST, self._screen.width // 2)
        features = counted(len({case.uri for case in selected}), "feature")
        by = f", {counted(self._workers, 'worker')}" if self._workers > 1 else ""
        self._print(Text(f"{counted(len(selected), 'example')} in {features}{by}", FAINT))
        if not self._dry_run:
            self._screen.open(self.redraw)

    def case_started(self, place: str, name: str) -> None:
        """Note that a case is running; `place` is that of the planned case."""
        self._progress.started(place, in_one_line(name))

    def case_finished(
        self, case: Case, feature_name: str, rule_name: str = "", rule_id: str = ""
    ) -> None:
        """Count a case, also one that was skipped; print it if it failed."""
        complete = self._progress.finished(case)
        if case.status.is_failure:
            self._print_block(
                failures.of_case(case, feature_name, rule_name, rule_id, self._layout)
            )
        if complete is not None and not self._dry_run:
            self._print(self._group(complete))

    def run_hook_failed(self, hook: Hook, feature_name: str = "") -> None:
        """Print a hook that failed and belongs to no case."""
        self._print_block(failures.of_hook(hook, feature_name, self._layout))

    def paused(self) -> AbstractContextManager[None]:
        """Let no thread draw the line that moves in this block."""
        return self._screen.paused()

    def redraw(self) -> None:
        """Draw the line that moves as it is now."""
        self._screen.draw(self._live())

    def end(self, run: Run, changes: Changes | None = None) -> None:
        """Print what failed, what changed, and the verdict; the run may have been interrupted."""
        self.close()
        if not self._dry_run:
            self._print(*map(self._group, self._progress.begun()))
        self._print_block(self._ending(run, changes), is_last=True)

    def close(self) -> None:
        """Erase the line that moves. To be called in any case, and harmless twice."""
        self._screen.close()

    @property
    def _layout(self) -> Layout:
        return Layout(self._screen.width, self._signs)

    def _print(self, *lines: Text) -> None:
        self._screen.print(*lines)
        self._is_spaced = self._is_spaced and not lines

    def _print_block(self, lines: Iterable[Text], *, is_last: bool = False) -> None:
        """Print lines with an empty one before and after them."""
        before = [] if self._is_spaced else [Text()]
        after = [] if is_last else [Text()]
        self._screen.print(*before, *lines, *after)
        self._is_spaced = True

    def _progress_of(self, selected: Sequence[PlannedCase]) -> Progress:
        return Progress(selected, self._group_of, self._durations, self._clock, self._workers)

    def _group_of(self, case: PlannedCase) -> str:
        return (case.capability if self._screen.is_live else "") or case.uri

    def _name(self, group: str) -> str:
        """Return the name of a capability, or of a feature with its file."""
        feature = self._features.get(group)
        return in_one_line(f"{feature} ({group})" if feature else group)

    def _group(self, group: Group) -> Text:
        """Return the line of a group; its seconds come first, so that they are in a column."""
        status = group.status
        style = STYLES.get(status, BAD)
        name = self._name(group.name)
        counts = numbers(group.counts + Counter({Status.NOT_RUN: group.total - group.done}))
        if not self._screen.is_live:
            said = VERDICTS.get(status, "FAILED")
            line = Text().append(f"{said:<8}", style)
            return line.append(f"{name}: {counts}, {duration(group.seconds)}")
        signs = {Status.PASSED: self._signs.passed, Status.SKIPPED: self._signs.skipped}
        signs[Status.NOT_RUN] = self._signs.skipped
        line = Text().append(signs.get(status, self._signs.failed), style)
        line.append(f" {padded(cut(name, self._names, self._signs.cut), self._names)}")
        line.append(f"  {duration(group.seconds):>10}", FAINT)
        room = self._screen.width - cell_len(line.plain) - 2
        return line.append(f"  {cut(counts, room, self._signs.cut)}")

    def _live(self) -> Text:
        """Return the line that moves, in the width of the terminal."""
        progress = self._progress
        width = self._screen.width - 1
        line = Text().append(f"{progress.done:,}/{progress.total:,}", "bold")
        if width >= WIDE and progress.total:
            line.append(f"  {progress.done * 100 // progress.total} %")
        if progress.failed:
            line.append(f"  {progress.failed:,} failed", BAD)
        line.append(f"  {clock(self._clock() - self._began)}")
        left = progress.left()
        if left is not None and progress.done < progress.total:
            line.append(f"  {clock(left)} left", FAINT)
        room = width - cell_len(line.plain) - 2
        if (long := progress.running(LONG)) is not None and room >= failures.NARROWEST:
            running, seconds, others = long
            after = f" ({int(seconds)} s{f', {others} more' if others else ''})"
            name = cut(f"{self._signs.running} {running.name}", room - len(after), self._signs.cut)
            line.append(f"  {name}{after}", "cyan")
        return line

    def _ending(self, run: Run, changes: Changes | None) -> Iterator[Text]:
        new = (
            frozenset(change.place for change in changes.newly_failing) if changes else frozenset()
        )
        failed = list(failures.listed(run, new, self._layout))
        if failed:
            yield Text("Failed:", BAD)
            yield from failed
            failing = any(case.status.is_failure for case in run.cases)
            if failing and self._repeat and not self._dry_run:
                yield Text("To repeat: ").append(safe(self._repeat), "bold")
            yield Text()
        if changes:
            yield from self._changed(changes)
            yield Text()
        where = in_one_line(run.environment.server)
        took = duration(run.duration or self._clock() - self._began)
        yield Text(f"{took} on {where}" if where else took, FAINT)
        style = "bold green" if verdict.is_good(run) else BAD
        for line in wrapped(verdict.sentence(run, dry_run=self._dry_run), self._screen.width):
            yield Text(line, "bold" if self._dry_run else style)

    def _changed(self, changes: Changes) -> Iterator[Text]:
        kinds = {
            "newly failing": changes.newly_failing,
            "newly held": changes.newly_held,
            "slower": changes.slower,
        }
        said = ", ".join(f"{len(found):,} {kind}" for kind, found in kinds.items() if found)
        for line in wrapped(f"Since {changes.since:%Y-%m-%d %H:%M %Z}: {said}", self._screen.width):
            yield Text(line)
        yield from self._named("holds", changes.newly_held)
        yield from self._named("slower", changes.slower)

    def _named(self, kind: str, found: Sequence[Change]) -> Iterator[Text]:
        for change in found[:MOST_CHANGES]:
            times = f"  {change.before} {self._signs.arrow} {change.now}"
            about = "  ".join(filter(None, (change.rule, in_one_line(change.name))))
            said = f"  {kind}{times if kind == 'slower' else ''}  {about}"
            yield Text(cut(said, self._screen.width, self._signs.cut))
        if (more := len(found) - MOST_CHANGES) > 0:
            yield Text(f"  and {more:,} more", FAINT)
