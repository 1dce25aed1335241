"""The step of the sample `pending-exception`."""

from typing import Any

from behave import step
from behave.api.pending_step import StepNotImplementedError
from behave.cucumber_expression import use_step_matcher_for_cucumber_expressions

use_step_matcher_for_cucumber_expressions()


@step("an unimplemented pending step")
def _(context: Any) -> None:
    raise StepNotImplementedError("TODO")
