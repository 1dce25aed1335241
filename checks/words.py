"""`python -m checks.words`: words for which the glossary has a plainer one."""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]

WORDS: Final = re.compile(
    r"(?<![a-z])(?:(?:some|any|every|no)body|who(?:m|se)?(?:so)?ever|meanwhile|anew)(?![a-z])",
    re.IGNORECASE,
)
QUOTED: Final = re.compile(r"[`\"'@=/]nobody\b")
"""The user of this name, in `code`, and names in URLs and tags of tests."""

CHECKED: Final = (".py", ".md", ".feature", ".toml", ".yml")
EXEMPT: Final = (
    "docs/glossary.md",
    "CONTRIBUTING.md",
    "checks/words.py",
    "tests/checks/test_words.py",
    "pgharness/tests/servers/test_embedded.py",
    "pgharness/tests/test_migration_guides.py",
    "migrations/versions/",  # frozen
)
"""They name these words, or the user `nobody`, or cannot be edited any more."""


def files() -> Iterator[Path]:
    """Yield the files of the repository, as git lists them."""
    command = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, encoding="utf-8")
    for name in listed.stdout.rstrip("\0").split("\0"):
        path = ROOT / name
        if path.suffix in CHECKED and not name.startswith(EXEMPT) and path.is_file():
            yield path


def found(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield each line number, from 1, with the word that is there."""
    for number, line in enumerate(lines, 1):
        for word in WORDS.findall(QUOTED.sub("", line)):
            yield number, word


def main() -> int:
    """Print each word with its place; return 1 if there is one."""
    problems = [
        f"{path.relative_to(ROOT)}:{number}: {word!r}: docs/glossary.md has a plainer word"
        for path in files()
        for number, word in found(path.read_text("utf-8").splitlines())
    ]
    print("\n".join(problems), end="\n" if problems else "")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
