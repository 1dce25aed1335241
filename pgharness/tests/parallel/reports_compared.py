"""What the reports of a run say, without times and without what differs from run to run."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from parallel_projects import Done

TIMES: Final = frozenset(
    ("started", "finished", "duration", "worker", "timestamp", "start_timestamp", "environment")
)
SECONDS: Final = re.compile(
    r"\d\d\d\d-\d\d-\d\d[T ][\d:]+(\.\d+\S*| UTC)?|\d+(\.\d+)? (ms|s)\b|\d+:\d\d\b|\d+\.\d+s\b"
    r"|(?<=time=\")[\d.]+"
)

LEFT_OUT: Final = re.compile(r" <span class=\"time\">.*?</span>|, \d workers")
"""What is shown only if it takes long enough, or there are several processes."""


def without_times(value: Any) -> Any:
    """Return nested dictionaries and lists without times, and without the processes."""
    if isinstance(value, dict):
        return {key: without_times(one) for key, one in value.items() if key not in TIMES}
    if isinstance(value, list | tuple):
        return [without_times(one) for one in value]
    return _sentences(value) if isinstance(value, str) else value


def text_of(file: Path) -> str:
    """Return the text of a report without its times."""
    return _sentences(file.read_text("utf-8"))


def _sentences(text: str) -> str:
    return SECONDS.sub("…", LEFT_OUT.sub("", text))


def reports_of(done: Done) -> Iterator[tuple[str, Any]]:
    """Yield what each report says, with its name."""
    yield "exit code", done.code
    yield "model", without_times(asdict(done.run))
    folder = done.folder / "reports"
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if file.suffix in {".xml", ".md", ".txt", ".html"}:
            yield name, text_of(file)
        elif name == "cucumber.json":
            yield name, without_times(json.loads(file.read_text("utf-8")))
        elif file.is_file() and not name.startswith("history/"):
            yield name, file.stat().st_size > 0
    yield "terminal", sorted(filter(None, _sentences(done.output).splitlines()))
