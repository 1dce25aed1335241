"""The hooks and the step of the sample `hooks-attachment`."""

from pathlib import Path
from typing import Any

from behave import step
from behave.cucumber_expression import use_step_matcher_for_cucumber_expressions

use_step_matcher_for_cucumber_expressions()


@step("a step passes")
def _(context: Any) -> None:
    pass


def before_scenario(context: Any, scenario: Any) -> None:
    _attach(context, scenario)


def after_scenario(context: Any, scenario: Any) -> None:
    _attach(context, scenario)


def _attach(context: Any, scenario: Any) -> None:
    picture = Path(scenario.filename).with_name("cucumber.svg")
    context.attach("image/svg+xml", picture.read_bytes())
