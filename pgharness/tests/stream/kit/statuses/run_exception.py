"""The step of the sample `test-run-exception`."""

from typing import Any

from behave import step
from behave.cucumber_expression import use_step_matcher_for_cucumber_expressions

use_step_matcher_for_cucumber_expressions()


@step("a step")
def _(context: Any) -> None:
    pass
