"""The hooks and steps of the sample `hooks`."""

from typing import Any

from behave import step
from behave.cucumber_expression import use_step_matcher_for_cucumber_expressions

use_step_matcher_for_cucumber_expressions()


@step("a step passes")
def _(context: Any) -> None:
    pass


@step("a step fails")
def _(context: Any) -> None:
    raise RuntimeError("Exception in step")


def before_scenario(context: Any, scenario: Any) -> None:
    pass


def after_scenario(context: Any, scenario: Any) -> None:
    pass
