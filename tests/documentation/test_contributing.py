"""The worked example of CONTRIBUTING.md, applied to a copy of the checkout: red, then green."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from features.support.service import ROOT
from links import FENCED
from pgharness.servers.embedded import EmbeddedServer
from tests.support.running import plain

LONGEST: Final = 130
GIT: Final = shutil.which("git") or "git"
MOST_FILES: Final = 6
BY_HAND: Final = {"tests/faults/work/tasks.py"}
"""What the page asks for, and does not show as a diff."""

LEFT_OUT: Final = shutil.ignore_patterns(".git", ".venv", "reports", "__pycache__", ".*_cache")

PAGE: Final = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
PATIENCE: Final = 120


@dataclass(frozen=True)
class Checkout:
    """A copy of the repository."""

    folder: Path
    url: str

    def apply(self, diff: str) -> None:
        """Apply a diff as the page says."""
        subprocess.run(
            [GIT, "apply", "--recount"],
            cwd=self.folder,
            env={**os.environ, "GIT_CEILING_DIRECTORIES": str(self.folder.parent)},
            input=diff,
            encoding="utf-8",
            check=True,
        )

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a module of Python's in it."""
        return subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=self.folder,
            env={**os.environ, "TEST_DATABASE_URL": self.url},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )


@pytest.fixture
def checkout(server: EmbeddedServer, tmp_path: Path) -> Checkout:
    folder = tmp_path / "checkout"
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    return Checkout(folder, plain(server.url))


def blocks(language: str) -> list[str]:
    return [text for kind, text in FENCED.findall(PAGE) if kind == language]


def changed(diffs: list[str]) -> set[str]:
    return {name for diff in diffs for name in re.findall(r"^\+\+\+ b/(.+)$", diff, re.MULTILINE)}


def test_the_example_goes_from_red_to_green(checkout: Checkout) -> None:
    rule, step, service = blocks("diff")
    (select,) = re.findall(r"uv run behave (--tags=@[\w-]+)", PAGE)

    checkout.apply(rule)
    undefined = checkout.run("behave", "--no-junit", select)
    assert undefined.returncode == 1, undefined.stdout
    assert re.search(r"\b2 undefined", undefined.stdout), undefined.stdout

    checkout.apply(step)
    red = checkout.run("behave", "--no-junit", select)
    assert red.returncode == 1, red.stdout
    assert "unexpected keyword argument 'containing'" in red.stdout
    assert re.search(r"^0 scenarios passed", red.stdout, re.MULTILINE), red.stdout

    checkout.apply(service)
    green = checkout.run("behave", "--no-junit", select)
    assert green.returncode == 0, green.stdout
    assert re.search(r"^2 scenarios passed, 0 failed", green.stdout, re.MULTILINE), green.stdout

    stale = checkout.run("checks.pages", "check")
    pages = set(re.findall(r"^(docs/\S+) is not", stale.stdout, re.MULTILINE))
    assert len(changed([rule, step, service]) | pages | BY_HAND) <= MOST_FILES
    assert checkout.run("checks.pages", "write").returncode == 0
    for check in (
        ("checks.pages", "check"),
        ("checks.lint",),
        ("ruff", "format", "--check", "domain", "features"),
        ("ruff", "check", "domain", "features"),
    ):
        ended = checkout.run(*check)
        assert ended.returncode == 0, ended.stdout


def test_the_page_is_short_and_names_files_that_exist() -> None:
    assert len(PAGE.splitlines()) <= LONGEST
    assert all((ROOT / name).exists() for name in changed(blocks("diff")) | BY_HAND)
    assert "(CONTRIBUTING.md)" in (ROOT / "README.md").read_text("utf-8")
