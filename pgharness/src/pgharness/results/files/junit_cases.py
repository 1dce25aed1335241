"""The elements of a JUnit file: a suite for each rule, a case for each scenario or failed hook."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from junitparser import (
    Attr,
    Error,
    Failure,
    IntAttr,
    JUnitXml,
    Properties,
    Property,
    Skipped,
    SystemErr,
    SystemOut,
    TestCase,
    TestSuite,
)
from junitparser.junitparser import Element, FinalResult

from pgharness.results.model import Case, Feature, Hook, Rule, Status
from pgharness.results.text import in_one_line, plain
from pgharness.results.wording import (
    failure,
    hook_failure,
    kind,
    message,
    messages,
    protocol,
    reason,
)

HOST: Final = "localhost"
"""One schema demands a host's name; the real one stays private."""

UNKNOWN: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""The time stamp of what has none: one schema demands one."""


class Suite(TestSuite):
    """A suite with the attributes that junitparser does not know."""

    package = Attr()
    id = IntAttr()


class LocatedCase(TestCase):
    """A case with the attributes that the schemas do not know."""

    file = Attr()
    line = IntAttr()


@dataclass(frozen=True)
class Entry:
    """What becomes a case of a suite."""

    title: str
    seconds: float
    line: int
    """0 if it has none."""
    result: FinalResult | None = None
    """None if it passed."""
    started: datetime | None = None
    tags: Sequence[str] = ()
    said: str = ""
    """The steps with their statuses."""
    number: int = 1
    """Which one it is of those of its title."""


@dataclass
class Document:
    """The suites of a file. Names of suites, and of cases in a suite, are unique."""

    package: str
    """The name of the file, see `name_of`."""
    in_cases: bool = False
    """Whether properties, places and steps are written to each case; no schema allows it."""
    root: JUnitXml = field(default_factory=JUnitXml)
    _used: set[tuple[str, str]] = field(default_factory=set)

    def add_suite(
        self,
        heading: str,
        entries: Iterable[Entry],
        properties: Iterable[tuple[str, str]] = (),
        began: datetime | None = None,
    ) -> None:
        """Add a suite of these cases; `began` is when it started if no case knows it."""
        listed = list(entries)
        name = self._unique("", in_one_line(f"{self.package}.{heading}"))
        started = min((one.started for one in listed if one.started), default=began)
        suite = Suite(name)
        suite.hostname = HOST
        suite.package = self.package
        suite.id = len(self.root)
        suite.timestamp = f"{(started or UNKNOWN).astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
        given = [*properties]
        if started is not None:
            given.append(("started", started.astimezone(UTC).isoformat(timespec="milliseconds")))
        titles = [self._unique(name, in_one_line(one.title), one.number) for one in listed]
        if not self.in_cases:
            given += numbered(zip(titles, listed, strict=True), dict(given).get("file", ""))
        _append(suite, _properties(given))
        suite.add_testcases(
            [self._case(name, title, one, given) for title, one in zip(titles, listed, strict=True)]
        )
        said = "" if self.in_cases else "\n\n".join(one.said for one in listed if one.said)
        _append(suite, SystemOut(plain(said)))
        _append(suite, SystemErr(""))
        self.root.add_testsuite(suite)

    def _case(
        self, suite: str, title: str, entry: Entry, properties: Iterable[tuple[str, str]]
    ) -> TestCase:
        case = LocatedCase(title, suite, round(entry.seconds, 3))
        if self.in_cases:
            given = dict(properties)
            given["tags"] = " ".join(entry.tags) or given.get("tags", "")
            given.pop("line", None)
            if entry.line:
                case.line = entry.line
                given["line"] = str(entry.line)
            if file := given.get("file", ""):
                case.file = plain(file)
            if entry.started is not None:
                given["started"] = entry.started.astimezone(UTC).isoformat(timespec="milliseconds")
            _append(case, _properties(given.items()))
        if entry.result is not None:
            _append(case, entry.result)
        if self.in_cases and entry.said:
            _append(case, SystemOut(plain(entry.said)))
        return case

    def _unique(self, group: str, title: str, number: int = 1) -> str:
        """Return the title, with a number if there are several of it."""
        unique = f"{title} ({number})" if number > 1 else title
        while (group, unique) in self._used:
            number += 1
            unique = f"{title} ({number})"
        self._used.add((group, unique))
        return unique


def add_feature(document: Document, feature: Feature, began: datetime | None) -> None:
    """Add the suites of a feature: one for what is in no rule, and one for each rule."""
    loose = [case for rule in feature.rules if not (rule.name or rule.line) for case in rule.cases]
    hooks = [hook for hook in feature.hooks if hook.status.is_failure]
    entries = [*map(case_entry, loose), *(hook_entry(hook, feature.line) for hook in hooks)]
    if entries:
        shown = _shown(feature, Rule(line=feature.line, tags=feature.tags))
        document.add_suite(feature.name, entries, shown, began)
    for rule in feature.rules:
        if (rule.name or rule.line) and rule.cases:
            entries = list(map(case_entry, rule.cases))
            document.add_suite(rule.name or rule.keyword, entries, _shown(feature, rule), began)


def case_entry(case: Case) -> Entry:
    """Return the entry of a case."""
    return Entry(
        title=case.name or case.keyword,
        seconds=case.duration,
        line=case.line,
        result=_result(case),
        started=case.started,
        tags=case.tags,
        said=protocol(case),
        number=case.number,
    )


def hook_entry(hook: Hook, line: int = 0) -> Entry:
    """Return the entry of a failed hook that belongs to no case."""
    result = Error(plain(message(hook, hook.status)), in_one_line(kind(hook, hook.status)))
    result.text = hook_failure(hook)
    return Entry(title=hook.name or "hook", seconds=hook.duration, line=line, result=result)


def numbered(cases: Iterable[tuple[str, Entry]], file: str) -> Iterator[tuple[str, str]]:
    """Yield the properties of cases that a suite has: name, tags, line and file of each."""
    for number, (title, entry) in enumerate(cases, 1):
        yield f"case.{number}.name", title
        yield f"case.{number}.tags", " ".join(entry.tags)
        if file:
            yield f"case.{number}.file", file
        if entry.line:
            yield f"case.{number}.line", str(entry.line)


def _result(case: Case) -> FinalResult | None:
    if case.status is Status.PASSED:
        return None
    if not case.status.is_failure:
        return Skipped(plain(reason(case)))
    deciding = next((one for one in case.executed if one.status is case.status), case.failed_at)
    said = plain("\nthen: ".join(messages(case)) or case.reason or message(None, case.status))
    result_type = Failure if case.status is Status.FAILED else Error
    result = result_type(said, in_one_line(kind(deciding, case.status)))
    result.text = failure(case)
    return result


def _shown(feature: Feature, rule: Rule) -> list[tuple[str, str]]:
    """Return the properties of a rule's suite, those that it has."""
    given = [
        ("feature", feature.name),
        ("rule.id", rule.id),
        ("rule", rule.name),
        ("tags", " ".join(dict.fromkeys((*feature.tags, *rule.tags)))),
        ("file", feature.uri),
        ("line", str(rule.line)),
    ]
    return [(name, value) for name, value in given if value]


def _properties(given: Iterable[tuple[str, str]]) -> Properties:
    properties = Properties()  # type: ignore[no-untyped-call]
    for name, value in given:
        properties.add_property(Property(name, plain(value)))
    return properties


def _append(parent: Element, child: Element) -> None:
    parent.append(child)  # type: ignore[no-untyped-call]
