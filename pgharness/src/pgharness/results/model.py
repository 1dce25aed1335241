"""A run as reports need it: features, rules, cases and steps with their statuses.

`reading` makes it from the stream of a run. Nothing here depends on the protocol or on behave.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final

RULE_ID: Final = re.compile(r"@?((?:[a-z][a-z_]*-)+\d+)")
"""A tag that identifies a rule: words and one number, as in `@accounts-10`."""


class Status(StrEnum):
    """The status of a step, a hook, a case, or of everything in a rule or a feature."""

    PASSED = "passed"
    FAILED = "failed"
    """An assertion failed."""
    ERROR = "error"
    """Another exception was raised, in a step, a hook or a cleanup."""
    UNDEFINED = "undefined"
    """No step definition matches the step."""
    AMBIGUOUS = "ambiguous"
    """Several step definitions match the step."""
    PENDING = "pending"
    """The step definition is not implemented yet."""
    SKIPPED = "skipped"
    """The case was skipped for a reason, or the step comes after one that did not pass."""
    NOT_RUN = "not run"
    """The case was selected, and the run ended before it began or while it was running."""

    @property
    def is_failure(self) -> bool:
        """Whether a case of this status makes a run fail by itself."""
        return self in FAILURES


WORST_FIRST: Final = (
    *(Status.ERROR, Status.FAILED, Status.AMBIGUOUS, Status.UNDEFINED, Status.PENDING),
    *(Status.NOT_RUN, Status.PASSED, Status.SKIPPED),
)
FAILURES: Final = frozenset(WORST_FIRST[:5])


def worst(statuses: Iterable[Status]) -> Status:
    """Return the status of a group: its worst one; `SKIPPED` only if all are, or there is none."""
    found = set(statuses)
    return next((status for status in WORST_FIRST if status in found), Status.SKIPPED)


@dataclass(frozen=True)
class Problem:
    """Why a step or a hook did not pass."""

    type: str
    """The name of the exception's class, `AssertionError` for example; empty if there was none."""
    message: str
    trace: str = ""
    """The traceback as text; paths in it are relative to the project."""


@dataclass(frozen=True)
class Attachment:
    """What a step or a hook attached to the report."""

    media_type: str
    body: str
    """Text, or base64 if `is_base64`."""
    is_base64: bool = False
    file_name: str = ""


@dataclass(frozen=True)
class Executed:
    """What a step and a hook have in common: an outcome."""

    status: Status = Status.NOT_RUN
    duration: float = 0.0
    """Seconds."""
    problem: Problem | None = None
    attachments: tuple[Attachment, ...] = ()
    place: str = ""
    """`file:line` of the step definition or the hook."""


