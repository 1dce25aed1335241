"""Factories create valid rows, and their parents, in the given session."""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final
from uuid import UUID

import psycopg
import pytest
from factory.declarations import LazyFunction, SelfAttribute, Sequence, Trait
from sqlalchemy import Engine, inspect, select
from sqlalchemy.orm import Session

from orders import Base, Customer, Line, Order, Status
from pgharness.data.fingerprints import rows
from pgharness.data.row_factory import Collected, RowFactory, parent
from pgharness.observe import statement_recorder

NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
NAIVE: Final = NOON.replace(tzinfo=None)
HOUR: Final = timedelta(hours=1)


class CustomerFactory(RowFactory[Customer]):
    """A customer who joins now."""

    class Meta:
        model = Customer

    now: ClassVar[Any] = NOON
    email = Sequence("customer{}@example.org".format)
    joined_at = SelfAttribute("now")


class OrderFactory(RowFactory[Order]):
    """An order that `customer` places now, with as many lines as are asked for."""

    class Meta:
        model = Order

    class Params:
        paid = Trait(status=Status.PAID, priority=1)
        urgent = Trait(priority=9)

    now: ClassVar[Any] = NOON
    customer = parent(CustomerFactory)
    customer_id = SelfAttribute("customer.id")
    title = Sequence("Order {}".format)
    status = Status.OPEN
    details = LazyFunction(lambda: {"rows": 1200})
    placed_at = SelfAttribute("now")

    @classmethod
    def _bring_along(cls, session: Session, made: list[Order]) -> None:
        collected = Collected()
        for order in made:
            for number in range(order.priority or 0):
                LineFactory.create(
                    session=session, collected=collected, order=order, article=f"Article {number}"
                )
        LineFactory.insert(session, collected.rows)


class LineFactory(RowFactory[Line]):
    """A line of `order`, which is `customer`'s."""

    class Meta:
        model = Line

    now: ClassVar[Any] = NOON
    order = parent(OrderFactory)
    order_id = SelfAttribute("order.id")
    customer_id = SelfAttribute("order.customer_id")
    article = "Mug"


def values(one: Base) -> dict[str, Any]:
    """Return what an object has in its columns."""
    return {name: getattr(one, name) for name in inspect(type(one)).columns.keys()}  # noqa: SIM118


def stored(shop: Engine, model: type[Base]) -> list[dict[str, Any]]:
    """Return the committed rows, as a session finds them that has made none of them."""
    with Session(shop) as fresh:
        return [values(one) for one in fresh.scalars(select(model).order_by("id"))]


def counted(connection: psycopg.Connection) -> dict[str, int]:
    """Return how many rows are committed."""
    return {table: len(rows(connection, table)) for table in ("customers", "orders", "lines")}


def test_what_is_made_is_stored_as_it_was_asked_for(shop: Engine, making: Session) -> None:
    asked = {
        "title": "Import",
        "details": None,
        "labels": ["a", "b,c"],
        "reminders": [NOON, NOON + HOUR],
        "placed_at": NOON - HOUR,
        "reference": UUID(int=7),
        "own_details": {"a": 1},
        "own_time": NOON,
    }
    made = OrderFactory.create(session=making, **asked)
    making.commit()
    (found,) = stored(shop, Order)
    assert found == values(made)
    assert found | asked == found


def test_what_the_database_adds_is_in_what_was_made(shop: Engine, making: Session) -> None:
    made = CustomerFactory.create(session=making)
    assert (made.country, made.joined_at) == ("NL", NOON)
    assert making.get(Customer, made.id) is made
    making.commit()
    assert stored(shop, Customer) == [values(made)]


@pytest.mark.parametrize("comment", ["a regular", None])
def test_a_column_may_have_another_name_than_its_attribute(
    comment: str | None, shop: Engine, making: Session
) -> None:
    made = CustomerFactory.create(session=making, comment=comment)
    made_at_once = CustomerFactory.create_batch(2, session=making, comment=comment)
    making.commit()
    assert [one["comment"] for one in stored(shop, Customer)] == [comment] * 3
    assert stored(shop, Customer) == [values(one) for one in [made, *made_at_once]]


