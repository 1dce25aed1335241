"""The steps of the sample `examples-tables-attachment`."""

from pathlib import Path
from typing import Any

from behave import step
from behave.cucumber_expression import use_step_matcher_for_cucumber_expressions

use_step_matcher_for_cucumber_expressions()


@step("a JPEG image is attached")
def _(context: Any) -> None:
    _attach(context, "jpeg")


@step("a PNG image is attached")
def _(context: Any) -> None:
    _attach(context, "png")


def _attach(context: Any, kind: str) -> None:
    picture = Path(context.feature.filename).with_name(f"cucumber.{kind}")
    context.attach(f"image/{kind}", picture.read_bytes())
