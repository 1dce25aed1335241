"""JUnit reports: a file for each feature, and one for the run."""

import fcntl
import os
import time
import traceback
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self
from xml.etree.ElementTree import Element, ElementTree

from behave.configuration import Configuration
from behave.formatter.ansi_escapes import strip_escapes
from behave.model import Feature, Rule, Scenario, Status
from behave.reporter.junit import JUnitReporter

from pgharness.adapters.behave.reports import failed_step, report_failed_hooks
from pgharness.core.errors import HarnessError
from pgharness.results.text import printable

JUNIT_FILES: Final = "TESTS-*.xml"
LIST: Final = ".postgres-acceptance"
"""The list of the files that the last run wrote; a run holds a lock on it.

The kernel releases the lock when the process ends. A file is listed before it is written, so that
the list includes files of a killed run, but none of other programs.
"""
RUN: Final = ".run"
"""The name of the run's own file, which no feature's file can have (see `name_of`)."""

NOT_RUN: Final = "not run: the run ended before"
NOT_SELECTED: Final = "not selected"


class JUnit(JUnitReporter):  # type: ignore[misc]
    """Writes a file for each feature, and one for the run if it did not end normally.

    A context manager around the whole run. The run's own file exists from the beginning, so that
    the reports of a killed run show a failure.
    """

    listed: IO[str] | None = None
    """The open list of the directory, if reports are written."""

    def __init__(self, config: Configuration) -> None:
        super().__init__(config)
        self._directory = Path(config.junit_directory)
        self._failed = 0
        self._not_run = 0
        self._problem = ""

    def __enter__(self) -> Self:
        """Remove the reports of the last run.

        Raises `HarnessError`, without a change, if the directory cannot be written, or another run
        writes to it.
        """
        try:
            self.listed = _take(self._directory)
        except OSError as error:
            another = isinstance(error, BlockingIOError)
            reason = "another run is writing there" if another else error.strerror
            raise HarnessError(
                f"no reports can be written to {self._directory} ({reason}): name another"
                " place with --junit-directory, or do without them by --no-junit."
            ) from None
        self._write_run("The run has not finished: it is going on, or was killed.")
        return self

    def ended(self, *, failed: bool) -> None:
        """Set the problem of the run that the files of features do not show."""
        if self._not_run and not self.config.stop:
            number = "1 scenario was" if self._not_run == 1 else f"{self._not_run} scenarios were"
            self._problem = f"The run was broken off: {number} not run."
        elif failed and not self._failed:
            self._problem = "The run failed, though no scenario did: see its output."

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """Write or remove the run's own file, and release the directory."""
        if isinstance(error, HarnessError):
            self._write_run(str(error))
        elif error is not None:
            self._write_run(f"The run broke off: {type(error).__name__}: {error}")
        elif self._problem:
            self._write_run(self._problem)
        else:
            self._path(RUN).unlink(missing_ok=True)
        assert self.listed is not None
        self.listed.close()

    def feature(self, feature: Feature) -> None:
        """Write the file of a feature with selected scenarios."""
        report_failed_hooks(feature)
        cases = []
        titles: Counter[tuple[str, str]] = Counter()
        name = name_of(feature.filename, self.config.base_dir)
        for scenario in feature.walk_scenarios():
            group, title = f"{name}.{_heading(scenario)}", scenario.name.strip()
            titles[group, title] += 1
            if (number := titles[group, title]) > 1:
                title += f" ({number})"
            chosen = scenario.status is not Status.skipped or scenario.skip_reason
            if chosen or self.config.show_skipped:
                cases.append(self._case(scenario, group, title))
        if cases:
            self._write(name, f"{name}.{feature.name}", feature.run_starttime or time.time(), cases)

    def _case(self, scenario: Scenario, group: str, title: str) -> Element:
        case = _element("testcase", classname=group, name=title, time=_seconds(scenario.duration))
        if scenario.status is Status.untested:
            self._not_run += 1
            case.append(_element("skipped", message=NOT_RUN))
        elif scenario.status is Status.skipped:
            case.append(_element("skipped", message=scenario.skip_reason or NOT_SELECTED))
        elif not scenario.status.is_passed():
            case.append(self._problem_of(scenario))
        out, err = scenario.captured.stdout, scenario.captured.stderr
        steps = self.describe_scenario(scenario)
        said = f"{steps}\nCaptured stdout:\n{out}\n" if out else steps
        case.append(_element("system-out", strip_escapes(said)))
        if err:
            case.append(_element("system-err", strip_escapes(f"\nCaptured stderr:\n{err}\n")))
        return case

    def _problem_of(self, scenario: Scenario) -> Element:
        """Return the failure: the error of a hook, which includes earlier ones, or of a step.

        The first error decides: `failure` for a failed assertion, else `error`.
        """
        first = failed_step(scenario)
        step = None if scenario.hook_failed else first
        if step is None:
            message = scenario.error_message
            text = "".join(["Traceback:\n", *traceback.format_tb(scenario.exc_traceback)])
        else:
            message = str(step.exception or "").strip() or step.error_message
            text = f"Failing step: {self.describe_step(step)}Location: {step.location}\n"
            text += step.error_message or ""
        found = step or scenario
        status = found.status.name
        return _element(
            "failure" if (first or scenario).status is Status.failed else "error",
            strip_escapes(text),
            type=type(found.exception).__name__ if found.exception else status,
            message=(message or status).strip(),
        )

    def _write_run(self, problem: str) -> None:
        case = _element("testcase", classname="run", name="The run", time="0")
        case.append(_element("error", type="unfinished", message=problem))
        self._write(RUN, "The run", time.time(), [case])

    def _write(self, name: str, suite: str, began: float, cases: list[Element]) -> None:
        def number(verdict: str) -> int:
            return sum(case.find(verdict) is not None for case in cases)

        failures, errors = number("failure"), number("error")
        root = _element(
            "testsuite",
            name=suite,
            tests=str(len(cases)),
            errors=str(errors),
            failures=str(failures),
            skipped=str(number("skipped")),
            time=_seconds(sum(float(case.get("time", 0)) for case in cases)),
            timestamp=f"{datetime.fromtimestamp(began, UTC):%Y-%m-%dT%H:%M:%S}",
        )
        root.extend(cases)
        if name != RUN:
            self._failed += failures + errors
        path = self._path(name)
        if self.listed is not None:
            print(path.name, file=self.listed, flush=True)
        self._directory.mkdir(parents=True, exist_ok=True)  # it may have been removed
        ElementTree(root).write(path, "UTF-8", xml_declaration=True)

    def _path(self, name: str) -> Path:
        return self._directory / JUNIT_FILES.replace("*", name)


