"""The steps of the sample `data-tables-doc-strings`."""

from typing import Any

from behave import step
from behave.cucumber_expression import use_step_matcher_for_cucumber_expressions

use_step_matcher_for_cucumber_expressions()


@step("a step with a data table a doc string")
def _(context: Any) -> None:
    assert context.table.headings == ["hello"]
    assert context.text.strip() == "world"  # behave indents it


@step("a step with a doc string a data table")
def _(context: Any) -> None:
    assert context.text == "hello"
    assert context.table.headings == ["world"]
