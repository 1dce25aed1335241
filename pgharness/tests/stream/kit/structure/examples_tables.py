"""The steps of the sample `examples-tables`."""

from typing import Any

from behave import step
from behave.cucumber_expression import use_step_matcher_for_cucumber_expressions

use_step_matcher_for_cucumber_expressions()


@step("there are {int} cucumbers")
def _(context: Any, count: int) -> None:
    context.count = count


@step("there are {int} friends")
def _(context: Any, friends: int) -> None:
    context.friends = friends


@step("I eat {int} cucumbers")
def _(context: Any, count: int) -> None:
    context.count -= count


@step("I should have {int} cucumbers")
def _(context: Any, expected: int) -> None:
    assert context.count == expected


@step("each person can eat {int} cucumbers")
def _(context: Any, expected: int) -> None:
    assert context.count // (1 + context.friends) == expected
