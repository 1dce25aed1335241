"""The steps of the sample `retry`."""

from itertools import count
from typing import Any

from behave import step
from behave.cucumber_expression import use_step_matcher_for_cucumber_expressions

use_step_matcher_for_cucumber_expressions()

of_second, of_third = count(1), count(1)


@step("a step that always passes")
def _(context: Any) -> None:
    pass


@step("a step that passes the second time")
def _(context: Any) -> None:
    _fail_before(2, next(of_second))


@step("a step that passes the third time")
def _(context: Any) -> None:
    _fail_before(3, next(of_third))


@step("a step that always fails")
def _(context: Any) -> None:
    _fail_before(2, 1)


def _fail_before(needed: int, attempt: int) -> None:
    if attempt < needed:
        raise RuntimeError("Exception in step")
