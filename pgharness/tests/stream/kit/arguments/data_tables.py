"""The steps of the sample `data-tables`."""

from typing import Any

from behave import step
from behave.cucumber_expression import use_step_matcher_for_cucumber_expressions

use_step_matcher_for_cucumber_expressions()


@step("the following table is transposed:")
def _(context: Any) -> None:
    rows = [context.table.headings, *(row.cells for row in context.table)]
    context.transposed = [list(column) for column in zip(*rows, strict=True)]


@step("it should be:")
def _(context: Any) -> None:
    rows = [context.table.headings, *(row.cells for row in context.table)]
    assert context.transposed == rows
