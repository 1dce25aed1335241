"""The guides in `docs/`, taken apart: their snippets, their tables, their links."""

import re
from dataclasses import dataclass
from typing import Final

from features.support.service import ROOT
from links import FENCED

DOCS: Final = ROOT / "docs"
GUIDES: Final = (
    "testing-guide",
    "running",
    "ci",
    "fixtures",
    "test-data",
    "sessions",
    "examples",
    "troubleshooting",
    "fault-detection",
)

_FILE: Final = re.compile(r"# ([\w/]+\.py)\n")
_QUOTED: Final = re.compile(r"``(.+?)``|`(.+?)`")


@dataclass(frozen=True)
class Snippet:
    """Something on a page that a reader may copy."""

    page: str
    number: int
    """How many are before it on the page, and one."""
    language: str
    text: str

    @property
    def name(self) -> str:
        """Where it is."""
        return f"{self.page}, snippet {self.number}"

    @property
    def file(self) -> str:
        """The file that a snippet of Python is to be, as its first line says."""
        named = _FILE.match(self.text)
        assert named, f"{self.name} does not say in its first line which file it is"
        return named[1]

    def as_feature(self) -> str:
        """Return a snippet of Gherkin as a whole feature."""
        text, first = self.text, self.text.split(maxsplit=1)[0]
        if first in ("Given", "When", "Then"):
            text, first = f"Example: As written\n{text}", "Example:"
        while first.startswith("@"):
            first = next(word for word in text.split() if not word.startswith("@"))
        return text if first == "Feature:" else f"Feature: {self.name}\n{text}"


def page(name: str) -> str:
    """Return the text of a guide."""
    return (DOCS / f"{name}.md").read_text("utf-8")


def snippets(*languages: str) -> list[Snippet]:
    """Return the snippets of all guides in these languages; all of them if none is named."""
    return [
        Snippet(name, number, language, text)
        for name in GUIDES
        for number, (language, text) in enumerate(FENCED.findall(page(name)), start=1)
        if language in languages or not languages
    ]


def rows(name: str, heading: str) -> list[list[str]]:
    """Return the cells of all tables of a guide whose first column has this heading."""
    found = []
    inside = False
    for line in page(name).splitlines():
        if not line.startswith("|"):
            inside = False
        elif line.startswith(f"| {heading} |"):
            inside = True
        elif inside and not line.startswith("|---"):
            found.append([cell.strip() for cell in line.strip("|").split(" | ")])
    return found


def quoted(cell: str) -> list[str]:
    """Return what stands in backticks."""
    return [double or single for double, single in _QUOTED.findall(cell)]
