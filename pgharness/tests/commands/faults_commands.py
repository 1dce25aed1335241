"""Faults of the commands."""

import sys
from collections.abc import Sequence
from pathlib import Path

from _pytest.monkeypatch import MonkeyPatch

import test_commands as tests
import test_commands_refusing as refusing
from breaking import fault
from pgharness.core import exits
from pgharness.results import commands, history
from pgharness.results.changes import Changes
from pgharness.results.files import github
from pgharness.results.model import Run
from pgharness.results.stream.merging import Stream


@fault(
    "a run that does not hold is shown with exit code 0",
    noticed_by=tests.test_only_show_tells_the_result_by_its_exit_code,
)
def show_tells_nothing(patch: MonkeyPatch) -> None:
    patch.setattr(commands, "DOES_NOT_HOLD", 0)


@fault(
    "a run without a scenario holds",
    noticed_by=tests.test_only_show_tells_the_result_by_its_exit_code,
)
def nothing_holds(patch: MonkeyPatch) -> None:
    patch.setattr(commands, "holds", lambda run: run.holds)


@fault(
    "a job's summary is written unasked",
    noticed_by=tests.test_github_gets_summary_and_annotations,
)
def everything_is_published(patch: MonkeyPatch) -> None:
    real = history.compare

    def published(run: Run, kept: Sequence[history.KeptRun]) -> Changes | None:
        github.publish(run, "", sys.stdout)
        return real(run, kept)

    patch.setattr(history, "compare", published)


@fault(
    "a closed pipe is a traceback",
    noticed_by=refusing.test_a_closed_pipe_ends_it_without_a_traceback,
)
def pipes_are_not_watched(patch: MonkeyPatch) -> None:
    patch.setattr(exits, "watch_outputs", dict)


@fault(
    "the merged run says nothing of a stream without an end",
    noticed_by=tests.test_streams_are_merged,
)
def ends_are_not_missed(patch: MonkeyPatch) -> None:
    patch.setattr(Stream, "is_finished", True)


@fault(
    "a report that cannot be written leaves a partial file",
    noticed_by=refusing.test_a_place_that_cannot_be_written_is_told,
    command="json",
)
def partial_files_stay(patch: MonkeyPatch) -> None:
    patch.setattr(Path, "unlink", lambda *_, **__: None)
