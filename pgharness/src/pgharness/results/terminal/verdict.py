"""The verdict of a run in a sentence."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from pgharness.results.model import Run, Status
from pgharness.results.terminal.wording import in_one_line, numbers
from pgharness.results.text import counted
from pgharness.results.wording import FAILED, UNFINISHED, failed_hooks

MOST_NAMED: Final = 10
MOST_REASONS: Final = 3


def sentence(run: Run, *, dry_run: bool = False) -> str:
    """Return how many features, rules and examples there were, and what they showed."""
    if not any(True for _ in run.cases):
        return f"Nothing was run: {_message(run) or 'no example was selected'}"
    return f"{_size(run)}: {'; '.join(_dry(run) if dry_run else _parts(run))}"


def is_good(run: Run) -> bool:
    """Return whether the run holds, including its hooks, and at least one case was executed."""
    return run.holds and not any(failed_hooks(run)) and run.counts[Status.PASSED] > 0


def _size(run: Run) -> str:
    named = sum(1 for _, rule in run.rules if rule.name)
    sizes = [counted(len(run.features), "feature"), counted(sum(1 for _ in run.cases), "example")]
    if named:
        sizes.insert(1, counted(named, "rule"))
    return ", ".join(sizes)


def _dry(run: Run) -> Iterator[str]:
    yield "nothing was executed (dry run)"
    failed = {one: number for one, number in run.counts.items() if one.is_failure}
    if failed:
        yield numbers(failed)
    if (message := _message(run)) and not message.startswith("dry run"):
        yield message


def _parts(run: Run) -> Iterator[str]:
    counts = run.counts
    not_run = [*_reasons(run, Status.NOT_RUN)]
    skipped = [*_reasons(run, Status.SKIPPED)]
    if is_good(run):
        yield f"all hold ({'; '.join(skipped)})" if skipped else "all hold"
        return
    executed = {one: number for one, number in counts.items() if one.is_failure}
    executed[Status.PASSED] = counts[Status.PASSED]
    yield numbers(executed) or "none was executed"
    yield from _broken_rules(run)
    hooks = Counter(in_one_line(hook.name) for hook in failed_hooks(run))
    if hooks:
        yield f"{counted(hooks.total(), 'hook')} failed: {_named(hooks)}"
    yield from not_run
    yield from skipped
    message = _message(run)
    if message and not any(message in part for part in not_run):
        yield message


def _message(run: Run) -> str:
    """Return what the run itself says about its failure."""
    if run.message:
        return in_one_line(run.message)
    if run.finished is None:
        return _clause(UNFINISHED)
    silent = not run.success and run.counts[Status.NOT_RUN] == 0
    silent = silent and not any(one.is_failure for one in run.counts)
    return _clause(FAILED) if silent and not any(failed_hooks(run)) else ""


def _clause(text: str) -> str:
    """Return a sentence as a part of another."""
    return text[0].lower() + text[1:].removesuffix(".")


def _broken_rules(run: Run) -> Iterator[str]:
    broken = [rule for _, rule in run.rules if rule.name and rule.status.is_failure]
    if broken:
        verb = "does" if len(broken) == 1 else "do"
        names = _named(rule.id or f"“{in_one_line(rule.name)}”" for rule in broken)
        yield f"{counted(len(broken), 'rule')} {verb} not hold: {names}"


def _reasons(run: Run, status: Status) -> Iterator[str]:
    """Yield for each reason how many cases were skipped or not run, the commonest first."""
    word = status.value
    reasons = Counter(in_one_line(case.reason) for case in run.cases if case.status is status)
    for reason, number in reasons.most_common(MOST_REASONS):
        why = reason.removeprefix(word).lstrip(": ")
        yield f"{number:,} {word}: {why}" if why else f"{number:,} {word}"
    if more := reasons.total() - sum(number for _, number in reasons.most_common(MOST_REASONS)):
        yield f"{more:,} {word} for other reasons"


def _named(names: Iterable[str]) -> str:
    found = list(dict.fromkeys(names))
    more = len(found) - MOST_NAMED
    return ", ".join(found[:MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")
