"""The result of a run in a few lines of text."""

from collections.abc import Iterator
from typing import Final

from pgharness.results.files.summary import numbers, verdict
from pgharness.results.model import Run
from pgharness.results.text import in_one_line, shortened
from pgharness.results.wording import failed_hooks, message, messages, own_problem, repeated

MOST: Final = 50
"""Failures that are listed."""
LONGEST: Final = 300
"""Characters of a line."""


def lines(run: Run) -> Iterator[str]:
    """Yield the verdict, the numbers, and each failure with the command to repeat it."""
    yield verdict(run)
    yield numbers(run.counts) + (f" ({run.duration:.1f} s)" if run.duration else "")
    if problem := own_problem(run):
        yield _line(problem)
    failures = [*_failures(run)]
    for failure in failures[:MOST]:
        yield ""
        yield from failure
    if (left := len(failures) - MOST) > 0:
        yield ""
        yield f"… and {left} more failures"


def _failures(run: Run) -> Iterator[list[str]]:
    for hook in failed_hooks(run):
        yield [_line(f"{hook.name} ({hook.status.value})"), _said(message(hook, hook.status))]
    for _, rule in run.rules:
        for case in rule.cases:
            if case.status.is_failure:
                name = f"{rule.id} {case.name or case.keyword} ({case.status.value})"
                said = next(messages(case), case.reason or message(None, case.status))
                yield [_line(name), _said(said), f"  {repeated(case)}"]


def _line(text: str) -> str:
    return shortened(in_one_line(text), LONGEST)


def _said(text: str) -> str:
    return f"  {_line(text)}"
