"""The step of the sample `doc-strings-with-expression`."""

from typing import Any

from behave import step
from behave.cucumber_expression import use_step_matcher_for_cucumber_expressions

use_step_matcher_for_cucumber_expressions()


@step("a {string} with a doc string:")
def _(context: Any, name: str) -> None:
    assert name == "Cucumber"
    assert context.text == "Cucumis sativus"
