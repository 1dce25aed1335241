"""Numbers, times and verdicts as readers see them."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from pgharness.results.model import WORST_FIRST, Rule, Status

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
"""`strftime` would name them in the language of the machine."""

MEANINGS: Final = {
    "holds": "Of a rule: every example of it that was run passed. Of a public requirement: so did"
    " every example that shows it.",
    "does not hold": "Of a rule or a public requirement: at least one example of it did not pass;"
    " its status says why.",
    "partly run": "Of a rule: what was run of it passed, and the run ended before the rest.",
    "open": "Of a public requirement: no rule shows whether the service meets it.",
    "not in this run": "Of a public requirement: the rules that show it were not selected.",
    "passed": "The service did what the example says.",
    "failed": "The service did something else than what the example says.",
    "error": "The check broke off by an error that it did not expect, of the service or of itself.",
    "undefined": "No code checks a step of the example yet (it has no step definition).",
    "ambiguous": "Several step definitions claim a step of the example, so none was run.",
    "pending": "The code that checks a step of the example is not written yet.",
    "not run": "The run ended before the example was finished. It says nothing about the rule.",
    "skipped": "An example that was left out for the reason given, which says nothing about the"
    " rule; or a step after the one that failed.",
}
"""What the words for verdicts and statuses mean."""

_COUNTED: Final = {Status.ERROR: "with errors"}
"""How a status is called behind a number, if not by its name."""

_MINUTE: Final = 60
_HOUR: Final = 3600
_WITH_TENTHS: Final = 10


def duration(seconds: float) -> str:
    """Return seconds in a unit of a fitting size."""
    if seconds < 0.9995:  # noqa: PLR2004 - from here on it is rounded to 1.0 s
        return f"{seconds * 1000:.0f} ms"
    if seconds < _WITH_TENTHS:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE} s"
    return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE} min"


def revision(commit: str) -> str:
    """Return a commit, and whether its checkout had changes (`+`)."""
    return (
        f"{commit.removesuffix('+')} with changes not committed" if commit[-1:] == "+" else commit
    )


def moment(time: datetime) -> str:
    """Return a time in UTC, to the minute."""
    utc = time.astimezone(UTC)
    return f"{utc.day} {MONTHS[utc.month - 1]} {utc.year}, {utc:%H:%M} UTC"


def listed(counts: Mapping[Status, int]) -> str:
    """Return the numbers of examples by status, `1,880 passed, 3 failed` for example."""
    order = (Status.PASSED, *(each for each in WORST_FIRST if each is not Status.PASSED))
    found = [each for each in order if counts.get(each)]
    if found == [Status.PASSED]:
        return "all passed" if counts[Status.PASSED] > 1 else "passed"
    return ", ".join(f"{counts[each]:,} {_COUNTED.get(each, each)}" for each in found)


def verdict_of(rule: Rule) -> str:
    """Return whether a rule holds, in the words of `MEANINGS`."""
    match rule.status:
        case Status.PASSED:
            return "holds"
        case Status.FAILED:
            return "does not hold"
        case Status.NOT_RUN:
            return (
                "not run" if set(rule.counts) <= {Status.NOT_RUN, Status.SKIPPED} else "partly run"
            )
        case Status.SKIPPED:
            return "skipped"
        case status:
            return f"does not hold: {status}"


def add(counts: list[Counter[Status]]) -> Counter[Status]:
    """Return the sum of counts."""
    return sum(counts, Counter())
