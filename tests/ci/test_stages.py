"""The stages of CI: their order, and what is left when one fails or all are interrupted."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import psutil
import pytest

from features.support.service import ROOT

MAIN: Final = """
import asyncio, sys
from stages import Stage, main
sys.exit(asyncio.run(main([{}])))
"""
ENDLESS: Final = """
import os, signal
try:
    open("{fifo}", "w").write(str(os.getpid()))
    signal.pause()
except KeyboardInterrupt:
    print("cleaned up")
"""


class Stages:
    """A run of stages of which one does not end by itself."""

    def __init__(self, folder: Path, *others: str) -> None:
        """Start the endless stage and the others, and wait until the first is at work."""
        self.folder = folder
        fifo = folder / "fifo"
        os.mkfifo(fifo)
        (folder / "endless.py").write_text(ENDLESS.format(fifo=fifo), "utf-8")
        endless = f"Stage('endless', '{sys.executable} {folder}/endless.py')"
        self.process = start(folder, endless, *others)
        self.endless = int(fifo.read_text("utf-8"))

    def wait(self) -> str:
        """Return the output, once nothing is left."""
        output, _ = self.process.communicate(timeout=60)
        assert not psutil.pid_exists(self.endless)
        assert not list(self.folder.glob("postgres-acceptance-ci.*"))
        return output


def start(folder: Path, *stages: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        (sys.executable, "-c", MAIN.format(", ".join(stages))),
        env=os.environ | {"PYTHONPATH": str(ROOT / ".ci"), "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def test_a_stage_starts_when_those_before_it_have_passed(tmp_path: Path) -> None:
    made = tmp_path / "made"
    process = start(
        tmp_path,
        f"Stage('first', 'touch {made}')",
        f"Stage('second', 'cp -v {made} {made}.too', ['first'])",
    )
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    assert re.findall(r"^(\w+) +\d+ s  (first|second)$", output, re.MULTILINE) == [
        ("passed", "first"),
        ("passed", "second"),
    ]
    assert f"=== second: cp -v {made} {made}.too\n'{made}' -> '{made}.too'\n===" in output


def test_a_failure_interrupts_the_others_and_is_printed_last(tmp_path: Path) -> None:
    go = tmp_path / "go"
    os.mkfifo(go)
    run = Stages(
        tmp_path,
        f"Stage('bad', 'bash -c \"read -r <{go}; echo the reason; false\"')",
        "Stage('later', 'true', ['endless'])",
    )
    go.write_text("now\n", "utf-8")
    output = run.wait()
    assert run.process.returncode == 1, output
    blocks = re.findall(r"^=== (\w+)\b", output, re.MULTILINE)
    assert re.search(r"cleaned up\n=== stopped +\d+ s  endless$", output, re.MULTILINE), output
    assert blocks[-3:] == ["bad", "failed", "Summary"]
    assert "\nthe reason\n=== failed" in output
    assert "later" not in output


@pytest.mark.parametrize("by", [signal.SIGHUP, signal.SIGINT, signal.SIGTERM])
def test_an_interruption_leaves_nothing(tmp_path: Path, by: signal.Signals) -> None:
    run = Stages(tmp_path)
    run.process.send_signal(by)
    output = run.wait()
    assert run.process.returncode == 128 + by, output
    assert re.search(r"cleaned up\n=== stopped +\d+ s  endless$", output, re.MULTILINE), output