def name_of(file: str, base: str) -> str:
    """Return the name of a feature's file in reports: its path below the features' folder.

    `accounts/listing.feature` is `accounts.listing`. Names are unique: a dot in a file name is
    percent-encoded.
    """
    path = Path(os.path.relpath(Path(file).resolve(), Path(base).resolve())).with_suffix("")
    return ".".join(part.replace("%", "%25").replace(".", "%2E") for part in path.parts)


def _heading(scenario: Scenario) -> str:
    """Return the title of the scenario's rule, or else of its feature."""
    above = scenario.parent
    while not isinstance(above, Feature | Rule):
        above = above.parent
    heading: str = above.name
    return heading


def _element(tag: str, text: str = "", **attributes: str) -> Element:
    element = Element(tag, {name: printable(value) for name, value in attributes.items()})
    element.text = printable(text)
    return element


def _seconds(duration: float) -> str:
    return f"{duration:.6f}"


def _take(directory: Path) -> IO[str]:
    """Lock the directory's list, remove the files in it, and return it empty."""
    with ExitStack() as given_up:
        directory.mkdir(parents=True, exist_ok=True)
        listed = given_up.enter_context(
            (directory / LIST).open("a+", encoding="utf-8", errors="surrogateescape")
        )
        fcntl.flock(listed, fcntl.LOCK_EX | fcntl.LOCK_NB)
        listed.seek(0)
        former = set(listed.read().splitlines())
        for report in directory.glob(JUNIT_FILES):
            if report.name in former:
                report.unlink()
        listed.truncate(0)
        given_up.pop_all()
    return listed
