"""Small projects whose scenarios are executed by several processes."""

import os
import re
import select
import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil
import psycopg
import pytest
from sqlalchemy import URL

import fork_server
from behave_projects import FILES as NOTES
from fork_server import PATIENCE, ForkedRun
from pgharness.core.errors import HarnessError
from pgharness.results.model import Run
from pgharness.results.stream.reading import read
from pgharness.servers import embedded

SETTINGS: Final = """\
[tool.behave]
runner = "pgharness.adapters.starting:Runner"
default_format = "pgharness.results:Terminal"
junit = true
junit_directory = "reports/junit"
show_skipped = false
logging_clear_handlers = true

[tool.pgharness]
reports = "reports"
"""

ENVIRONMENT: Final = """\
import os, signal
from pathlib import Path

BEGUN = Path.cwd() / "begun"

def note(line):
    with BEGUN.open("a") as file:
        file.write(f"{os.getpid()} {line}\\n")

def before_all(context):
    note("before_all")

def after_all(context):
    note("after_all")

def before_scenario(context, scenario):
    note(scenario.name)
    if "killed_before" in scenario.tags:
        os.kill(os.getpid(), signal.SIGKILL)

def after_scenario(context, scenario):
    if "exits_after" in scenario.tags:
        os._exit(3)
"""
"""Of a project without a database. Each line of the file `begun` has a process and a name."""

STEPS: Final = """\
import os, signal
from behave import step

@step("it passes")
@step("it passes for {what}")
def passes(context, what=""):
    pass

@step("it fails")
def fails(context):
    assert 1 == 2, "one is not two"

@step("the process gets {name}")
def gets(context, name):
    os.kill(os.getpid(), signal.Signals[name])

@step("the process exits")
def exits(context):
    os._exit(0)

@step("it arrives")
def arrives(context):
    with open("arrivals", "wb", buffering=0) as file:
        file.write(f"{os.getpid()}\\n".encode())

@step("it goes on when it may")
def goes_on(context):
    with open("departures", "rb", buffering=0) as file:
        file.read(1)
"""

PLAIN: Final = {
    "pyproject.toml": SETTINGS,
    "features/environment.py": ENVIRONMENT,
    "features/steps/steps.py": STEPS,
}
"""A project without a database."""

WITH_DATABASE: Final = {
    **NOTES,
    "pyproject.toml": f'{SETTINGS}schema = "schema"\n',
    "features/steps/steps.py": STEPS,
}
"""A project with a table of notes."""


TAGS: Final = re.compile(r"@\S+(?= )|[^@ ].*")
"""The tags of a scenario, and its title."""


@dataclass(frozen=True)
class Done:
    """A run that has ended."""

    folder: Path
    code: int
    output: str

    @property
    def run(self) -> Run:
        """What its stream says."""
        try:
            return read(self.folder / "reports/messages.ndjson")
        except HarnessError as refusal:
            pytest.fail(str(refusal))

    def told(self) -> dict[str, str]:
        """Return the status of each scenario, with the reason or what the first problem says."""
        return {
            case.name + (f" {case.number}" if case.row else ""): " ".join(
                filter(
                    None,
                    [
                        case.status.value,
                        case.reason,
                        *(
                            one.problem.message.splitlines()[0]
                            for one in case.executed
                            if one.problem
                        ),
                    ],
                )
            )
            for case in self.run.cases
        }

    def begun(self) -> dict[str, list[int]]:
        """Return the processes in which each scenario has begun, as the hooks have noted."""
        return begun_in(self.folder)


def begun_in(folder: Path) -> dict[str, list[int]]:
    """Return the processes in which each scenario has begun so far."""
    found: dict[str, list[int]] = {}
    for line in (folder / "begun").read_text("utf-8").splitlines():
        process, _, name = line.partition(" ")
        found.setdefault(name, []).append(int(process))
    return found


