"""Runs the stages of CI, as many at once as two cores can bear, until one fails.

Each stage is a command; what it writes is printed in one piece when it has ended. At the first
failure, or on SIGINT, SIGTERM or SIGHUP, the others are interrupted as Ctrl-C would. In the end
what was started is stopped and what was made is removed; Debian packages that were installed stay.

Python's own library is all that is needed here: nothing else is installed yet.
"""

import asyncio
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final, TextIO

ROOT: Final = Path(__file__).parents[1]
SUMMER_TIME: Final = "CET-1CEST,M3.5.0,M10.5.0/3"
"""Central Europe, spelt out: a machine may know no zone by its name, and then takes it for UTC."""
FAR_EAST: Final = "<+14>-14"
"""Kiribati: it is tomorrow there."""
PROGRESS: Final = 60.0
"""Seconds after which a stage that still runs is reported."""
PATIENCE: Final = 120.0
"""Seconds in which an interrupted stage has to end."""


@dataclass(frozen=True)
class Stage:
    """A command, which starts when the stages that it names have passed.

    In the command and its environment `RUN` stands for what tells this run's names from another's,
    `FOLDER` for the folder that goes at the end.
    """

    title: str
    command: str
    after: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


IMAGE: Final = "postgres-acceptance-ci:{}-RUN"
ON_IMAGE: Final = f"-D postgres=container -D image={IMAGE}"
TESTED: Final = {
    # One more than there are cores: each worker waits for its server now and then.
    "PYTEST_XDIST_AUTO_NUM_WORKERS": str((os.cpu_count() or 1) + 1),
    # Lets pytest fail where we name no encoding for text (its filterwarnings); others may.
    "PYTHONWARNDEFAULTENCODING": "1",
    "PYTHONWARNINGS": "ignore::EncodingWarning",
}


def behave(options: str, name: str) -> str:
    """Return the command of a run with a folder of its own for its reports: several run at once."""
    return (
        f"uv run behave {options} -D reports=reports/{name} --junit-directory reports/{name}/junit"
    )


# The criteria keep six tenths of a core busy each, so three go at once on two cores. The tests keep
# all cores busy, and come last.
STAGES: Final = (
    Stage("uv", ".ci/provide-uv FOLDER/uv"),
    Stage("Python packages", "uv sync --locked", ["uv"]),
    Stage("Docker", ".ci/docker-engine start FOLDER", ["uv"]),
    # The release of Debian is what an image is built from if it cannot be pulled.
    *(
        Stage(
            f"Image of PostgreSQL {version}",
            f".ci/postgres-image/provide {version} {release} {IMAGE.format(version)}",
            [after],
        )
        for version, release, after in (
            (15, "bookworm", "Docker"),
            (13, "bullseye", "Image of PostgreSQL 15"),
            (17, "trixie", "Image of PostgreSQL 13"),
        )
    ),
    Stage("PgBouncer", ".ci/install pgbouncer pgbouncer", ["uv"]),
    Stage("Chromium", ".ci/install chromium chromium", ["uv"]),
    Stage("Checks", "uv run poe check", ["Python packages"]),
    # Each time in another time zone, which must make no difference.
    Stage(
        "Criteria, embedded PostgreSQL",
        behave("-D postgres=embedded", "criteria-embedded"),
        ["Checks"],
        {"TZ": SUMMER_TIME},
    ),
    Stage(
        "Criteria, container of PostgreSQL 15",
        behave(ON_IMAGE.format(15), "criteria-15"),
        ["Python packages", "Image of PostgreSQL 15"],
        {"TZ": FAR_EAST},
    ),
    Stage(
        "Criteria, container of PostgreSQL 17",
        behave(ON_IMAGE.format(17), "criteria-17"),
        ["Python packages", "Image of PostgreSQL 17"],
        {"TZ": "UTC"},
    ),
    Stage(
        "Tests on containers",
        "uv run pytest -m docker --junit-xml=reports/pytest-docker.xml",
        ["Criteria, container of PostgreSQL 15", "Image of PostgreSQL 13"],
        TESTED
        | {
            "POSTGRES_IMAGE": IMAGE.format(15),
            "TOO_OLD_POSTGRES_IMAGE": IMAGE.format(13),
            "PYTEST_XDIST_AUTO_NUM_WORKERS": "1",  # beside the criteria
        },
    ),
    # An environment of its own: the peers' plugins for pytest must not be there for the tests.
    Stage(
        "Benchmarks",
        "uv run --isolated --locked --group benchmarks python -m benchmarks --quick"
        " --output reports/benchmarks",
        ["Criteria, embedded PostgreSQL", "Image of PostgreSQL 15"],
        {"POSTGRES_IMAGE": IMAGE.format(15)},
    ),
    Stage(
        "Tests",
        "uv run pytest -m 'not (docker or faults)' --junit-xml=reports/pytest.xml",
        [
            "Criteria, embedded PostgreSQL",
            "Criteria, container of PostgreSQL 17",
            "Tests on containers",
            "PgBouncer",
            "Chromium",
        ],
        TESTED,
    ),
    Stage(
        "Faults",
        "uv run pytest -m faults --junit-xml=reports/pytest-faults.xml",
        ["Tests"],
        TESTED,
    ),
)

