"""The sample `global-hooks-beforeall-error`, with one hook of a kind."""

from typing import Any

from behave import step
from behave.cucumber_expression import use_step_matcher_for_cucumber_expressions

use_step_matcher_for_cucumber_expressions()


@step("a step passes")
def _(context: Any) -> None:
    pass


def before_all(context: Any) -> None:
    raise RuntimeError("BeforeAll hook went wrong")


def after_all(context: Any) -> None:
    pass
