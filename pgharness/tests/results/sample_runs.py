"""Runs made by hand: one with every status, one that held, and one with hostile text."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pgharness.results.model import (
    Attachment,
    Case,
    Environment,
    Feature,
    Hook,
    Problem,
    Rule,
    Run,
    Status,
    Step,
)

BEGAN: Final = datetime(2026, 11, 29, 20, 15, 30, 250_000, tzinfo=UTC)
URI: Final = "features/accounts/listing.feature"
SQL: Final = Attachment("text/x-sql", "SELECT id FROM account;", file_name="statements.sql")
PICTURE: Final = Attachment("image/png", "iVBORw0KGgo=", is_base64=True, file_name="waiting.png")

DIFFERS: Final = Problem(
    "AssertionError",
    "expected 2 accounts, found 1",
    'Traceback (most recent call last):\n  File "features/steps/accounts.py", line 7\n'
    "AssertionError: expected 2 accounts, found 1\n",
)
LOST: Final = Problem("OperationalError", "server closed the connection", "Traceback: …")


def step(status: Status = Status.PASSED, **given: Any) -> Step:
    """Return a step."""
    text = given.pop("text", "Ada has an account")
    place = "" if status is Status.UNDEFINED else "features/steps/accounts.py:5"
    made = Step(keyword="Given", text=text, line=13, status=status, duration=0.0012, place=place)
    return replace(made, **given)


def case(name: str, status: Status = Status.PASSED, line: int = 12, **given: Any) -> Case:
    """Return a case of one step that decides its status."""
    problem = {Status.FAILED: DIFFERS, Status.ERROR: LOST}.get(status)
    began = given.pop("started", BEGAN + timedelta(seconds=line))
    made = Case(
        uri=given.pop("uri", URI),
        line=line,
        keyword="Scenario",
        name=name,
        tags=("@accounts", "@accounts-10"),
        status=status,
        started=None if status is Status.NOT_RUN else began,
        duration=0.25 if status is not Status.NOT_RUN else 0.0,
        steps=(step(status, problem=problem),),
    )
    return replace(made, **given)


def feature(*cases: Case, **given: Any) -> Feature:
    """Return a feature with one rule of these cases."""
    rule = Rule(name="Lists hold all accounts", line=10, tags=("@accounts-10",), cases=cases)
    made = Feature(uri=URI, name="Listing accounts", tags=("@accounts",), rules=(rule,))
    return replace(made, **given)


def run(*features: Feature, **given: Any) -> Run:
    """Return a run of these features that ended."""
    made = Run(
        started=BEGAN,
        finished=BEGAN + timedelta(seconds=61),
        success=not any(one.status.is_failure for one in features),
        environment=Environment(server="PostgreSQL 18.6, embedded", revision="1a2b3c4"),
        features=features,
    )
    return replace(made, **given)


UNDEFINED: Final = step(
    Status.UNDEFINED, text="there is none", snippet='@given("there is none")\ndef there(): ...'
)
CLEANUP: Final = Hook(
    name="cleanup of the server", status=Status.ERROR, problem=Problem("OSError", "it is busy")
)
EVERY_STATUS: Final = run(
    feature(
        case("All are listed"),
        case("Two are listed", Status.FAILED, 20, steps=(
            step(table=(("name",), ("Ada",)), line=21),
            step(Status.FAILED, text="two are listed", line=22, problem=DIFFERS,
                 attachments=(SQL, PICTURE), place="features/steps/accounts.py:7"),
            step(Status.SKIPPED, text="nothing else changed", line=23, duration=0.0),
        )),
        case("The server is lost", Status.ERROR, 30),
        case("A step is undefined", Status.UNDEFINED, 40, steps=(UNDEFINED,)),
        case("Two definitions match", Status.AMBIGUOUS, 50),
        case("A step is pending", Status.PENDING, 60),
        case("Skipped", Status.SKIPPED, 70, reason="needs PostgreSQL 19"),
        case("Not run", Status.NOT_RUN, 80),
        case("Not cleaned up", Status.ERROR, 90, steps=(step(),), after=(CLEANUP,)),
        hooks=(Hook(name="before_rule", status=Status.ERROR, problem=LOST),),
    ),
    feature(
        case("Same", line=5, uri="features/tasks.feature"),
        case("Same", line=6, uri="features/tasks.feature", number=2),
        uri="features/tasks.feature", name="Tasks",
    ),
    hooks=(
        Hook(name="before_all", status=Status.PASSED),
        Hook(name="after_all", status=Status.ERROR, problem=LOST),
    ),
)  # fmt: skip
HELD: Final = run(feature(case("All are listed")))

HOSTILE: Final = (
    "a\x00\x1b[31mred\x1b[0m\x07\ud800 ]]> <b>&amp;</b> | `code` \n\t *x* \r\nend \ufffe"
)
"""Characters that XML lacks, colours, markup, and lines."""


def hostile() -> Run:
    """Return a failed run in which every text is hostile."""
    problem = Problem(HOSTILE, HOSTILE, HOSTILE)
    broken = step(
        Status.FAILED,
        text=HOSTILE,
        problem=problem,
        table=((HOSTILE,), (HOSTILE,)),
        doc_string=HOSTILE,
        attachments=(Attachment("text/plain", HOSTILE, file_name=HOSTILE),),
    )
    cases = (
        case(HOSTILE, Status.FAILED, steps=(broken,), tags=(f"@{HOSTILE}",)),
        case(HOSTILE, Status.SKIPPED, reason=HOSTILE),
        case("", Status.FAILED),
    )
    rule = Rule(name=HOSTILE, line=3, tags=(HOSTILE,), cases=cases)
    hook = Hook(name=HOSTILE, status=Status.ERROR, problem=problem)
    one = Feature(uri=URI, name=HOSTILE, rules=(rule,), hooks=(hook,))
    return run(one, message=HOSTILE, hooks=(hook,), success=False)
