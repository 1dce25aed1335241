"""The benchmarks measure what they say; here with few rows, and no look at the clock."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest

from features.support.service import ROOT
from pgharness.core.run_directory import MEMORY

FEW: Final[dict[str, dict[str, Any]]] = {
    "factories": {"TASKS": 10, "TURNS": 1},
    "migrations": {"ROWS": 20, "TURNS": 1, "TEMPLATES": 1},
    "pytest_fixtures": {"TESTS": 10, "WARM_UP": 1},
    "reset": {"TURNS": 1, "IN_A_ROW": 2, "MANY": 20, "SWEEP": (10,)},
    "rollback": {"SCENARIOS": 20, "WARM_UP": 1},
    "texts": {"TURNS": 1, "LARGEST": 1000},
    "tenancy": {"FINISHED_EACH": 5, "LARGE": 20, "PAIRS": 10, "CLAIMS": 9, "WARM_UP": 1},
}


def test_every_benchmark_is_tried() -> None:
    files = (ROOT / "benchmarks").glob("[!_]*.py")
    assert {file.stem for file in files} == FEW.keys()


@pytest.mark.parametrize("name", FEW)
def test_a_benchmark_measures_and_leaves_nothing(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = import_module(f"benchmarks.{name}")
    if name == "reset" and MEMORY.is_dir():  # one place is enough to see that it works
        monkeypatch.setattr(module, "DISK", Path("nowhere"))
    for number, value in FEW[name].items():
        assert hasattr(module, number), f"it has no number {number}"
        monkeypatch.setattr(module, number, value)
    module.main()
    printed = capsys.readouterr().out
    assert re.search(r"^PostgreSQL \d+", printed, re.MULTILINE), printed
    assert re.search(r"\d+\.\d+ m?s", printed), printed
