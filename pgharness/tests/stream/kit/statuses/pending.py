"""The steps of the sample `pending`."""

from typing import Any

from behave import step
from behave.api.pending_step import StepNotImplementedError
from behave.cucumber_expression import use_step_matcher_for_cucumber_expressions

use_step_matcher_for_cucumber_expressions()


@step("an implemented non-pending step")
def _(context: Any) -> None:
    pass


@step("an implemented step that is skipped")
def _(context: Any) -> None:
    pass


@step("an unimplemented pending step")
def _(context: Any) -> None:
    raise StepNotImplementedError
