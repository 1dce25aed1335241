"""What has changed since the last version that others have: files, lines and functions."""

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

from tests.faults.source import covering
from tests.support.repository import ROOT

BASES: Final = ("@{upstream}", "origin/main", "HEAD~1")
"""With which the working tree is compared: the first that there is, where they parted."""

FILE: Final = re.compile(r"^\+\+\+ b/(.*)$")
HUNK: Final = re.compile(r"^@@ -\S+ \+(\d+)(?:,(\d+))? @@")


@dataclass(frozen=True)
class Change:
    """The lines that are new or different, by file."""

    lines: Mapping[str, frozenset[int]]

    def within(self, *folders: str) -> bool:
        """Return whether a file has changed whose name begins like one of these."""
        return any(file.startswith(folders) for file in self.lines)

    def functions(self, file: str) -> frozenset[str]:
        """Return the functions of a file that have changed; the empty one for what is in none."""
        if file not in self.lines or not (ROOT / file).is_file():
            return frozenset()
        known = covering.functions_of((ROOT / file).read_text("utf-8"))
        return frozenset(known.get(line, ("", 0))[0] for line in self.lines[file])

    @cached_property
    def examples(self) -> frozenset[str]:
        """Return the places of the examples that execute a function that has changed."""
        return frozenset(
            place
            for file in self.lines
            if file.startswith(covering.SOURCES)
            for function in self.functions(file)
            for place in covering.examples_of(file, function)
        )


@cache
def current() -> Change:
    """Return what differs from the version that others have: nothing if that is not known."""
    base = next(filter(None, map(_parted, BASES)), None)
    return Change({} if base is None else dict(_changed(_git("diff", "--unified=0", base) or "")))


@cache
def commit() -> str:
    """Return the hash of the commit, by which a sample is chosen; nothing if there is none."""
    return (_git("rev-parse", "HEAD") or "").strip()


def _parted(base: str) -> str | None:
    found = _git("merge-base", "HEAD", base)
    return found.strip() if found else None


def _changed(diff: str) -> Iterator[tuple[str, frozenset[int]]]:
    file, lines = "", set[int]()
    for line in diff.splitlines():
        if named := FILE.match(line):
            if file:
                yield file, frozenset(lines)
            file, lines = named[1], set()
        elif (hunk := HUNK.match(line)) and file:
            first, number = int(hunk[1]), int(hunk[2] or 1)
            lines.update(range(first, first + max(number, 1)))
    if file:
        yield file, frozenset(lines)


def _git(*arguments: str) -> str | None:
    """Return what git prints; None if it fails: there is no such commit, or no repository."""
    command = ["git", "-c", "core.quotePath=off", *arguments]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None
