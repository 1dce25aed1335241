"""Makes one of everything the service stores, in every status that it may have."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from sqlalchemy import inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from domain.database.schema import Base
from features.support import data
from features.support.arrange.factories import factory_of, models
from features.support.world import World

PLAIN: Final = "plain"
"""The status of what is made without a word about its status."""

Made = list[tuple[str, Base]]
"""What was made, each with its status."""


class Workshop:
    """What the steps of a scenario have made."""

    def __init__(self) -> None:
        self.made: Made = []
        self.refusal: Exception | None = None
        """Why something could not be made."""


@contextmanager
def making(world: World) -> Iterator[Session]:
    """Make something and commit it; keep why that was refused."""
    state = world.state(Workshop)
    state.refusal = None
    try:
        with world.past_the_domain() as session:
            yield session
    except (SQLAlchemyError, ValueError) as refusal:
        state.refusal = refusal


def one_of_each(session: Session, number: int = 1) -> Made:
    """Make this number of every entity of the service."""
    return [
        (PLAIN, factory_of(model).create(session=session))
        for model in models()
        for _ in range(number)
    ]


def every_status(session: Session, now: datetime) -> Made:
    """Make one of everything that the service stores, and one in every status it may have."""
    return [
        (status, factory_of(model).create(session=session, now=now, **traits))
        for model in models()
        for status, traits in [
            (PLAIN, {}),
            *((status, {status: True}) for status in factory_of(model).statuses()),
        ]
    ]


def lost(world: World, made: Made) -> list[str]:
    """Return, in words, what a session that knows nothing of it does not find as it was made."""
    with Session(world.engine) as fresh:
        # All at once: what is held in a session is not asked for again, one by one.
        held = [fresh.scalars(select(model)).all() for model in {type(one) for _, one in made}]
        assert all(held), "there is no row of something"
        return [
            f"{status} {one!r}: {name} was to be {value!r}, is {getattr(found, name, None)!r}"
            for status, one in made
            for found in [fresh.get(type(one), inspect(one).identity)]
            for name, value in data.columns(one).items()
            if found is None or getattr(found, name) != value
        ]
