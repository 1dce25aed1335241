"""What GitHub Actions shows of a run: the job's summary, and annotations in features."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, TextIO

from pgharness.core.errors import HarnessError
from pgharness.results.model import Case, Rule, Run, Step
from pgharness.results.text import in_one_line, plain, shortened
from pgharness.results.wording import failed_hooks, message, messages, own_problem, repeated

SUMMARY: Final = "GITHUB_STEP_SUMMARY"
"""The variable with the file to which a step appends its summary."""
ACTIONS: Final = "GITHUB_ACTIONS"
APPEND: Final = "a"
MOST: Final = 10
"""Annotations of one level that GitHub shows for a step."""
LONGEST: Final = 2_000
"""Characters of a message; GitHub cuts longer ones."""


def publish(
    run: Run, summary: str, out: TextIO, environment: Mapping[str, str] = os.environ
) -> None:
    """Append the summary to that of the job, and print annotations, if this is a job of GitHub.

    Raises `HarnessError` if the summary cannot be written.
    """
    if file := environment.get(SUMMARY):
        try:
            with Path(file).open(APPEND, encoding="utf-8") as appended:
                print(summary, file=appended)
        except OSError as error:
            raise HarnessError(
                f"the job's summary cannot be written ({error.strerror}): {SUMMARY} has to name a"
                " file."
            ) from None
    if environment.get(ACTIONS) == "true":
        for line in annotations(run):
            print(line, file=out)


def annotations(run: Run) -> Iterator[str]:
    """Yield a command for each failure, the first ten, and one that says how many more."""
    failures = [*_of_run(run), *_of_cases(run)]
    yield from failures[:MOST]
    if (left := len(failures) - MOST) > 0:
        more = f"{left} more failures: see the job's summary"
        yield command("warning", more, title="Not every failure is annotated")


def command(level: str, text: str, **properties: str) -> str:
    """Return a command to the runner, with all that has a meaning in it escaped."""
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    return f"::{level} {given}::{_data(shortened(plain(text), LONGEST))}"


def _of_run(run: Run) -> Iterator[str]:
    if problem := own_problem(run):
        yield command("error", problem, title="The run")
    for hook in failed_hooks(run):
        yield command("error", message(hook, hook.status), title=hook.name)


def _of_cases(run: Run) -> Iterator[str]:
    for _, rule in run.rules:
        for case in rule.cases:
            if case.status.is_failure:
                yield _of_case(rule, case)


def _of_case(rule: Rule, case: Case) -> str:
    """Return the annotation at the failed step, or else at the scenario."""
    at = case.failed_at
    line = at.line if isinstance(at, Step) else case.line
    said = [*messages(case)] or [case.reason or message(None, case.status)]
    step = f"{at.keyword} {at.text}\n" if isinstance(at, Step) else ""
    return command(
        "error",
        f"{step}{chr(10).join(said)}\n{repeated(case)}",
        file=case.uri,
        line=str(line),
        title=f"{rule.id} {case.name or case.keyword}".strip(),
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(in_one_line(text)).replace(":", "%3A").replace(",", "%2C")
