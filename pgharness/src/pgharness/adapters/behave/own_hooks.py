"""Check that a project's own hooks call those of pgharness, without which tags have no effect.

Each hook records in the context that it was called, until its element ends. The check runs before
a scenario with a database, and after one without. A hook may be missing for scenarios that have
no tags of pgharness and no database.
"""

from collections.abc import Iterator
from typing import Final

from behave.model import Scenario
from behave.runner import Context

from pgharness.adapters.behave import scope_tags
from pgharness.adapters.behave.ending import end_run
from pgharness.adapters.behave.hooks import FIXTURES
from pgharness.adapters.behave.reporting import reports
from pgharness.adapters.behave.scope_tags import PREFIX, Element
from pgharness.core.errors import HarnessError
from pgharness.core.exits import interruptions

GIVEN: Final = ("session", "engine", "database", "world")
"""The attributes of the context that our `before_scenario` sets."""


def goes_on(context: Context) -> bool:
    """Return whether the run has begun and not ended; end it if it has not begun."""
    if "harness" not in context and "ended_by" not in context:
        end_run(
            context,
            HarnessError(
                "environment.py needs pgharness's before_all: import it from"
                " pgharness.adapters.behave, or call it in your own."
            ),
        )
    return "ended_by" not in context


def note(context: Context, called: str) -> None:
    """Record until the element ends that a hook was called, or `before_tag` for a tag."""
    context.pgharness_called = {*_called(context), called}


def _called(context: Context) -> set[str]:
    return getattr(context, "pgharness_called", set())


def check_before(context: Context, scenario: Scenario) -> None:
    """End the run if `after_scenario` was not called for the previous scenario.

    Raises `HarnessError` for a tag of the scenario, its rule or its feature without a hook call.
    """
    before = context.harness.unended
    if before is not None and not before.hook_failed and interruptions.first is None:
        end_run(
            context,
            HarnessError(
                "environment.py needs pgharness's after_scenario: import it from"
                " pgharness.adapters.behave, or call it in your own; of"
                f" “{before.name}” it was not."
            ),
        )
        return
    for element in _around(scenario):
        scope_tags.check(element)
        for tag in element.tags:
            hook = _hook(tag, element)
            noted = tag if hook == "before_tag" else hook
            if hook is not None and noted not in _called(context):
                raise _needed(f"@{tag} does nothing", hook)


def _around(scenario: Scenario) -> Iterator[Element]:
    element = scenario
    while element is not None:
        if element.type != "scenario_outline":  # its examples have its tags
            yield element
        element = element.parent


def _hook(tag: str, element: Element) -> str | None:
    """Return the hook that implements a tag of pgharness; None for other tags."""
    if tag in FIXTURES:
        return "before_tag"
    return f"before_{element.type}" if tag.startswith(PREFIX) else None


def _needed(why: str, hook: str) -> HarnessError:
    return HarnessError(
        f"{why}: environment.py needs pgharness's {hook}, imported from"
        " pgharness.adapters.behave or called in your own."
    )


def check_after(context: Context, scenario: Scenario) -> None:
    """Raise `HarnessError` if a scenario used pgharness and `before_scenario` was not called."""
    hook = "before_scenario"
    excused = scenario.hook_failed or scenario.should_skip or interruptions.first is not None
    if excused or hook in _called(context):
        return
    for element in _around(scenario):
        for tag in element.tags:
            if _hook(tag, element) is not None:
                raise _needed(f"@{tag} does nothing", hook)
    step = reports.failed_step(scenario)
    if step is not None and isinstance(step.exception, AttributeError):
        for name in GIVEN:
            if f"Context' object has no attribute '{name}'" in str(step.exception):
                raise _needed(f"context.{name} is not there", hook)
