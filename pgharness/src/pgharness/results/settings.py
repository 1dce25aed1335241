"""Where a run of behave writes its reports, and what they show besides the run itself.

```toml
[tool.pgharness]
reports = "reports"             # or -D reports=FOLDER; without it no reports are written
durations = "durations.json"    # or -D durations=FILE; see `durations`

[tool.pgharness.report]         # all optional
title = "Acceptance criteria"
command = "uv run behave"       # how reports say that an example is repeated
requirements = "docs/asvs.toml" # a catalogue of public requirements
drawings = "docs/drawings"      # a folder of SVG files
strength = "strength.json"      # which faults each rule noticed: see `strength`
```
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pgharness.core.errors import HarnessError
from pgharness.core.option_names import DURATIONS, REPORTS
from pgharness.core.settings_file import REPORT, tables

TITLE: Final = "Acceptance criteria"
COMMAND: Final = "behave"
FILES: Final = ("requirements", "drawings", "strength")
"""Settings that name a file or folder of the project."""

DEFAULTS: Final = {"title": TITLE, "command": COMMAND, **dict.fromkeys(FILES, "")}

MESSAGES: Final = "messages.ndjson"
PAGE: Final = "acceptance.html"
SUMMARY: Final = "summary.md"
RERUN: Final = "rerun.txt"
CUCUMBER_JSON: Final = "cucumber.json"
HISTORY: Final = "history"


@dataclass(frozen=True)
class ReportSettings:
    """Paths are absolute."""

    folder: Path | None = None
    """The folder of all reports. None: only what behave's own options ask for is written."""
    title: str = TITLE
    """The title of the page."""
    command: str = COMMAND
    """How reports say that an example is repeated."""
    requirements: Path | None = None
    """A catalogue of public requirements."""
    drawings: Path | None = None
    """A folder of SVG files that the page shows."""
    strength: Path | None = None
    """Which faults each rule noticed."""
    durations: Path | None = None
    """The durations of scenarios that are the same on each machine."""


def report_settings(project: Path, given: Mapping[str, str]) -> ReportSettings:
    """Return the settings of a project, and those of a run in `given`.

    A relative path in `given` is relative to the current folder. An empty one means none.
    Raises `HarnessError` for an unknown name, a value of another type, or a missing file.
    """
    table = tables(project)
    shown = table.get(REPORT, {})
    if not isinstance(shown, dict):
        raise HarnessError(f"{REPORT} is not a table: write [tool.pgharness.{REPORT}].")
    if unknown := sorted(shown.keys() - DEFAULTS.keys()):
        raise HarnessError(
            f"[tool.pgharness.{REPORT}] has no setting {unknown[0]}: there are"
            f" {', '.join(sorted(DEFAULTS))}."
        )
    values = DEFAULTS | {name: _text(name, value) for name, value in shown.items()}
    return ReportSettings(
        _path(REPORTS, project, table, given),
        values["title"],
        values["command"],
        **{name: _existing(project, name, values[name]) for name in FILES},
        durations=_path(DURATIONS, project, table, given),
    )


def _path(
    name: str, project: Path, table: Mapping[str, object], given: Mapping[str, str]
) -> Path | None:
    if name in given:
        return Path(given[name]).absolute() if given[name] else None
    return project / _text(name, value) if (value := table.get(name)) else None


def _text(name: str, value: object) -> str:
    if isinstance(value, str):
        return value
    raise HarnessError(f'{name} in [tool.pgharness] is not a text: write {name} = "…".')


def _existing(project: Path, name: str, value: str) -> Path | None:
    if not value:
        return None
    path = project / value
    if not path.exists():
        raise HarnessError(
            f"{name} of [tool.pgharness.{REPORT}] names {value}, which is not there."
        )
    return path