CLEAN_UP: Final = (
    Stage(
        "Images, removed", ".ci/postgres-image/remove " + " ".join(map(IMAGE.format, (15, 17, 13)))
    ),
    Stage("Docker, stopped", ".ci/docker-engine stop FOLDER"),
    # An engine that root ran keeps its files there.
    Stage(
        "Folder, removed",
        "bash -c 'rm -rf --one-file-system FOLDER 2>/dev/null ||"
        " .ci/as-root rm -rf --one-file-system FOLDER'",
    ),
)


class StageError(Exception):
    """A stage failed; its argument is the stage's title."""


class Run:
    """A run of stages, with a folder of its own."""

    def __init__(self) -> None:
        """Make the folder: not in `/tmp`, which may be in memory, for an engine's images."""
        parent = os.environ.get("TMPDIR", "/var/tmp")  # noqa: S108
        self.folder = Path(tempfile.mkdtemp(prefix="postgres-acceptance-ci.", dir=parent))
        self._summary: list[str] = []
        self._failures: list[str] = []
        self._logs = count()

    async def prove(self, stages: Sequence[Stage]) -> None:
        """Run the stages; raise a group of `StageError` once one has failed."""
        tasks: dict[str, asyncio.Task[None]] = {}
        async with asyncio.TaskGroup() as group:
            for stage in stages:
                before = [tasks[title] for title in stage.after]
                tasks[stage.title] = group.create_task(self._run_after(before, stage))

    async def _run_after(self, before: Sequence[asyncio.Task[None]], stage: Stage) -> None:
        if before:
            await asyncio.wait(before)
        await self.run(stage)

    async def run(self, stage: Stage) -> None:
        """Run one stage; raise `StageError` if it fails."""
        say(f"... started: {stage.title}")
        log = self.folder / f"{next(self._logs)}.log"
        began = time.monotonic()
        verdict = "stopped"
        with log.open("w+", encoding="utf-8", errors="replace") as output:
            process = self._start(stage, output)
            ended = asyncio.get_running_loop().run_in_executor(None, process.wait)
            try:
                while not (await asyncio.wait([ended], timeout=PROGRESS))[0]:
                    say(f"... {_since(began)}  {stage.title}: {_last_line(log)}")
                verdict = "failed" if process.returncode else "passed"
            finally:
                if verdict == "stopped":
                    await interrupt(process, ended, alone=stage.command.startswith("uv "))
                line = f"{verdict:7} {_since(began)}  {stage.title}"
                self._summary.append(line)
                output.seek(0)
                command = self._filled(stage.command)
                text = f"\n=== {stage.title}: {command}\n{output.read()}=== {line}\n"
                self._failures.append(text) if verdict == "failed" else say(text)
        if verdict == "failed":
            raise StageError(stage.title)

    def _start(self, stage: Stage, output: TextIO) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            shlex.split(self._filled(stage.command)),
            cwd=ROOT,
            env=self._environment(stage),
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,  # Ctrl-C reaches us alone
        )

    def _filled(self, text: str) -> str:
        own = self.folder.name.rpartition(".")[2]
        return text.replace("FOLDER", str(self.folder)).replace("RUN", own)

    def _environment(self, stage: Stage) -> dict[str, str]:
        # One's own choice of a server must not change what is proven here. Where Python may write
        # no bytecode, each of a thousand processes would compile everything again.
        dropped = ("TEST_DATABASE_URL", "POSTGRES_IMAGE", "PYTHONDONTWRITEBYTECODE")
        kept = {name: value for name, value in os.environ.items() if name not in dropped}
        kept["PATH"] = f"{self.folder}/uv/bin:{kept['PATH']}"
        kept["CI_FOLDER"] = str(self.folder)
        if (self.folder / "docker.sock").exists():
            kept.pop("DOCKER_CONTEXT", None)
            kept["DOCKER_HOST"] = f"unix://{self.folder}/docker.sock"
        return kept | {name: self._filled(value) for name, value in stage.environment.items()}

    async def finish(self, status: int) -> int:
        """Report, stop and remove what there is; return the exit code."""
        if status:
            describe_machine(self.folder)
        for stage in CLEAN_UP:
            with suppress(StageError):
                await self.run(stage)
        if self._failures:
            say("".join(self._failures))
            status = status or 1
        say("\n".join([f"=== Summary: {'failed' if status else 'passed'}", *self._summary]))
        return status


