"""The hooks and the step of the sample `hooks-named`."""

from typing import Any

from behave import step
from behave.cucumber_expression import use_step_matcher_for_cucumber_expressions

use_step_matcher_for_cucumber_expressions()


@step("a step passes")
def _(context: Any) -> None:
    pass


def before_scenario(context: Any, scenario: Any) -> None:
    pass


def after_scenario(context: Any, scenario: Any) -> None:
    pass


before_scenario.__name__ = "A named before hook"
after_scenario.__name__ = "A named after hook"
