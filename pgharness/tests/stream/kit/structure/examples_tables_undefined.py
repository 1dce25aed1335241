"""The steps of the samples with examples that match no step."""

from typing import Any

from behave import step
from behave.cucumber_expression import use_step_matcher_for_cucumber_expressions

use_step_matcher_for_cucumber_expressions()


@step("there are {int} cucumbers")
def _(context: Any, count: int) -> None:
    context.count = count


@step("I eat {int} cucumbers")
def _(context: Any, count: int) -> None:
    context.count -= count


@step("I should have {int} cucumbers")
def _(context: Any, expected: int) -> None:
    assert context.count == expected
