"""The step of the sample `regular-expression`."""

from typing import Any

from behave import step, use_step_matcher

use_step_matcher("re0")


@step("^a (.*?)(?: and a (.*?))?(?: and a (.*?))?$")
def _(context: Any, _first: str, _second: str | None, _third: str | None) -> None:
    pass
