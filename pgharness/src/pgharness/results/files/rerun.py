"""`rerun.txt`: the list with which `behave @reports/rerun.txt` repeats what did not pass."""

import glob
import os
from collections.abc import Iterator
from pathlib import Path

from pgharness.results.files.whole import write_whole
from pgharness.results.model import FAILURES, Feature, Run, Status
from pgharness.results.stream.hooks import OF_ELEMENT

REPEATED = {*FAILURES, Status.NOT_RUN}


def lines(run: Run, start: str = ".") -> list[str]:
    """Return `file:line` of each case that failed or was not run.

    `start` is the folder of the list, relative to the project: behave takes paths relative to the
    list. A rule with a failed hook or cleanup is listed with all its cases, a feature as a whole.
    """
    return list(
        dict.fromkeys(
            _line(os.path.relpath(feature.uri, start), number)
            for feature in run.features
            for number in _numbers(feature)
        )
    )


def write(run: Run, file: Path, project: Path | None = None) -> None:
    """Write the list, or remove it if there is nothing to repeat.

    `project` is the folder to which the paths of features are relative, the current one if None.
    """
    folder = os.path.relpath(file.parent.resolve(), (project or Path.cwd()).resolve())
    if listed := lines(run, folder):
        write_whole(file, "".join(f"{line}\n" for line in listed), "surrogateescape")
    else:
        file.unlink(missing_ok=True)


def _numbers(feature: Feature) -> Iterator[int]:
    """Yield the lines to repeat; 0 is the whole feature."""
    failed = [hook.name for hook in feature.hooks if hook.status.is_failure]
    lines = {int(match[3]) for name in failed if (match := OF_ELEMENT.match(name))}
    rules = {rule.line for rule in feature.rules if rule.line in lines}
    repeated = [
        case.line
        for rule in feature.rules
        for case in rule.cases
        if case.status in REPEATED or rule.line in rules
    ]
    is_whole = feature.status.is_failure and not repeated
    if is_whole or (lines > rules and not all(case.status in REPEATED for case in feature.cases)):
        yield 0
    else:
        yield from repeated


def _line(path: str, number: int) -> str:
    """Return a line of the list.

    behave expands wildcards, and finds no file then if a line's number follows: a file with such a
    character in its name is listed as a whole.
    """
    escaped = glob.escape(path)
    return f"{path}:{number}" if number and escaped == path else escaped
