"""Runs `behave` as a user does: as a process, judged by its exit code, output and reports."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import psutil
import psycopg
import pytest
from sqlalchemy import URL

import fork_server
from features.support.service import ROOT
from pgharness.core.run_directory import DIRECTORY_PREFIX
from tests.support.verdicts import FailedExample

SHORT: Final = "features/accounts/listing.feature"
SHORT_SCENARIOS: Final = 17
"""A feature that takes no time, and how many scenarios it has."""

NO_OTHER_REPORTS: Final = ("-D", "reports=")
"""Runs at once cannot all write to the project's own folder; a test may name another one."""
EACH_EXAMPLE: Final = ("-f", "progress3")
"""Shows each rule and scenario when it begins, for tests that wait for one."""

SERVICE: Final = (*fork_server.HARNESS, "domain.*", "features.support.*")
"""What runs of our criteria and tests import."""


@dataclass(frozen=True)
class Case:
    """One scenario as JUnit tells it."""

    name: str
    verdict: str
    """passed, failure, error or skipped."""
    message: str
    file: str = ""
    """The feature's file."""

    def failed(self) -> bool:
        """Return whether an assertion failed."""
        return self.verdict == "failure"


@dataclass(frozen=True)
class Ended:
    """A run that has ended."""

    exit_code: int
    output: str
    cases: list[Case]
    failed: Sequence[FailedExample] = ()
    """What failed, in a run that was told after how many rules to stop."""

    def verdicts(self) -> set[str]:
        """Return the verdicts there are."""
        return {case.verdict for case in self.cases}


class Running:
    """A run of `behave`, or of another module, in a process of its own."""

    def __init__(  # noqa: PLR0913 (each is a part of a command)
        self,
        *arguments: str,
        reports: Path,
        environment: Mapping[str, str] | None = None,
        module: str = "behave",
        program: Sequence[str] = (),
        shown: Sequence[str] = EACH_EXAMPLE,
        errors: Path | None = None,
    ) -> None:
        """Start it in a fork, or by a program: in an interpreter that has loaded nothing yet.

        `shown` is the formatter of behave, or nothing for the default one; `errors` is the file for
        its standard error, if that does not go where its output goes.
        """
        self.reports = reports
        arguments = (*_reporting(module, reports, shown), *arguments)
        env = {"PYTHONUNBUFFERED": "1", **_environment(environment)}
        reading, writing = os.pipe()
        self.output = os.fdopen(reading, encoding="utf-8", errors="replace")
        with ExitStack() as closing:
            closing.callback(os.close, writing)
            nothing = closing.enter_context(Path(os.devnull).open("rb")).fileno()
            apart = closing.enter_context(errors.open("wb")).fileno() if errors else writing
            self.process = (
                subprocess.Popen(
                    [*program, *arguments],
                    cwd=ROOT,
                    env=env,
                    stdin=nothing,
                    stdout=writing,
                    stderr=apart,
                    start_new_session=True,
                )
                if program
                else fork_server.start(
                    *(module, *arguments),
                    folder=ROOT,
                    env=env,
                    streams=(nothing, writing, apart),
                    preloaded=SERVICE,
                )
            )
        self._output: list[str] = []

    def wait_for(self, text: str) -> None:
        """Read the output until a line has this text in it."""
        for line in self.output:
            self._output.append(line)
            if text in line:
                return
        raise AssertionError(f"{text!r} was never printed:\n{''.join(self._output)}")

    def children(self) -> list[psutil.Process]:
        """Return the processes that the run has started."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def wait(self) -> Ended:
        """Return the result of the run."""
        with self.output:
            output = "".join(self._output) + self.output.read()
        return Ended(self.process.wait(), output, list(cases(self.reports)))

    def close_output(self) -> int:
        """Read no more of its output; return the exit code of the run."""
        self.output.close()
        return self.process.wait()


def behave(
    *arguments: str,
    reports: Path,
    environment: Mapping[str, str] | None = None,
    shown: Sequence[str] = EACH_EXAMPLE,
) -> Ended:
    """Run `behave` to its end; `shown` is its formatter, or nothing for the default one."""
    reporting = _reporting("behave", reports, shown)
    return _run("behave", *reporting, *arguments, reports=reports, environment=environment)


def pytest_over(suite: Path, *arguments: str, reports: Path, url: URL | None = None) -> Ended:
    """Run pytest to its end, over a folder that knows nothing of our settings."""
    return _run(
        "pytest",
        *_reporting("pytest", reports, ()),
        *_outside(suite),
        *arguments,
        reports=reports,
        environment=_on(url),
    )


def start_pytest_over(
    suite: Path, *arguments: str, reports: Path, url: URL | None = None
) -> Running:
    """Start pytest over such a folder."""
    given = (*_outside(suite), *arguments)
    return Running(*given, reports=reports, environment=_on(url), module="pytest")


def _run(
    module: str, *arguments: str, reports: Path, environment: Mapping[str, str] | None
) -> Ended:
    done = fork_server.run(
        *(module, *arguments), folder=ROOT, env=_environment(environment), preloaded=SERVICE
    )
    return Ended(done.returncode, done.stdout, list(cases(reports)))


def _reporting(module: str, reports: Path, shown: Sequence[str]) -> tuple[str, ...]:
    match module:
        case "pytest":
            return (f"--junit-xml={reports / 'pytest.xml'}",)
        case "benchmarks":
            return ()
    return (f"--junit-directory={reports}", *NO_OTHER_REPORTS, *shown)


def _environment(given: Mapping[str, str] | None) -> dict[str, str]:
    inherited = {k: v for k, v in os.environ.items() if k != "TEST_DATABASE_URL"}
    return {**inherited, **(given or {})}


def _outside(suite: Path) -> list[str]:
    """Return the arguments that make pytest take nothing of this project's settings."""
    return [
        *("-c", os.devnull, "--rootdir", str(suite), "--basetemp", str(suite.with_name("tmp"))),
        *("--quiet", "-pno:cacheprovider", "-pno:pytest_alembic", "--strict-markers", str(suite)),
    ]


