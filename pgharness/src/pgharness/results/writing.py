"""Write all reports of a run that is over."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, TextIO

from pgharness.core.errors import HarnessError
from pgharness.results import (
    cucumber_json,
    drawings,
    github,
    history,
    page,
    requirements,
    rerun,
    summary,
)
from pgharness.results.changes import Changes
from pgharness.results.model import Run
from pgharness.results.settings import ReportSettings

MESSAGES: Final = "messages.ndjson"
PAGE: Final = "acceptance.html"
SUMMARY: Final = "summary.md"
RERUN: Final = "rerun.txt"
CUCUMBER_JSON: Final = "cucumber.json"
HISTORY: Final = "history"


def write_unfinished(run: Run, folder: Path, settings: ReportSettings) -> None:
    """Write the page, the summary and `cucumber.json` of a run that begins into a folder.

    If it is killed, nobody takes those of an earlier run for its own. Raises `HarnessError`.
    """
    _write([*_writers(run, folder, settings, None, summary.markdown(run, None, settings.command))])


def write_all(
    run: Run, folder: Path, settings: ReportSettings, project: Path, out: TextIO | None = None
) -> Changes | None:
    """Write the page, the summary, the list for a rerun and `cucumber.json` into a folder.

    The run is compared with those kept there, and kept. Returns what changed. Notes on damaged
    files there go to `out`, the standard error if None. Raises `HarnessError` if a file could not
    be written, after all others were.
    """
    out = out or sys.stderr
    folder_of_history = folder / HISTORY
    kept = history.load(folder_of_history)
    for note in kept.notes:
        print(note, file=out)
    changes = history.compare(run, kept.runs)
    text = summary.markdown(run, changes, settings.command)
    _write(
        [
            *_writers(run, folder, settings, changes, text),
            lambda: rerun.write(run, folder / RERUN, project),
            lambda: history.keep(run, folder_of_history),
            lambda: github.publish(run, text, out, os.environ),
        ]
    )
    return changes


def _writers(
    run: Run, folder: Path, settings: ReportSettings, changes: Changes | None, text: str
) -> Iterator[Callable[[], object]]:
    yield lambda: (folder / PAGE).write_text(page_of(run, settings, changes), "utf-8")
    yield lambda: (folder / SUMMARY).write_text(text, "utf-8")
    yield lambda: (folder / CUCUMBER_JSON).write_text(cucumber_json.text(run), "utf-8")


def _write(writers: Iterable[Callable[[], object]]) -> None:
    problems = []
    for write in writers:
        try:
            write()
        except OSError as error:
            named = Path(error.filename).name if error.filename else "a file"
            problems.append(f"{named} cannot be written ({error.strerror}).")
        except HarnessError as error:
            problems.append(str(error))
    if problems:
        raise HarnessError(f"reports are missing: {' '.join(problems)}")


def page_of(run: Run, settings: ReportSettings, changes: Changes | None = None) -> str:
    """Return the page with the requirements and drawings of the settings."""
    catalogue = settings.requirements and requirements.read(settings.requirements)
    return page.render(
        run,
        title=settings.title,
        command=settings.command,
        requirements=requirements.shown(run, catalogue) if catalogue else None,
        changes=changes,
        drawings=drawings.read_folder(settings.drawings) if settings.drawings else (),
    )
