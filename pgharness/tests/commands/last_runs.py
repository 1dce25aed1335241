"""A folder with the stream of a last run: one of the samples of the compatibility kit."""

from pathlib import Path

import pytest

from pgharness.results.commands import STREAM
from test_merging import KIT


def enter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Go to a folder with the stream of a run in which a case failed."""
    monkeypatch.chdir(folder)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    put("hooks")


def put(name: str, lines: slice = slice(None), at: Path = STREAM) -> Path:
    """Write some lines of a sample as the stream of the last run."""
    at.parent.mkdir(exist_ok=True)
    told = next(KIT.glob(f"*/{name}.ndjson")).read_text("utf-8").splitlines(keepends=True)
    at.write_text("".join(told[lines]), "utf-8")
    return at
