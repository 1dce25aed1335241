"""The worked example of CONTRIBUTING.md, applied to a copy of the checkout: red, then green."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import URL

import fork_server
from features.support.service import ROOT
from links import FENCED
from tests.support.running import plain

LONGEST: Final = 140
"""Lines: as of every guide."""

GIT: Final = shutil.which("git") or "git"
MOST_FILES: Final = 6
FOLDERS: Final = ("domain", "features", "tests/faults")

OUTDATED: Final = (
    "the worked example of CONTRIBUTING.md does not apply any more: adapt its lines and its id"
)

LEFT_OUT: Final = shutil.ignore_patterns(".git", ".venv", "reports", ".*_cache")
"""Of a checkout; its bytecode is copied."""

PAGE: Final = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


@dataclass(frozen=True)
class Checkout:
    """A copy of the repository."""

    folder: Path
    url: str

    def apply(self, diff: str) -> None:
        """Apply a diff as the page says."""
        ended = subprocess.run(
            [GIT, "apply", "--recount"],
            cwd=self.folder,
            env={**os.environ, "GIT_CEILING_DIRECTORIES": str(self.folder.parent)},
            input=diff,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        assert ended.returncode == 0, f"{OUTDATED}\n{ended.stdout}"

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a module of Python's in it, of which nothing is loaded yet."""
        return fork_server.run(
            *arguments, folder=self.folder, env={**os.environ, "TEST_DATABASE_URL": self.url}
        )

    def pytest(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run some of its tests, with their files beside it."""
        return self.run("pytest", "-n0", f"--basetemp={self.folder.parent / 'tests'}", *arguments)

    def pages(self) -> dict[str, bytes]:
        """Return each page and drawing of docs/, by its name in the repository."""
        files = [file for file in (self.folder / "docs").rglob("*") if file.is_file()]
        return {str(file.relative_to(self.folder)): file.read_bytes() for file in files}


@pytest.fixture
def checkout(ready: URL, tmp_path: Path) -> Checkout:
    folder = tmp_path / "checkout"
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    return Checkout(folder, plain(ready))


def blocks(language: str) -> list[str]:
    return [text for kind, text in FENCED.findall(PAGE) if kind == language]


def used_tags() -> set[str]:
    features = (ROOT / "features").rglob("*.feature")
    return {tag for file in features for tag in re.findall(r"@[\w-]+", file.read_text("utf-8"))}


def changed(diffs: list[str]) -> set[str]:
    return {name for diff in diffs for name in re.findall(r"^\+\+\+ b/(.+)$", diff, re.MULTILINE)}


def test_the_example_goes_from_red_to_green(checkout: Checkout) -> None:
    rule, step, service, fault = blocks("diff")
    ((select, id_),) = re.findall(r"uv run behave (--tags=(@[\w-]+))", PAGE)
    assert id_ not in used_tags(), OUTDATED

    checkout.apply(rule)
    undefined = checkout.run("behave", "--no-junit", select)
    assert undefined.returncode == 1, undefined.stdout
    assert re.search(r"\b2 undefined", undefined.stdout), undefined.stdout

    checkout.apply(step)
    red = checkout.run("behave", "--no-junit", select)
    assert red.returncode == 1, red.stdout
    assert "unexpected keyword argument 'submitted_after'" in red.stdout
    assert "2 examples: 2 with errors" in red.stdout, red.stdout

    checkout.apply(service)
    green = checkout.run("behave", "--no-junit", select)
    assert green.returncode == 0, green.stdout
    assert "2 examples: all hold" in green.stdout, green.stdout

    checkout.apply(fault)
    ((folder, words),) = re.findall(r'uv run pytest (\S+) -k "(.+?)"', PAGE)
    noticed = checkout.pytest(folder, "-k", words)
    assert noticed.returncode == 0, noticed.stdout
    assert re.search(r"\b2 passed, \d+ deselected in ", noticed.stdout), noticed.stdout

    (parameters,) = re.findall(r"uv run pytest (\S+test_parameters\.py)", PAGE)
    swept = checkout.pytest(parameters)
    assert swept.returncode == 0, swept.stdout

    before = checkout.pages()
    assert checkout.run("checks.pages", "write").returncode == 0
    stale = {name for name, page in checkout.pages().items() if before.get(name) != page}
    assert len(changed(blocks("diff")) | stale) <= MOST_FILES
    for check in (
        ("checks.pages", "check"),
        ("checks.lint",),
        ("ruff", "format", "--check", *FOLDERS),
        ("ruff", "check", *FOLDERS),
    ):
        ended = checkout.run(*check)
        assert ended.returncode == 0, ended.stdout


def test_the_page_is_short_and_names_files_that_exist() -> None:
    assert len(PAGE.splitlines()) <= LONGEST
    assert all((ROOT / name).exists() for name in changed(blocks("diff")))
    assert "(CONTRIBUTING.md)" in (ROOT / "README.md").read_text("utf-8")
