"""Runs of many cases, made by hand."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from page_runs import ACCOUNTS, DIFFERING, ENVIRONMENT, STARTED, STATEMENTS, Writer, step
from pgharness.core.attachments import SQL
from pgharness.results.model import Attachment, Case, Feature, Problem, Rule, Run, Status

FOLDERS: Final = ("accounts", "passwords", "sessions", "tasks", "tenancy", "transactions")


def _large_case(write: Writer, number: int, *, fails: bool) -> Case:
    steps = [
        step("Given", f"the account of user{number}@example.org with the name User {number}"),
        step(
            "And", f'a task "Water the plants {number}" that is due at 2026-03-{number % 28 + 1:02}'
        ),
        replace(
            step("And", "these objectives"), table=(*ACCOUNTS, (f"U{number}", f"{number}@x.org"))
        ),
        step("When", f'the tenant {number} renames the task to "Feed the cat {number * 7}"'),
        step("And", f"{number % 9} hours have passed"),
        step("Then", f"the task {number} is stored with the version {number % 5}"),
        step("And", "nothing else has changed"),
    ]
    if fails:
        problem = Problem(
            "AssertionError", f"version is {number % 5 + 1}, not {number % 5}", "Trace\n" * 20
        )
        steps[5] = replace(
            steps[5],
            status=Status.FAILED,
            problem=problem,
            attachments=(DIFFERING, Attachment(SQL, STATEMENTS)),
        )
        steps[6] = replace(steps[6], status=Status.SKIPPED)
    status = Status.FAILED if fails else Status.PASSED
    return write.case(f"Task {number} keeps its version when it is renamed", *steps, status=status)


def large(failures: int = 0, cases: int = 1900) -> Run:
    """A run of many cases of 8 steps each, 8 cases to a rule and 3 rules to a feature."""
    features = []
    numbers = iter(range(cases))
    failing = set(range(0, cases, max(cases // failures, 1))[:failures]) if failures else set()
    for number in range(-(-cases // 24)):
        folder = FOLDERS[number % len(FOLDERS)]
        write = Writer(f"features/{folder}/part_{number}.feature", (f"@{folder}",))
        rules = tuple(
            Rule(
                name=f"Renaming in part {number} keeps the version of a task, in situation {each}",
                line=each + 1,
                tags=(f"@{folder}-{number * 3 + each}", f"@asvs-2.{number % 14 + 1}.{each + 1}"),
                cases=tuple(_next(write, numbers, failing)),
            )
            for each in range(3)
        )
        features.append(
            Feature(
                uri=write.uri,
                name=f"Part {number} of the {folder}",
                tags=(f"@{folder}",),
                description=f"In order to keep part {number} right\nAs a tenant\nI want it tested",
                rules=tuple(rule for rule in rules if rule.cases),
            )
        )
    return Run(
        started=STARTED,
        finished=STARTED + timedelta(seconds=312),
        success=not failures,
        environment=ENVIRONMENT,
        features=tuple(features),
    )


def _next(write: Writer, numbers: Iterable[int], failing: set[int]) -> Iterable[Case]:
    for _, number in zip(range(8), numbers, strict=False):
        yield _large_case(write, number, fails=number in failing)
