"""The summary in the terminal at the end of a run."""

import time
from typing import IO, Final

from behave.configuration import Configuration
from behave.model import Feature, Rule, Scenario, Status
from behave.reporter.summary import AbstractSummaryReporter, SummaryReporter

from pgharness.adapters.behave.reporting.reports import failed_step, report_failed_hooks
from pgharness.adapters.behave.step_lookup import UndefinedStep
from pgharness.core.errors import HarnessError
from pgharness.results.text import printable

MOST_LINES: Final = 12
"""The maximum number of lines for one failure; the output above has all of them."""


class Summary(SummaryReporter):  # type: ignore[misc]
    """Lists failures with their reasons, and counts as passed only what was run."""

    def __init__(self, config: Configuration) -> None:
        super().__init__(config)
        self._began = time.perf_counter()

    def process_feature(self, feature: Feature) -> None:
        """Count a feature and what is in it."""
        report_failed_hooks(feature)
        self.feature_summary[_status(feature).name] += 1
        self.process_run_items_for(feature)

    def process_rule(self, rule: Rule) -> None:
        """Count a rule and what is in it."""
        self.rule_summary[_status(rule).name] += 1
        self.process_run_items_for(rule)

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
                why = printable(_why(scenario))
                out.write(f"  {scenario.location}  {scenario.name}\n    {why}\n")

    def end(self) -> None:
        """Print the summary with the time since the run began; behave would print 0.000 s."""
        self.duration = time.perf_counter() - self._began
        super().end()


def _status(element: Feature | Rule) -> Status:
    """Return the status of a feature or a rule.

    behave reports an outline that was not run as passed, and its feature as failed.
    """
    statuses = {scenario.status for scenario in element.walk_scenarios()}
    failed = element.status.is_error() or any(one.has_failed() for one in statuses)
    if Status.untested in statuses and not failed:
        return Status.untested
    found: Status = element.status
    return found


def _why(scenario: Scenario) -> str:
    """Return the first error, of a step or else of a hook, and its notes."""
    step = failed_step(scenario)
    where = f"{step.keyword} {step.name}" if step else "in a hook"
    error = (step or scenario).exception
    if error is None:
        return f"{where}: {(step or scenario).status.name}"
    plain = isinstance(error, AssertionError | HarnessError | UndefinedStep)
    kind = "" if plain else f"{type(error).__name__}: "
    first, *more = _gist(error)
    return "\n    ".join([f"{where}: {kind}{first}", *more, *getattr(error, "__notes__", ())])


def _gist(error: BaseException) -> list[str]:
    """Return the first line of an error, or up to `MOST_LINES` if that ends with a colon."""
    lines = str(getattr(error, "gist", error)).strip().splitlines() or [""]
    if not lines[0].endswith(":"):
        return lines[:1]
    return lines[:MOST_LINES] + ["  …"] * (len(lines) > MOST_LINES)


def leave_out(config: Configuration) -> None:
    """Remove the summary: a run that could not start ends with its reason only."""
    config.reporters = [
        reporter
        for reporter in config.reporters
        if not isinstance(reporter, AbstractSummaryReporter)
    ]
