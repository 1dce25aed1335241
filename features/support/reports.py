"""What behave's own reporters say of a run, put right where it would mislead."""

import time
from pathlib import Path
from typing import Final

from behave.configuration import Configuration
from behave.reporter.summary import AbstractSummaryReporter

JUNIT_FILES: Final = "TESTS-*.xml"


def remove_former(config: Configuration) -> None:
    """Take away the JUnit files of earlier runs, which nobody should mistake for this one's."""
    if config.junit:
        for report in Path(config.junit_directory).glob(JUNIT_FILES):
            report.unlink()


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
