"""The results of a run as JUnit files, one a feature, for machines to read."""

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

from pgharness.adapters.behave.reports import failed_step, printable, tell_of_failed_hooks
from pgharness.core.errors import HarnessError

JUNIT_FILES: Final = "TESTS-*.xml"
LIST: Final = ".postgres-acceptance"
"""Lists what the last run wrote in a directory; a run holds a lock on it while it lasts.

The lock goes with the process. A file is listed before it is written: what a killed run left is
in the list, and what others wrote is not.
"""
RUN: Final = ".run"
"""Names the file of the run itself, which no feature's file is called (see `name_of`)."""

NOT_RUN: Final = "not run: the run ended before"
NOT_SELECTED: Final = "not selected"


class JUnit(JUnitReporter):  # type: ignore[misc]
    """Writes a file for each feature, and one of the run's own unless it came to its end.

    A context manager, around the whole run. The run's own file is there from the beginning, so
    that a run that is killed is a failed one, too.
    """

    listed: IO[str] | None = None
    """The directory's list, where there is one."""

    def __init__(self, config: Configuration) -> None:
        super().__init__(config)
        self._directory = Path(config.junit_directory)
        self._failed = 0
        self._not_run = 0
        self._problem = ""

    def __enter__(self) -> Self:
        """Remove what the last run wrote, which nobody should mistake for this one's.

        Raises `HarnessError` if nothing can be written, or another run is writing there; then this
        run writes no file, and what is there stays.
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
        """Keep what the files of features do not tell of a run."""
        if self._not_run and not self.config.stop:
            number = "1 scenario was" if self._not_run == 1 else f"{self._not_run} scenarios were"
            self._problem = f"The run was broken off: {number} not run."
        elif failed and not self._failed:
            self._problem = "The run failed, though no scenario did: its output tells why."

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """Let another run have the directory."""
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
        """Write the file of a feature, unless nothing of it was selected."""
        tell_of_failed_hooks(feature)
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
        """Return what failed: a hook's error, which tells of an earlier one too, or a step's.

        What came first decides whether the criterion did not hold or could not be judged.
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
        self._directory.mkdir(parents=True, exist_ok=True)  # it may have been cleared away
        ElementTree(root).write(path, "UTF-8", xml_declaration=True)

    def _path(self, name: str) -> Path:
        return self._directory / JUNIT_FILES.replace("*", name)


def name_of(file: str, base: str) -> str:
    """Return what stands for a feature's file in reports: its path below the features' folder.

    `accounts/listing.feature` is `accounts.listing`. Whatever was selected, no two files have one
    name: a dot that is no separator is written as in URLs.
    """
    path = Path(os.path.relpath(Path(file).resolve(), Path(base).resolve())).with_suffix("")
    return ".".join(part.replace("%", "%25").replace(".", "%2E") for part in path.parts)


def _heading(scenario: Scenario) -> str:
    """Return the title of what a scenario stands below: its rule, or its feature."""
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
    """Return the directory's list, empty and locked, when what was on it is gone."""
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