@dataclass
class Project:
    """A folder with a project, which is run by processes of their own."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    pid: int = 0
    """The process of the run that was started last; also the number of its group."""
    _run: ForkedRun | None = None
    _pipes: dict[str, int] = field(default_factory=dict)

    def write(self, *files: Mapping[str, str], **features: str) -> None:
        """Write files by their paths, and features by their names."""
        shutil.rmtree(self.folder, ignore_errors=True)
        named = {f"features/{name}.feature": text for name, text in features.items()}
        for name, text in {k: v for each in (*files, named) for k, v in each.items()}.items():
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        self.close()
        for pipe in ("arrivals", "departures"):
            os.mkfifo(self.folder / pipe)
            self._pipes[pipe] = os.open(self.folder / pipe, os.O_RDWR | os.O_NONBLOCK)

    def start(self, *arguments: str, output: Path | None = None) -> None:
        """Start a run."""
        shutil.rmtree(self.folder / "reports", ignore_errors=True)
        for name in ("begun", "output"):
            (self.folder / name).unlink(missing_ok=True)
        with (
            Path(os.devnull).open("rb") as nothing,
            (output or self.folder / "output").open("wb") as printed,
        ):
            self._run = fork_server.start(
                "behave",
                *("--no-color", *arguments),
                folder=self.folder,
                env={**os.environ, **self.environment},
                streams=(nothing.fileno(), printed.fileno(), printed.fileno()),
            )
        self.pid = self._run.pid

    def wait(self, *, lets_go: int = 0) -> Done:
        """Wait for the end of the run, and of all its processes; some may then go on."""
        assert self._run is not None, "it was started"
        code, self._run = self._run.wait(), None
        self.let_go(lets_go)
        left = [one for one in psutil.process_iter() if _group(one.pid) == self.pid]
        gone, alive = psutil.wait_procs(left, PATIENCE)
        assert not alive, "a process of the run is left"
        assert code == -signal.SIGKILL or len(gone) <= lets_go, "a process has outlived the run"
        file = self.folder / "output"
        return Done(self.folder, code, file.read_text("utf-8") if file.exists() else "")

    def run(self, *arguments: str) -> Done:
        """Run it to its end."""
        self.start(*arguments)
        return self.wait()

    def arrived(self, number: int) -> list[int]:
        """Wait until so many steps have arrived; return their processes."""
        found = b""
        while found.count(b"\n") < number:
            ready, _, _ = select.select([self._pipes["arrivals"]], [], [], PATIENCE)
            assert ready, f"{found.count(10)} of {number} have arrived"
            found += os.read(self._pipes["arrivals"], 1)
        return [int(process) for process in found.split()]

    def let_go(self, number: int) -> None:
        """Let so many steps go on."""
        if number:
            os.write(self._pipes["departures"], b"." * number)

    def close(self) -> None:
        """Close the pipes; end the run of a test that has failed, and remove what it has left."""
        if self._run is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self.wait()
        for pipe in self._pipes.values():
            os.close(pipe)
        self._pipes.clear()
        embedded.sweep()


def _group(process: int) -> int:
    try:
        return os.getpgid(process)
    except ProcessLookupError:
        return 0


@pytest.fixture
def parallel_project(tmp_path: Path) -> Iterator[Project]:
    """A project without a database, until files are written."""
    project = Project(tmp_path / "project")
    yield project
    project.close()


@pytest.fixture
def notes_project(parallel_project: Project, url: URL) -> Project:
    """A project whose runs use the server of the tests."""
    given = url.set(drivername="postgresql").render_as_string(hide_password=False)
    parallel_project.environment = {"TEST_DATABASE_URL": given}
    return parallel_project


def databases(admin: psycopg.Connection) -> set[str]:
    """Return the names of the databases of the server."""
    return {name for (name,) in admin.execute("SELECT datname FROM pg_database")}


def folders() -> list[Path]:
    """Return what the runs of this test have left in the folder for temporary files."""
    return sorted(Path(tempfile.gettempdir()).iterdir())


def feature(name: str, *scenarios: str, tags: str = "") -> str:
    """Return a feature; each scenario is its name, a colon and a step, or several by commas."""
    lines = [tags, f"Feature: {name}"]
    for scenario in scenarios:
        title, _, steps = scenario.partition(": ")
        *tagged, title = TAGS.findall(title)
        lines += ["", *(f"  {tag}" for tag in tagged), f"  Scenario: {title}"]
        lines += [f"    * {step}" for step in steps.split(", ")]
    return "\n".join(lines) + "\n"


def several(name: str, number: int, steps: str = "it passes") -> list[str]:
    """Return so many scenarios for `feature`."""
    return [f"{name} {each}: {steps}" for each in range(1, number + 1)]


def workers(done: Done) -> Counter[str]:
    """Return how many scenarios each worker has executed."""
    return Counter(case.worker for case in done.run.cases if case.worker)
