"""Write all reports of a run that is over."""

import os
import sys
from collections.abc import Callable
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


def write_all(
    run: Run, folder: Path, settings: ReportSettings, project: Path, out: TextIO = sys.stderr
) -> Changes | None:
    """Write the page, the summary, the list for a rerun and `cucumber.json` into a folder.

    The run is compared with those kept there, and kept. Returns what changed. Raises `HarnessError`
    if a file could not be written, after all others were.
    """
    folder_of_history = folder / HISTORY
    kept = history.load(folder_of_history).runs
    changes = history.compare(run, kept)
    text = summary.markdown(run, changes, settings.command)
    writers: list[Callable[[], object]] = [
        lambda: (folder / PAGE).write_text(page_of(run, settings, changes), "utf-8"),
        lambda: (folder / SUMMARY).write_text(text, "utf-8"),
        lambda: rerun.write(run, folder / RERUN, project),
        lambda: (folder / CUCUMBER_JSON).write_text(cucumber_json.text(run), "utf-8"),
        lambda: history.keep(run, folder_of_history),
        lambda: github.publish(run, text, out, os.environ),
    ]
    problems = []
    for write in writers:
        try:
            write()
        except OSError as error:
            problems.append(f"{error.filename or folder}: {error.strerror}")
    if problems:
        raise HarnessError(f"reports could not be written ({', '.join(problems)}).")
    return changes


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
