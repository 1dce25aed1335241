"""What reports show besides the run itself, and where they are written."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

TITLE: Final = "Acceptance criteria"
COMMAND: Final = "behave"

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
    """How reports say that a scenario is repeated."""
    requirements: Path | None = None
    """A catalogue of public requirements."""
    drawings: Path | None = None
    """A folder of SVG files that the page shows."""
