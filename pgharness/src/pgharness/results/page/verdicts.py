"""The verdict on a run, in a sentence."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from pgharness.results.model import Run, Status
from pgharness.results.page.words import listed
from pgharness.results.text import counted
from pgharness.results.wording import SELECTED, UNFINISHED

GOES_ON: Final = "It is going on, or was killed."
"""What `UNFINISHED` says besides the headline."""

_VERBS: Final = {
    "rule": (("holds", "hold"), ("does not hold", "do not hold")),
    "example": (("passed", "passed"), ("failed", "failed")),
}
"""Of each noun, the good and the bad verb, each for one and for many."""


@dataclass(frozen=True)
class Verdict:
    """What a run says as a whole."""

    kind: Literal["good", "bad", "none"]
    """`none` if nothing failed and nothing was judged."""
    sentence: str
    details: tuple[str, ...]
    """More sentences."""


def verdict(run: Run) -> Verdict:
    """Return the verdict on a run; it is good only if the run holds."""
    if not any(run.cases):
        return _without_cases(run)
    good = run.holds and run.counts[Status.PASSED] > 0
    kind: Literal["good", "bad", "none"] = "good" if good else "none" if run.holds else "bad"
    return Verdict(kind, _sentence(run), tuple(_details(run)))


def _without_cases(run: Run) -> Verdict:
    if run.message or any(hook.status.is_failure for hook in run.hooks):
        details = tuple(filter(None, [run.message]))
        return Verdict("bad", "The run could not start, so no rule was judged.", details)
    if run.finished is None:
        return Verdict("bad", "The run did not finish, and no rule was judged.", ())
    return Verdict("bad", "No example was selected, so no rule was judged.", ())


def _sentence(run: Run) -> str:
    noun, statuses = _judged(run)
    total, failing = counted(len(statuses), noun), sum(each.is_failure for each in statuses)
    passed, skipped = statuses.count(Status.PASSED), statuses.count(Status.SKIPPED)
    hold, fail = _VERBS[noun]
    if failing:
        which = f"{failing:,} of {total}" if len(statuses) > 1 else f"The only {noun}"
        return f"{which} {fail[failing > 1]}."
    if run.finished is None or Status.NOT_RUN in statuses:
        ended = "did not finish" if run.finished is None else "ended early"
        rest = statuses.count(Status.NOT_RUN)
        held = f"{passed:,} of {total} {hold[passed > 1]}"
        return f"The run {ended}: {held}, {rest:,} {'was' if rest == 1 else 'were'} not fully run."
    if not run.success:
        return f"The run failed, although no {noun} did."
    if not passed:
        return f"No {noun} was judged: every example was skipped."
    if skipped:
        were = "was" if skipped == 1 else "were"
        return f"{counted(passed, noun)} {hold[passed > 1]}; {skipped:,} {were} skipped."
    return f"All {total} {hold[1]}." if passed > 1 else f"The only {noun} {hold[0]}."


def _judged(run: Run) -> tuple[str, list[Status]]:
    """Return what the verdict counts: rules, or examples if there are some outside of rules."""
    rules = [rule for _, rule in run.rules if rule.cases]
    if all(rule.name for rule in rules):
        return "rule", [rule.status for rule in rules]
    return "example", [case.status for case in run.cases]


def _details(run: Run) -> Iterator[str]:
    yield f"{counted(run.counts.total(), 'example')}: {listed(run.counts)}."
    failed = [hook.name for hook in run.hooks if hook.status.is_failure]
    if failed:
        yield f"Failed outside of the examples: {', '.join(failed)}."
    if run.finished is None:
        yield UNFINISHED if any(map(_fails, run.counts)) else GOES_ON
    if run.message:
        yield _as_sentence(run.message)
    if run.environment.selection:
        yield f"{SELECTED}{run.environment.selection}."


def _fails(status: Status) -> bool:
    return status.is_failure


def _as_sentence(message: str) -> str:
    """Return what a run says of itself, `interrupted (SIGINT)` for example, as a sentence."""
    text = message.strip()
    if text.startswith("interrupted"):
        return f"It was {text}."
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?', ':')) else '.'}"
