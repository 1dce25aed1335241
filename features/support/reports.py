"""What behave's own reporters say of a run, put right where it would mislead."""

import re
import time
from pathlib import Path
from typing import Final

from behave.configuration import Configuration
from behave.model import Feature
from behave.reporter.summary import AbstractSummaryReporter

JUNIT_FILES: Final = "TESTS-*.xml"
NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What the production Char of XML 1.0 leaves out."""


def remove_former(config: Configuration) -> None:
    """Take away the JUnit files of earlier runs, which nobody should mistake for this one's."""
    if config.junit:
        for report in Path(config.junit_directory).glob(JUNIT_FILES):
            report.unlink()


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
