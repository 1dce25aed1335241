"""The steps of the sample `all-statuses`."""

from typing import Any

from behave import step, use_step_matcher
from behave.api.pending_step import StepNotImplementedError

use_step_matcher("re0")


@step("^a step$")
def _(context: Any) -> None:
    pass


@step("^a failing step$")
def _(context: Any) -> None:
    raise RuntimeError("whoops")


@step("^a pending step$")
def _(context: Any) -> None:
    raise StepNotImplementedError


@step("^a skipped step$")
def _(context: Any) -> None:
    context.scenario.skip()


@step("^an ambiguous (.*?)$")
def _(context: Any, _what: str) -> None:
    pass


@step("^(.*?) ambiguous step$")
def _(context: Any, _which: str) -> None:
    pass
