"""The sample `global-hooks-attachments`."""

from typing import Any

from behave import step
from behave.cucumber_expression import use_step_matcher_for_cucumber_expressions

use_step_matcher_for_cucumber_expressions()


@step("a step passes")
def _(context: Any) -> None:
    pass


def before_all(context: Any) -> None:
    context.attach("text/plain", "Attachment from BeforeAll hook")


def after_all(context: Any) -> None:
    context.attach("text/plain", "Attachment from AfterAll hook")