def test_what_was_made_can_be_changed_in_its_session(shop: Engine, making: Session) -> None:
    CustomerFactory.create(session=making).country = "BE"
    making.commit()
    assert [row["country"] for row in stored(shop, Customer)] == ["BE"]


def test_what_is_not_said_is_unique(making: Session) -> None:
    made = [CustomerFactory.create(session=making) for _ in range(3)]
    made += CustomerFactory.create_batch(3, session=making)
    assert len({customer.email for customer in made}) == len(made)


def test_a_status_is_a_trait(making: Session) -> None:
    assert OrderFactory.statuses() == ["paid", "urgent"]
    assert OrderFactory.create(session=making).status is Status.OPEN
    paid = OrderFactory.create(session=making, paid=True)
    assert (paid.status, paid.priority) == (Status.PAID, 1)


def test_a_factory_says_what_it_makes() -> None:
    assert OrderFactory.model() is Order


def test_parents_that_are_not_handed_in_are_made_at_the_same_time(
    making: Session, connection: psycopg.Connection
) -> None:
    line = LineFactory.create(session=making, now=NOON + HOUR)
    making.commit()
    assert counted(connection) == {"customers": 1, "orders": 1, "lines": 1}
    assert line.order_id == rows(connection, "orders")[0]["id"]
    assert rows(connection, "orders")[0]["placed_at"] == NOON + HOUR
    assert rows(connection, "customers")[0]["joined_at"] == NOON + HOUR


def test_a_parent_that_is_handed_in_is_not_made_again(
    making: Session, connection: psycopg.Connection
) -> None:
    customer = CustomerFactory.create(session=making)
    order = OrderFactory.create(session=making, customer=customer)
    LineFactory.create(session=making, order=order)
    OrderFactory.create_batch(2, session=making, customer=customer)
    making.commit()
    assert counted(connection) == {"customers": 1, "orders": 3, "lines": 1}


def test_what_a_row_cannot_be_without_is_made_with_it(
    making: Session, connection: psycopg.Connection
) -> None:
    OrderFactory.create_batch(2, session=making, priority=3)
    making.commit()
    assert counted(connection) == {"customers": 2, "orders": 2, "lines": 6}


@pytest.mark.parametrize(("ends", "left"), [("commit", 1), ("rollback", 0)])
def test_nothing_is_committed_but_by_the_owner_of_the_session(
    ends: str, left: int, making: Session, connection: psycopg.Connection
) -> None:
    CustomerFactory.create(session=making)
    assert len(making.scalars(select(Customer)).all()) == 1
    assert counted(connection)["customers"] == 0
    getattr(making, ends)()
    assert counted(connection)["customers"] == left


@pytest.mark.parametrize(
    "times",
    [{"now": NAIVE}, {"placed_at": NAIVE}, {"own_time": NAIVE}, {"reminders": [NOON, NAIVE]}],
    ids="".join,
)
def test_a_time_without_a_zone_is_refused(
    times: dict[str, Any], making: Session, connection: psycopg.Connection
) -> None:
    customer = CustomerFactory.create(session=making)
    said = r"needs a time with a zone, not 2026-03-02 12:00:00$"
    with pytest.raises(ValueError, match=said):
        OrderFactory.create(session=making, customer=customer, **times)
    making.commit()
    assert counted(connection) == {"customers": 1, "orders": 0, "lines": 0}


def test_a_row_needs_a_session() -> None:
    with pytest.raises(AssertionError) as refusal:
        CustomerFactory.create()
    assert str(refusal.value) == "a Customer is made in no session"


def test_a_name_that_is_no_column_is_refused(making: Session) -> None:
    with pytest.raises(TypeError, match="emial"):
        CustomerFactory.create(session=making, emial="ada@example.org")


@pytest.mark.parametrize("number", [0, 1, 100, 10_000])
def test_many_rows_are_made_in_few_statements(number: int, shop: Engine, making: Session) -> None:
    customer = CustomerFactory.create(session=making)
    with statement_recorder.watched(shop) as sent:
        made = OrderFactory.create_batch(number, session=making, customer=customer)
    assert len(sent) <= 10
    making.commit()
    assert stored(shop, Order) == [values(one) for one in made]
    assert len({one.title for one in made}) == number
