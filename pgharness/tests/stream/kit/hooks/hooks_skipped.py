"""The sample `hooks-skipped`, with one hook of a kind."""

from typing import Any

from behave import step
from behave.cucumber_expression import use_step_matcher_for_cucumber_expressions

use_step_matcher_for_cucumber_expressions()


@step("a normal step")
def _(context: Any) -> None:
    pass


@step("a step that skips")
def _(context: Any) -> None:
    context.scenario.skip()


def before_scenario(context: Any, scenario: Any) -> None:
    if "skip-before" in scenario.tags:
        scenario.skip()


def after_scenario(context: Any, scenario: Any) -> None:
    if "skip-after" in scenario.tags:
        scenario.skip()
