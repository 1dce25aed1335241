"""Write all reports of a run that is over."""

import os
import sys
import traceback
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TextIO

from pgharness.core.errors import HarnessError
from pgharness.results import drawings, history, page, requirements, strength
from pgharness.results.changes import Changes
from pgharness.results.files import cucumber_json, github, rerun, summary
from pgharness.results.files.whole import write_whole
from pgharness.results.model import Run
from pgharness.results.settings import CUCUMBER_JSON, HISTORY, PAGE, RERUN, SUMMARY, ReportSettings


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

    @cache
    def summary_text() -> str:
        return summary.markdown(run, changes, settings.command)

    _write(
        [
            lambda: write_whole(folder / PAGE, page_of(run, settings, changes)),
            lambda: write_whole(folder / SUMMARY, summary_text()),
            lambda: write_whole(folder / CUCUMBER_JSON, cucumber_json.text(run)),
            lambda: rerun.write(run, folder / RERUN, project),
            lambda: history.keep(run, folder_of_history),
            lambda: github.publish(run, summary_text(), out, os.environ),
        ]
    )
    return changes


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
        except Exception as error:  # noqa: BLE001 (the other reports are written)
            traceback.print_exception(error, file=sys.__stderr__)
            problems.append(f"one could not be made ({error!r}), please report it.")
    if problems:
        raise HarnessError(f"reports are missing: {' '.join(problems)}")


def page_of(run: Run, settings: ReportSettings, changes: Changes | None = None) -> str:
    """Return the page with the requirements, drawings and strength of the settings."""
    catalogue = requirements.read(settings.requirements) if settings.requirements else None
    return page.render(
        run,
        title=settings.title,
        command=settings.command,
        requirements=requirements.shown(run, catalogue) if catalogue else None,
        standard=catalogue,
        changes=changes,
        drawings=drawings.read_folder(settings.drawings) if settings.drawings else (),
        strength=strength.read(settings.strength) if settings.strength else None,
    )
