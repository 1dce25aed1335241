"""A suite, a process that runs it, and the stream of a serial run; one each for a module."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from forked_behave import Forks, forks
from pgharness.results.stream.reading import read
from sharded_suites import build, durations

MESSAGES = "reports/messages.ndjson"


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a suite."""
    folder = tmp_path_factory.mktemp("suite")
    build(folder)
    return folder


@pytest.fixture(scope="module")
def behave(suite: Path) -> Iterator[Forks]:
    """Runs behave there."""
    with forks(suite) as made:
        yield made


@pytest.fixture(scope="module")
def serial(suite: Path, behave: Forks) -> Path:
    """The stream of a serial run, by which the file of durations is made."""
    (suite / "durations.json").write_text('{"format": 1, "median": 1, "cases": {}}', "utf-8")
    code, output = behave.run()
    assert code == 1, output
    stream = suite / "serial.ndjson"
    shutil.copy(suite / MESSAGES, stream)
    shutil.copytree(suite / "reports" / "junit", suite / "serial-junit", dirs_exist_ok=True)
    (suite / "durations.json").write_text(durations(read(stream)), "utf-8")
    return stream