@dataclass(frozen=True, kw_only=True)
class Hook(Executed):
    """A hook that was called, or a cleanup that failed."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Step(Executed):
    """A step of a case, with the values of its example."""

    keyword: str
    """As written, without the space after it: `Given`, `And`."""
    text: str
    line: int
    table: tuple[tuple[str, ...], ...] = ()
    """The rows of its data table, headings included; empty if it has none."""
    doc_string: str | None = None
    in_background: bool = False
    parameters: tuple[tuple[int, int], ...] = ()
    """Where the parameters are in the text: begin and end of each."""
    snippet: str = ""
    """A suggested step definition, if the step is undefined."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A scenario, or one row of a scenario outline."""

    uri: str
    """The feature's file, relative to the project."""
    line: int
    """The line of the scenario, or of the row."""
    keyword: str
    name: str
    """With the values of the row; the names of two rows may be equal."""
    tags: tuple[str, ...]
    """With `@`, those of the rule and the feature included."""
    number: int = 1
    """Which one it is of those of its name in its rule, from 1; all in the file are counted.

    A report that needs unique names adds it, so that they do not depend on what was selected.
    """
    own_tags: tuple[str, ...] = ()
    """Those of the scenario and its examples only."""
    description: str = ""
    outline: int | None = None
    """The line of the scenario outline, if the case is a row of one."""
    row: tuple[tuple[str, str], ...] = ()
    """The headings and cells of the row."""
    status: Status = Status.NOT_RUN
    reason: str = ""
    """Why it was skipped or not run."""
    started: datetime | None = None
    """With time zone (UTC)."""
    duration: float = 0.0
    """Seconds from the first hook to the end of the last cleanup."""
    before: tuple[Hook, ...] = ()
    steps: tuple[Step, ...] = ()
    after: tuple[Hook, ...] = ()
    worker: str = ""

    @property
    def place(self) -> str:
        """`file:line`, which behave accepts."""
        return f"{self.uri}:{self.line}"

    @property
    def executed(self) -> Iterator[Hook | Step]:
        """All hooks and steps in their order."""
        yield from self.before
        yield from self.steps
        yield from self.after

    @property
    def failed_at(self) -> Hook | Step | None:
        """The first hook or step that failed, or None."""
        return next((one for one in self.executed if one.status.is_failure), None)

    @property
    def attachments(self) -> Iterator[Attachment]:
        """The attachments of all hooks and steps."""
        for one in self.executed:
            yield from one.attachments


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule with its cases. Cases outside of any rule are in one without a name."""

    name: str = ""
    keyword: str = "Rule"
    line: int = 0
    tags: tuple[str, ...] = ()
    """Those of the rule only, with `@`."""
    description: str = ""
    cases: tuple[Case, ...] = ()

    @property
    def id(self) -> str:
        """The first tag of the form `word-number`, without `@`; empty if there is none."""
        found = filter(None, map(RULE_ID.fullmatch, self.tags))
        return next((match[1] for match in found), "")

    @property
    def status(self) -> Status:
        """The worst status of its cases."""
        return worst(case.status for case in self.cases)

    @property
    def counts(self) -> Counter[Status]:
        """The number of its cases by status."""
        return Counter(case.status for case in self.cases)


@dataclass(frozen=True, kw_only=True)
class Feature:
    """A feature with its rules in the order of the file."""

    uri: str
    name: str
    keyword: str = "Feature"
    language: str = "en"
    line: int = 1
    tags: tuple[str, ...] = ()
    description: str = ""
    rules: tuple[Rule, ...] = ()
    hooks: tuple[Hook, ...] = ()
    """Failed hooks and cleanups of the feature and its rules, which belong to no case."""

    @property
    def cases(self) -> Iterator[Case]:
        """The cases of all rules."""
        for rule in self.rules:
            yield from rule.cases

    @property
    def status(self) -> Status:
        """The worst status of its cases and hooks."""
        return worst([case.status for case in self.cases] + [hook.status for hook in self.hooks])

    @property
    def capability(self) -> str:
        """The folder of the file below `features/`, `accounts` for example; empty if there is none.

        A folder in another place has its whole path.
        """
        folder = PurePosixPath(self.uri).parent
        parts = folder.parts[1:] if folder.parts[:1] == ("features",) else folder.parts
        return "/".join(parts)


@dataclass(frozen=True, kw_only=True)
class Environment:
    """Where a run took place. Everything may be empty."""

    server: str = ""
    """`PostgreSQL 18.6, embedded` for example."""
    revision: str = ""
    """The commit of the checkout, with `+` if files were changed."""
    runtime: str = ""
    """`CPython 3.13.1` for example."""
    system: str = ""
    """`Linux` for example."""
    implementation: str = ""
    """`behave 1.3.3` for example."""
    build_url: str = ""
    """The address of the build in CI."""
    shard: str = ""
    """`2 of 4` for example, if the run has a part of the scenarios."""
    selection: str = ""
    """`features/accounts; tags: not @slow` for example, if not everything was selected."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run, possibly one that has not finished."""

    started: datetime | None = None
    """With time zone (UTC)."""
    finished: datetime | None = None
    """None if the stream has no end: the run was killed, or is going on."""
    success: bool = False
    """What the run itself reports. It may have failed although no case did."""
    message: str = ""
    """Why the run could not start, failed or ended early; empty if only cases tell."""
    environment: Environment = field(default_factory=Environment)
    features: tuple[Feature, ...] = ()
    """In the order of the run; features without a selected case are left out."""
    hooks: tuple[Hook, ...] = ()
    """`before_all`, `after_all` and what else belongs to the run as a whole."""
    pauses: float = 0.0
    """Seconds between the runs of which it was merged, when none of them was going on."""

    @property
    def cases(self) -> Iterator[Case]:
        """The cases of all features."""
        for feature in self.features:
            yield from feature.cases

    @property
    def rules(self) -> Iterator[tuple[Feature, Rule]]:
        """All rules, each with its feature."""
        for feature in self.features:
            for rule in feature.rules:
                yield feature, rule

    @property
    def counts(self) -> Counter[Status]:
        """The number of cases by status."""
        return Counter(case.status for case in self.cases)

    @property
    def duration(self) -> float:
        """Seconds from the start to the end without the pauses; 0 if either is unknown."""
        if self.started is None or self.finished is None:
            return 0.0
        return (self.finished - self.started).total_seconds() - self.pauses

    @property
    def holds(self) -> bool:
        """Whether the run finished, succeeded, and no case failed or was not run."""
        bad = {*FAILURES, Status.NOT_RUN}
        return self.finished is not None and self.success and not bad & set(self.counts)
