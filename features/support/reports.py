"""What behave's own reporters say of a run, put right where it would mislead."""

import fcntl
import re
import time
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Final

from behave.configuration import Configuration
from behave.model import Feature, Scenario, Status, Step
from behave.reporter.junit import FeatureReportData, JUnitReporter
from behave.reporter.summary import AbstractSummaryReporter, SummaryReporter

from features.support.claims import mentioned
from features.support.refusal import Refusal

JUNIT_FILES: Final = "TESTS-*.xml"
LIST: Final = ".postgres-acceptance"
"""Lists what the last run wrote in a directory; a run holds a lock on it while it lasts.

The lock goes with the process. A file is listed before it is written: what a killed run left is
in the list, and what others wrote is not.
"""
NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What the production Char of XML 1.0 leaves out."""


class SkippedForReason(JUnitReporter):  # type: ignore[misc]
    """Reports what was skipped for a reason; what was not selected stays out."""

    listed: IO[str] | None = None
    """The directory's list, where there is one."""

    def end(self) -> None:
        """Let another run have the directory."""
        if self.listed is not None:
            self.listed.close()

    def make_feature_filename(self, feature: Feature) -> str:
        """Put the file on the list; behave asks for its name when it is about to write it."""
        name: str = super().make_feature_filename(feature)
        if self.listed is not None:
            print(f"TESTS-{name}.xml", file=self.listed, flush=True)
        return name

    def feature(self, feature: Feature) -> None:
        """Write the file of a feature, also of one that was skipped altogether."""
        tell_of_failed_hooks(feature)
        self.show_skipped_always = any(map(_reason, feature.walk_scenarios()))
        super().feature(feature)

    def _process_scenario(self, scenario: Scenario, report: FeatureReportData) -> None:
        reason = _reason(scenario)
        self.show_skipped_always = bool(reason)
        super()._process_scenario(scenario, report)
        if reason:
            report.testcases[-1].find("skipped").set("message", reason)


class SaysWhy(SummaryReporter):  # type: ignore[misc]
    """Ends with what did not pass and why: the first line of it, the rest is further up."""

    def print_problematic_scenarios(self, stream: IO[str] | None = None) -> None:
        """Print where each scenario is, its name, and why it did not pass."""
        out = stream or self.stream
        for kind, scenarios in (
            ("Failing", self.failed_scenarios),
            ("Errored", self.errored_scenarios),
        ):
            if scenarios:
                out.write(f"\n{kind} scenarios:\n")
            for scenario in scenarios:
                out.write(f"  {scenario.location}  {scenario.name}\n    {_why(scenario)}\n")


def add_refusals(scenario: Scenario, refusals: Iterable[Exception]) -> None:
    """Let the summary mention what was refused before a step failed, and no Then asked about."""
    if (step := _failed(scenario)) is not None and step.exception is not None:
        for refusal in refusals:
            step.exception.add_note(_printable(mentioned(refusal)))


def _failed(scenario: Scenario) -> Step | None:
    return next((one for one in scenario.all_steps if one.status.has_failed()), None)


def _why(scenario: Scenario) -> str:
    """Return what came first, a step that did not pass or else a hook: a line, and its notes."""
    step = _failed(scenario)
    where = f"{step.keyword} {step.name}" if step else "in a hook"
    error = (step or scenario).exception
    if error is None:
        return f"{where}: {(step or scenario).status.name}"
    kind = "" if isinstance(error, AssertionError | Refusal) else f"{type(error).__name__}: "
    first = next(iter(str(error).strip().splitlines()), "")
    return "\n    ".join([f"{where}: {kind}{first}", *getattr(error, "__notes__", ())])


def tell_of_failed_hooks(feature: Feature) -> None:
    """Let scenarios tell that a hook of their rule or their feature failed.

    JUnit knows of scenarios alone: it is told of the last one that ran, or of all if none could.
    """
    for element in (*feature.rules, feature):
        if element.hook_failed:
            scenarios = list(element.walk_scenarios())
            ran = [one for one in scenarios if one.status not in (Status.untested, Status.skipped)]
            for scenario in ran[-1:] or scenarios:
                report(scenario, element.exception, element.error_message)
            make_printable(feature)


def report(scenario: Scenario, error: Exception, said: str) -> None:
    """Let the reports tell of an error that came after a scenario had ended.

    JUnit shows one message of each scenario: what failed before is in it, too.
    """
    failed = [str(step.exception) for step in scenario.all_steps if step.status.has_failed()]
    earlier = scenario.error_message or "".join(failed)
    scenario.hook_failed = True
    scenario.store_exception_context(error)
    scenario.error_message = f"{said}\nBefore that: {earlier}" if earlier else said
    scenario.set_status(Status.hook_error)


def _reason(scenario: Scenario) -> str | None:
    """Return why a scenario was skipped, if the harness did it."""
    return scenario.skip_reason if scenario.status is Status.skipped else None


def tell_reasons(config: Configuration) -> None:
    """Let the JUnit files say what was skipped and why, and the summary why something failed."""
    ours = {JUnitReporter: SkippedForReason, SummaryReporter: SaysWhy}
    config.reporters = [
        ours[type(reporter)](config) if type(reporter) in ours else reporter
        for reporter in config.reporters
    ]


def remove_former(config: Configuration) -> None:
    """Take away what the last run wrote, which nobody should mistake for this one's.

    Raises `Refusal` if nothing can be written, or another run is writing there; then this run
    writes no file, and what is there stays.
    """
    for reporter in [one for one in config.reporters if isinstance(one, SkippedForReason)]:
        try:
            reporter.listed = _take(Path(config.junit_directory))
        except OSError as error:
            config.reporters.remove(reporter)
            reason = (
                "another run is writing there"
                if isinstance(error, BlockingIOError)
                else error.strerror
            )
            raise Refusal(
                f"no reports can be written to {config.junit_directory} ({reason}): name another"
                " place with --junit-directory, or do without them by --no-junit."
            ) from None


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


def make_printable(feature: Feature) -> None:
    """Escape what XML cannot hold, or one odd character would make a JUnit file unreadable."""
    for scenario in feature.walk_scenarios():
        for element in (scenario, *scenario.all_steps):
            if element.error_message:
                element.error_message = _printable(element.error_message)
            if element.exception is not None:
                element.exception.args = tuple(map(_printable, map(str, element.exception.args)))
        for part in scenario.captured.captures:
            part.stdout = _printable(part.stdout)
            part.stderr = _printable(part.stderr)


def _printable(text: str) -> str:
    return NOT_IN_XML.sub(lambda match: ascii(match.group())[1:-1], text)


def leave_out_summary(config: Configuration) -> None:
    """Let a run that could not start end with its reason, not with a list of every scenario."""
    config.reporters = [
        reporter
        for reporter in config.reporters
        if not isinstance(reporter, AbstractSummaryReporter)
    ]


def put_duration_right(config: Configuration, began: float) -> None:
    """Give the summary the time since `began` (of `time.perf_counter`); behave says 0.000 s."""
    for reporter in config.reporters:
        if isinstance(reporter, AbstractSummaryReporter):
            reporter.duration = time.perf_counter() - began