def _on(url: URL | None) -> dict[str, str]:
    return {"TEST_DATABASE_URL": plain(url)} if url else {}


def cases(reports: Path) -> list[Case]:
    cases: list[Case] = []
    for file in sorted(reports.glob("*.xml")):
        for suite in ElementTree.parse(file).getroot().iter("testsuite"):  # noqa: S314 (our own)
            named = suite.find("properties/property[@name='file']")
            feature = "" if named is None else named.get("value", "")
            cases.extend(_case(each, feature) for each in suite.iter("testcase"))
    return cases


def _case(case: ElementTree.Element, file: str) -> Case:
    verdicts = [child for child in case if child.tag in ("failure", "error", "skipped")]
    verdict = verdicts[0].tag if verdicts else "passed"
    message = verdicts[0].get("message", "") if verdicts else ""
    return Case(case.get("name", ""), verdict, message, file)


def plain(url: URL) -> str:
    """Return the URL as a user writes it, with its password."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def directories() -> set[Path]:
    """Return the directories of the test's runs, alive or dead."""
    return set(Path(tempfile.gettempdir()).glob(f"{DIRECTORY_PREFIX}*"))


@contextmanager
def tmpdir(name: str) -> Iterator[Path]:
    """Let a new folder, in that for temporary files, be the one; all must be removed from it."""
    folder = Path(tempfile.gettempdir()) / name
    folder.mkdir()
    folder.chmod(0o711)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TMPDIR", str(folder))
            patch.setattr(tempfile, "tempdir", str(folder))
            yield folder
        assert not list(folder.iterdir()), "a run has left something behind"
    finally:
        shutil.rmtree(folder)


def databases(admin: psycopg.Connection) -> set[str]:
    """Return the names of all databases of a server."""
    return {name for (name,) in admin.execute("SELECT datname FROM pg_database")}
