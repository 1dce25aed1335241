"""The steps of the sample `skipped`."""

from typing import Any

from behave import step
from behave.cucumber_expression import use_step_matcher_for_cucumber_expressions

use_step_matcher_for_cucumber_expressions()


@step("a step that does not skip")
def _(context: Any) -> None:
    pass


@step("a step that is skipped")
def _(context: Any) -> None:
    pass


@step("I skip a step")
def _(context: Any) -> None:
    context.scenario.skip()
