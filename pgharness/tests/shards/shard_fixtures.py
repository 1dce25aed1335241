"""A suite, a process that runs it, and the stream of a serial run; one each for a module."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

import fork_server
from pgharness.results.stream.reading import read
from sharded_suites import build, durations

MESSAGES = "reports/messages.ndjson"


@dataclass(frozen=True)
class Suite:
    """A folder in which behave is run."""

    folder: Path

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run behave; return the exit code and what was printed."""
        done = fork_server.run("behave", *arguments, folder=self.folder)
        return done.returncode, done.stdout


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a suite."""
    folder = tmp_path_factory.mktemp("suite")
    build(folder)
    return folder


@pytest.fixture(scope="module")
def behave(suite: Path) -> Suite:
    """Runs behave there."""
    return Suite(suite)


@pytest.fixture(scope="module")
def serial(suite: Path, behave: Suite) -> Path:
    """The stream of a serial run, by which the file of durations is made."""
    (suite / "durations.json").write_text('{"format": 1, "median": 1, "cases": {}}', "utf-8")
    code, output = behave.run()
    assert code == 1, output
    stream = suite / "serial.ndjson"
    shutil.copy(suite / MESSAGES, stream)
    shutil.copytree(suite / "reports" / "junit", suite / "serial-junit", dirs_exist_ok=True)
    (suite / "durations.json").write_text(durations(read(stream)), "utf-8")
    return stream
