"""The shop's interface."""

from typing import Any

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import Engine, delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from orders.models import Customer, Order, OrderLine, OrderStatus


class NewCustomer(BaseModel):
    """The public data of a customer."""

    email: str
    preferences: dict[str, Any] = {}


class NewLine(BaseModel):
    """One product, how many of it, and what one costs."""

    product: str
    quantity: int
    cents: int


def create_app(engine: Engine) -> FastAPI:
    """Return the application on a database; each request is one transaction."""
    app = FastAPI()

    @app.post("/customers", status_code=201)
    def register(new: NewCustomer) -> dict[str, int]:
        customer = Customer(email=new.email, preferences=new.preferences)
        try:
            with Session(engine) as session, session.begin():
                session.add(customer)
                session.flush()
                return {"id": customer.id}
        except IntegrityError:
            raise HTTPException(409, "the address is taken") from None

    @app.delete("/customers/{customer}", status_code=204)
    def forget(customer: int) -> None:
        with Session(engine) as session, session.begin():
            session.execute(delete(Customer).where(Customer.id == customer))

    @app.post("/customers/{customer}/orders", status_code=201)
    def place(customer: int, lines: list[NewLine]) -> dict[str, int]:
        order = Order(customer_id=customer, lines=[OrderLine(**dict(line)) for line in lines])
        try:
            with Session(engine) as session, session.begin():
                session.add(order)
                session.flush()
                return {"id": order.id, "total": order.total}
        except IntegrityError:
            raise HTTPException(409, "the order cannot be placed") from None

    @app.post("/orders/{order}/payment")
    def pay(order: int) -> dict[str, str]:
        paying = (
            update(Order)
            .where(Order.id == order, Order.status == OrderStatus.OPEN)
            .values(status=OrderStatus.PAID)
        )
        with Session(engine) as session, session.begin():
            if session.execute(paying.returning(Order.id)).first() is None:
                raise HTTPException(409, "there is no such order to be paid")
        return {"status": OrderStatus.PAID}

    return app
