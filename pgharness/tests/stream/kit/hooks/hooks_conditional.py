"""The hooks and the step of the sample `hooks-conditional`."""

from typing import Any

from behave import step
from behave.cucumber_expression import use_step_matcher_for_cucumber_expressions

use_step_matcher_for_cucumber_expressions()


@step("a step passes")
def _(context: Any) -> None:
    pass


def before_tag(context: Any, tag: str) -> None:
    if tag == "fail-before":
        raise RuntimeError("Exception in conditional hook")


def after_tag(context: Any, tag: str) -> None:
    if tag == "fail-after":
        raise RuntimeError("Exception in conditional hook")
