"""Makes one of everything the service stores, and finds out what the service takes it for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from domain.accounts import User
from domain.authentication import MustSetPassword
from domain.failed_logins import LoginRefused
from domain.login_sessions import LoginSession
from domain.schema import Base
from domain.tasks import Task
from domain.temporary_passwords import TemporaryPassword
from domain.tokens import Claims, TokenRefused, Tokens
from features.support.factories import PASSWORD, factory_of, models
from features.support.making_accounts import TEMPORARY
from features.support.workshop import Workshop
from features.support.world import World

PLAIN: Final = "plain"
"""The status of what is made without a word about its status."""

FAR_OFF: Final = datetime.max.replace(tzinfo=UTC)
"""When a token ends that is only ever refused because of its session."""

Made = list[tuple[str, Base]]
"""What was made, each with its status."""


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
    """Make so many of everything that the service stores."""
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


def columns(one: Base) -> dict[str, Any]:
    """Return what is in the columns of an object."""
    return {column.key: getattr(one, column.key) for column in inspect(type(one)).column_attrs}


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
            for name, value in columns(one).items()
            if found is None or getattr(found, name) != value
        ]


def taken_for(world: World, made: Made) -> dict[tuple[str, str], str]:
    """Return what the service says of what was made, by the table and the status."""
    return {
        (one.__tablename__, status): JUDGES[type(one)](world, one)
        for status, one in made
        if type(one) in JUDGES
    }


def _account(world: World, one: Any) -> str:
    return logged_in(world, one.email, PASSWORD)


def _temporary_password(world: World, one: Any) -> str:
    (email,) = [row["email"] for row in world.stored("users", id=one.user_id)]
    return logged_in(world, email, TEMPORARY)


def logged_in(world: World, email: str, password: str) -> str:
    """Return what comes of logging in."""
    try:
        with world.domain.identity() as tx:
            login = tx.sessions.log_in(email, password)
    except LoginRefused as refusal:
        return refusal.reason.replace("_", " ")
    return "to set a password" if login.must_set_password else "logged in"


def _session(world: World, one: Any) -> str:
    tokens = Tokens(world.settings.tokens)
    token = tokens.make(Claims(one.user_id, one.jti), one.created_at, FAR_OFF)
    try:
        with world.domain.identity() as tx:
            tx.sessions.authenticate(token)
    except TokenRefused as refusal:
        return refusal.reason.replace("_", " ")
    except MustSetPassword:
        return "to set a password"
    return "let in"


def _task(world: World, one: Any) -> str:
    with world.domain.tenant(one.owner_id) as tx:
        return str(tx.tasks.get(one.id).status)


JUDGES: Final[dict[type[Base], Callable[[World, Any], str]]] = {
    User: _account,
    TemporaryPassword: _temporary_password,
    LoginSession: _session,
    Task: _task,
}
"""Who is asked what something is taken for."""
