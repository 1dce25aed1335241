"""Hooks of a stream: how they are called, and what belongs to a feature or a rule."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from cucumber_messages import Hook, HookType

from pgharness.results import model
from pgharness.results.model import Status

OF_ELEMENT: Final = re.compile(r"(.*) (\S+):(\d+)$")
"""The name of a hook of a feature or a rule: what it is, and the place of the element."""
KINDS: Final = {
    HookType.before_test_run: "before_all",
    HookType.after_test_run: "after_all",
    HookType.before_test_case: "before_scenario",
    HookType.after_test_case: "after_scenario",
    HookType.before_test_step: "before_step",
    HookType.after_test_step: "after_step",
}
LATE: Final = frozenset({HookType.after_test_case})


def blocked(hooks: Iterable[model.Hook]) -> Iterator[tuple[str, str]]:
    """Yield the place of each element that could not begin, and why."""
    for hook in hooks:
        match = OF_ELEMENT.match(hook.name)
        if match and hook.status.is_failure and match[1].startswith("before_"):
            said = hook.problem.message if hook.problem else ""
            first = said.splitlines()[0] if said else ""
            yield (
                f"{match[2]}:{match[3]}",
                f"not run: {match[1]} failed" + (f": {first}" if first else ""),
            )


def as_error(hook: model.Hook) -> model.Hook:
    """Return a hook that is an error if an assertion failed in it: it states no criterion."""
    return replace(hook, status=Status.ERROR) if hook.status is Status.FAILED else hook


def hook_name(hook: Hook) -> str:
    """Return the name of a hook, or its kind, with the tag that it is for."""
    tag = hook.tag_expression or ""
    kind = KINDS[hook.type] if hook.type else "hook"
    if tag and not hook.name:
        kind = kind.replace("scenario", "tag").replace("all", "tag")
    return " ".join(filter(None, [hook.name or kind, tag]))
