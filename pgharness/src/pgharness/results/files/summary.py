"""`summary.md`: the result of a run on one page, as a CI service shows it for a job."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from pgharness.results.changes import Change, Changes
from pgharness.results.differing import in_short
from pgharness.results.model import FAILURES, Case, Feature, Hook, Rule, Run, Status, Step, worst
from pgharness.results.settings import COMMAND
from pgharness.results.text import counted, in_one_line, shortened
from pgharness.results.wording import (
    SELECTED,
    failed_hooks,
    holds,
    message,
    own_problem,
    reason,
    repeated,
)

RERUN: Final = "{} @reports/rerun.txt"
LONGEST_LIST: Final = 40_000
"""Bytes of the list of failures; the reports have all of them. GitHub allows 1 MiB in all."""
MOST_GROUPS: Final = 20
"""Reasons, and changes of a kind, that are listed."""
LONGEST: Final = 200
"""Characters of a title or a message."""

SPECIAL: Final = re.compile(r"([\\`*_\[\]#|~$@]|^[-+])")
"""Characters that Markdown or GitHub may read as markup, with a backslash as text."""
NUMBERED: Final = re.compile(r"^(\d+)([.)](?: |$))")
"""Likewise, the begin of a numbered list."""
TICKS: Final = re.compile("`+")

COLUMNS: Final = {
    "Passed": {Status.PASSED},
    "Failed": FAILURES,
    "Skipped": {Status.SKIPPED},
    "Not run": {Status.NOT_RUN},
}


def markdown(run: Run, changes: Changes | None = None, command: str = COMMAND) -> str:
    """Return the summary in GitHub's Markdown, less than 60 kB of it.

    `command` is the begin of the commands that repeat examples.
    """
    sections = (
        _verdict(run),
        _capabilities(run),
        _failures(run, command),
        _changes(changes) if changes else (),
        _reasons(run, Status.SKIPPED, "Skipped"),
        _reasons(run, Status.NOT_RUN, "Not run"),
    )
    return "\n\n".join("\n".join(lines) for section in sections if (lines := [*section])) + "\n"


def verdict(run: Run) -> str:
    """Return in a few words whether the run holds."""
    if run.finished is None:
        return "The run did not finish"
    return "The run holds" if holds(run) else "The run does not hold"


def numbers(counts: Counter[Status]) -> str:
    """Return the numbers by status, those that are not zero."""
    words = {status: status.value for status in Status}
    if counts[Status.ERROR] != 1:
        words[Status.ERROR] = "errors"
    told = [f"{counts[status]:,} {word}" for status, word in words.items() if counts[status]]
    return f"{counted(counts.total(), 'example')}{': ' if told else ''}{', '.join(told)}"


def escaped(text: str) -> str:
    """Return a line of text as Markdown that shows it as it is, shortened."""
    line = shortened(in_one_line(text), LONGEST)
    line = SPECIAL.sub(r"\\\1", line.replace("&", "&amp;").replace("<", "&lt;"))
    return NUMBERED.sub(r"\1\\\2", line.replace(">", "&gt;"))


def code(text: str) -> str:
    """Return a line of text as code in Markdown, not shortened."""
    line = in_one_line(text)
    ticks = "`" * (max(map(len, TICKS.findall(line)), default=0) + 1)
    space = " " if line[:1] == "`" or line[-1:] == "`" else ""
    return f"{ticks}{space}{line}{space}{ticks}"


def _verdict(run: Run) -> Iterator[str]:
    yield f"## {verdict(run)}"
    yield ""
    where = run.environment
    facts = [numbers(run.counts)]
    if run.duration:
        facts.append(f"{run.duration:.1f} s")
    if run.started is not None:
        facts.append(f"{run.started:%Y-%m-%d %H:%M %Z}")
    facts += [
        where.shard and f"shard {where.shard}",
        where.server,
        where.revision and f"revision {where.revision}",
    ]
    yield " · ".join(map(escaped, filter(None, facts)))
    if where.selection:
        yield ""
        yield f"{SELECTED}{escaped(where.selection)}."
    if problem := own_problem(run):
        yield ""
        yield f"> {escaped(problem)}"


def _capabilities(run: Run) -> Iterator[str]:
    """Yield the table of capabilities: the rules that hold, and the examples by result."""
    by_capability: dict[str, list[Feature]] = {}
    for feature in run.features:
        by_capability.setdefault(feature.capability, []).append(feature)
    if not by_capability:
        return
    yield f"| Capability | Rules that hold | {' | '.join(COLUMNS)} |"
    yield f"| :-- |{' --: |' * (1 + len(COLUMNS))}"
    for capability, features in by_capability.items():
        rules = [rule for feature in features for rule in feature.rules if rule.name and rule.cases]
        held = sum(rule.status is Status.PASSED for rule in rules)
        counts = Counter(case.status for feature in features for case in feature.cases)
        cells = [sum(counts[status] for status in statuses) for statuses in COLUMNS.values()]
        name = escaped(capability or "features")
        if worst(feature.status for feature in features).is_failure:
            name = f"**{name}**"
        yield f"| {name} | {held} of {len(rules)} | {' | '.join(map(str, cells))} |"


def _failures(run: Run, command: str) -> Iterator[str]:
    entries = [*map(_hook, failed_hooks(run)), *_failed_cases(run, command)]
    if not entries:
        return
    yield f"### Failures ({len(entries)})"
    yield ""
    left, length = len(entries), 0
    for entry in entries:
        length += len(entry.encode())
        if length > LONGEST_LIST:
            break
        yield entry
        left -= 1
    if left:
        yield f"- … and {left} more: the reports have all of them."
    yield ""
    yield f"To repeat all of them: {code(RERUN.format(command))}"


def _failed_cases(run: Run, command: str) -> Iterator[str]:
    for _, rule in run.rules:
        for case in rule.cases:
            if case.status.is_failure:
                yield _failure(rule, case, command)


def _failure(rule: Rule, case: Case, command: str) -> str:
    said = next(_said(case), case.reason or message(None, case.status))
    name = f"**{escaped(rule.id)}** " if rule.id else ""
    of_rule = f"{escaped(rule.name)}: " if rule.name else ""
    return (
        f"- {name}{of_rule}*{escaped(case.name or case.keyword)}* ({case.status.value}):"
        f" {escaped(said)}<br>{code(repeated(case, command))}"
    )


def _said(case: Case) -> Iterator[str]:
    """Yield in a line why each step or hook failed, hooks with their names."""
    for one in case.executed:
        if one.status.is_failure:
            said = in_short(one) or message(one, one.status)
            yield said if isinstance(one, Step) else f"{one.name}: {said}"


def _hook(hook: Hook) -> str:
    return f"- *{escaped(hook.name)}* ({hook.status.value}): {escaped(message(hook, hook.status))}"


def _changes(changes: Changes) -> Iterator[str]:
    yield f"### Since {escaped(f'{changes.since:%Y-%m-%d %H:%M %Z}')}"
    yield ""
    yield from _changed("newly failing", changes.newly_failing)
    yield from _changed("holds again", changes.newly_held)
    yield from _changed("slower", changes.slower)


def _changed(what: str, listed: Iterable[Change]) -> Iterator[str]:
    lines = [
        f"- {what}: {f'**{escaped(one.rule)}** ' if one.rule else ''}{escaped(one.name)}"
        f" ({escaped(one.before)} → {escaped(one.now)})"
        for one in listed
    ]
    yield from _at_most(lines, what)


def _reasons(run: Run, status: Status, heading: str) -> Iterator[str]:
    """Yield the reasons of the cases of this status, the most frequent first."""
    reasons = Counter(reason(case) for case in run.cases if case.status is status)
    if reasons:
        yield f"### {heading} ({reasons.total()})"
        yield ""
        lines = [
            f"- {counted(n, 'example')}: {escaped(why.removeprefix(f'{status.value}: '))}"
            for why, n in reasons.most_common()
        ]
        yield from _at_most(lines, "reasons")


def _at_most(lines: list[str], what: str) -> Iterator[str]:
    yield from lines[:MOST_GROUPS]
    if (left := len(lines) - MOST_GROUPS) > 0:
        yield f"- … and {left} more ({what})"
