"""The check for sleeps must notice one, wherever it is and whatever it looks like."""

from pathlib import Path

import pytest

from checks.sleeps import OURS, ROOT, sleeps

PAUSE = "sleep"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tests/a.py", f"import time\ntime.{PAUSE}(1)\n"),
        ("features/a.py", f"import asyncio\nasync def a():\n    await asyncio.{PAUSE}(1)\n"),
        ("features/steps/a.py", f"\nfrom time import {PAUSE} as rest\n"),
        ("domain/a.py", f"\nquery = 'SELECT pg_{PAUSE}(1)'\n"),
        ("domain/b.py", "from threading import Event\nEvent().wait(1)\n"),
        ("benchmarks/a.py", "import select\nselect.select([], [], [], 1)\n"),
        ("features/a.feature", f"Feature: a\n  When PG_{PAUSE.upper()}_FOR is called\n"),
        (".ci/run", f"until ready; do\n    {PAUSE} 0.2\ndone\n"),
        (".ci/a.sh", f"#!/bin/sh\nwhile true; do {PAUSE} 1; done\n"),
    ],
)
def test_a_sleep_is_noticed(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True)
    file.write_text(text, "utf-8")
    line = 3 if "await" in text else 2
    assert list(sleeps(tmp_path)) == [f"{name}:{line}: a sleep; ask for what is waited for"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("domain/clock.py", "from threading import Event\nEvent().wait(1)\n"),
        ("features/a.py", "def a(event):\n    event.wait(1)  # until another thread sets it\n"),
        ("features/a.py", "sleep_time = 1  # a word\n"),
        (".ci/run", "# it must not sleep\necho asleep\n"),
    ],
)
def test_what_is_no_sleep_is_let_through(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True)
    file.write_text(text, "utf-8")
    assert list(sleeps(tmp_path)) == []


def test_every_folder_with_code_is_looked_at() -> None:
    found = {file.relative_to(ROOT).parts[0] for file in ROOT.glob("*/**/*.py")}
    assert {folder for folder in found if not folder.startswith(".")} <= set(OURS)
