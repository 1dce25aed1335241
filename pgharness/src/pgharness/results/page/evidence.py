"""What explains a failed step or hook, each thing once."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from pgharness.results.model import Executed
from pgharness.results.page.attachments import Shown, shown
from pgharness.results.text import in_one_line

LONGEST: Final = 160
"""Characters of a message in a list."""

_VERBS: Final = {
    "differs": ("row differs", "rows differ"),
    "missing": ("row is missing", "rows are missing"),
    "surplus": ("row is not expected", "rows are not expected"),
}


@dataclass(frozen=True)
class Evidence:
    """What was attached, without what the message says too."""

    differences: tuple[Shown, ...]
    """Expected and actual tables: they come first, and say more than the message does."""
    others: tuple[Shown, ...]


def evidence(executed: Executed) -> Evidence:
    """Return what was attached to a step or a hook."""
    message = in_one_line(executed.problem.message) if executed.problem is not None else ""
    views = tuple(map(shown, executed.attachments))
    return Evidence(
        tuple(view for view in views if view.kind == "difference"),
        tuple(
            view
            for view in views
            if view.kind != "difference"
            and not (view.kind == "text" and in_one_line(view.text) in message)
        ),
    )


def in_short(executed: Executed) -> str:
    """Return in a line why a step or hook failed; empty if it does not say."""
    for view in evidence(executed).differences:
        counts = Counter(row.kind for row in view.rows)
        found = [(counts[kind], verbs) for kind, verbs in _VERBS.items() if counts[kind]]
        if found:
            return ", ".join(f"{number:,} {verbs[number > 1]}" for number, verbs in found)
    problem = executed.problem
    lines = problem.message.strip().splitlines() if problem is not None else []
    return lines[0][:LONGEST] if lines else ""
