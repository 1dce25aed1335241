"""The steps of both features."""

from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from threading import Barrier

from behave import given, then, when
from behave.runner import Context
from httpx2 import Response
from sqlalchemy import func, select

from orders.models import Base, Customer, Order, OrderLine


@given("the customer {email}")
def stored_customer(context: Context, email: str) -> None:
    context.customer = Customer(email=email)
    context.session.add(context.customer)
    context.session.commit()


@given("an order of {quantity:d} mugs at {cents:d} cents")
def stored_order(context: Context, quantity: int, cents: int) -> None:
    line = OrderLine(product="mug", quantity=quantity, cents=cents)
    context.order = Order(customer_id=context.customer.id, lines=[line])
    context.session.add(context.order)
    context.session.commit()


@when("a customer registers as {email}")
def register(context: Context, email: str) -> None:
    context.response = context.client.post("/customers", json={"email": email})


@when("two requests register {email} at the same time")
def register_twice(context: Context, email: str) -> None:
    both = Barrier(2)

    def post(_: int) -> Response:
        both.wait()
        return context.client.post("/customers", json={"email": email})

    with ThreadPoolExecutor() as threads:
        context.responses = list(threads.map(post, range(2)))


@when("the customer is removed")
def remove(context: Context) -> None:
    context.response = context.client.delete(f"/customers/{context.customer.id}")


@when("an order of {quantity:d} mugs at {cents:d} cents is placed")
def place(context: Context, quantity: int, cents: int) -> None:
    context.response = context.client.post(
        f"/customers/{context.customer.id}/orders",
        json=[{"product": "mug", "quantity": quantity, "cents": cents}],
    )


@when("the order is paid")
def pay(context: Context) -> None:
    context.response = context.client.post(f"/orders/{context.order.id}/payment")


@then("the request is answered with a total of {total:d}")
def answered(context: Context, total: int) -> None:
    assert context.response.json()["total"] == total


@then("the request is refused: {reason}")
def refused(context: Context, reason: str) -> None:
    assert context.response.status_code == HTTPStatus.CONFLICT
    assert context.response.json() == {"detail": reason}


@then("one of them is refused: {reason}")
def one_is_refused(context: Context, reason: str) -> None:
    done, context.response = sorted(context.responses, key=lambda found: found.status_code)
    assert done.status_code == HTTPStatus.CREATED
    refused(context, reason)


@then("there is {number:d} customer")
@then("there are {number:d} customers")
def customers(context: Context, number: int) -> None:
    _stored(context, Customer, number)


@then("there are {number:d} orders")
def orders(context: Context, number: int) -> None:
    _stored(context, Order, number)


@then("there are {number:d} order lines")
def order_lines(context: Context, number: int) -> None:
    _stored(context, OrderLine, number)


def _stored(context: Context, kind: type[Base], number: int) -> None:
    assert context.session.scalar(select(func.count()).select_from(kind)) == number
    context.session.commit()
