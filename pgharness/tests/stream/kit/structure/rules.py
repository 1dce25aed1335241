"""The steps of the sample `rules`."""

from typing import Any

from behave import step
from behave.cucumber_expression import use_step_matcher_for_cucumber_expressions

use_step_matcher_for_cucumber_expressions()


@step("the customer has {int} cents")
def _(context: Any, cents: int) -> None:
    context.money = cents


@step("there are chocolate bars in stock")
def _(context: Any) -> None:
    context.stock = True


@step("there are no chocolate bars in stock")
def _(context: Any) -> None:
    context.stock = False


@step("the customer tries to buy a {int} cent chocolate bar")
def _(context: Any, price: int) -> None:
    context.sold = context.stock and context.money >= price


@step("the sale should not happen")
def _(context: Any) -> None:
    assert not context.sold


@step("the sale should happen")
def _(context: Any) -> None:
    assert context.sold
