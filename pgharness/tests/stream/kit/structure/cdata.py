"""The step of the sample `cdata`."""

from typing import Any

from behave import step
from behave.cucumber_expression import use_step_matcher_for_cucumber_expressions

use_step_matcher_for_cucumber_expressions()


@step("I have {int} <![CDATA[cukes]]> in my belly")
def _(context: Any, _count: int) -> None:
    pass
