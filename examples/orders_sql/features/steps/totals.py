"""The steps of the feature."""

from behave import then, when
from behave.runner import Context

import orders


@when("{customer} orders a mug for {mug:d} cents and a plate for {plate:d} cents")
def place(context: Context, customer: str, mug: int, plate: int) -> None:
    context.order = orders.place(context.connection, customer, {"mug": mug, "plate": plate})


@then("the total is {cents:d} cents")
def adds_up(context: Context, cents: int) -> None:
    assert orders.total(context.connection, context.order) == cents


@then("there is no order")
def none(context: Context) -> None:
    assert context.database.observer.execute("SELECT FROM orders").fetchone() is None
