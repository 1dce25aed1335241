"""The steps of the samples with several features."""

from typing import Any

from behave import step
from behave.cucumber_expression import use_step_matcher_for_cucumber_expressions

use_step_matcher_for_cucumber_expressions()


@step("an order for {string}")
def _(context: Any, _product: str) -> None:
    pass