async def interrupt(
    process: subprocess.Popen[bytes], ended: asyncio.Future[int], *, alone: bool
) -> None:
    """Interrupt a process with its group, or alone: uv hands on what only it gets."""
    with suppress(ProcessLookupError):
        os.kill(process.pid if alone else -process.pid, signal.SIGINT)
    if not (await asyncio.wait([ended], timeout=PATIENCE))[0]:
        os.killpg(process.pid, signal.SIGKILL)
        await ended


def _since(began: float) -> str:
    return f"{time.monotonic() - began:5.0f} s"


def _last_line(log: Path) -> str:
    return log.read_text("utf-8", errors="replace").rstrip().rpartition("\n")[2].strip()[-80:]


def describe_machine(folder: Path) -> None:
    """Print what a stage may have failed for that is not its own fault."""
    for command in (
        ("df", "-h", str(folder), "."),
        ("grep", "^Mem", "/proc/meminfo"),
        ("tail", "--lines=10", str(folder / "dockerd.log")),
    ):
        subprocess.run(command, cwd=ROOT, check=False, stderr=subprocess.DEVNULL)


def say(text: str) -> None:
    """Print at once."""
    print(text, flush=True)


async def main(stages: Sequence[Stage] = STAGES) -> int:
    """Run the stages; return the exit code."""
    run = Run()
    proving = asyncio.ensure_future(run.prove(stages))
    signals: list[int] = []

    def stop(number: int) -> None:
        if not signals:
            signals.append(number)
            proving.cancel()

    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop, number)
    (ended,) = await asyncio.gather(proving, return_exceptions=True)
    if isinstance(ended, BaseExceptionGroup) and (faults := ended.split(StageError)[1]):
        traceback.print_exception(faults)
    return await run.finish(128 + signals[0] if signals else int(ended is not None))


if __name__ == "__main__":
    for old in ROOT.glob("reports/*"):
        if old.name.startswith(("benchmarks", "criteria-", "pytest")):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    sys.exit(asyncio.run(main()))
