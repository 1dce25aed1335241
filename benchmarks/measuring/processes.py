"""Programs that benchmarks start: they are stopped and cleaned up if the benchmark is."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

STOP_DEADLINE: Final = 60.0
"""Seconds in which an interrupted program has to clean up."""
SHOWN: Final = 3000
"""Characters of the output of a program that failed."""


class ProgramFailed(Exception):
    """A program ended with an unexpected exit code."""


@dataclass(frozen=True)
class Ended:
    """A program that has ended."""

    output: str
    began: float
    """Seconds since the epoch."""
    seconds: float


def run(
    command: Sequence[str | Path],
    cwd: Path,
    environment: Mapping[str, str] | None = None,
    exit_codes: Sequence[int] = (0,),
) -> Ended:
    """Run a program to its end. Raises `ProgramFailed`."""
    inherited = {key: value for key, value in os.environ.items() if key != "TEST_DATABASE_URL"}
    began, started = time.time(), time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env={**inherited, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    assert process.stdout is not None, "it is a pipe"
    try:
        output = process.stdout.read()
        process.wait()
    except BaseException:
        process.terminate()
        process.communicate(timeout=STOP_DEADLINE)
        raise
    seconds = time.perf_counter() - started
    if process.returncode not in exit_codes:
        name = " ".join(map(str, command))
        raise ProgramFailed(f"{name} ended with {process.returncode}:\n{output[-SHOWN:]}")
    return Ended(output, began, seconds)
