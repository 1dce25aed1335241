"""What explains a failed step or hook, each thing once."""

from dataclasses import dataclass

from pgharness.results.model import Executed
from pgharness.results.page.attachments import Shown, shown
from pgharness.results.text import in_one_line


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
