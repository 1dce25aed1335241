"""Statements in sessions that the database refuses, and what must not be said about them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from domain.accounts import User
from features.support.known import IdentityState

if TYPE_CHECKING:
    from features.support.world import World

SECRET: Final = "violet herons wade at dusk"  # noqa: S105 (of nobody who exists)
"""What must be in nothing that is said."""


def _same_address(world: "World", session: Session) -> None:
    _store(world, session, world.people["Ada"].email, world.hasher.hash(SECRET))


def _no_hash(world: "World", session: Session) -> None:
    _store(world, session, "bram@example.org", SECRET)


def _store(world: "World", session: Session, email: str, password_hash: str) -> None:
    now = world.clock.now()
    world.state(IdentityState).secrets |= {email, password_hash}
    session.add(
        User(
            email=email,
            display_name=SECRET,
            password_hash=password_hash,
            created_at=now,
            changed_at=now,
        )
    )
    session.flush()


def _no_number(_: "World", session: Session) -> None:
    session.execute(text("SELECT CAST(:password AS int)"), {"password": SECRET})


def _no_table(_: "World", session: Session) -> None:
    session.execute(text("SELECT * FROM guests WHERE name = :name"), {"name": SECRET})


def _no_value(_: "World", session: Session) -> None:
    session.execute(text("SELECT :name, :password"), {"password": SECRET})


def _no_row(world: "World", session: Session) -> None:
    account = session.get_one(User, world.people["Ada"].id)
    session.execute(delete(User), execution_options={"synchronize_session": False})
    account.display_name = SECRET
    session.flush()


def _more_than_one(_: "World", session: Session) -> None:
    session.scalars(text("VALUES (1), (2)")).one()


def _no_account(_: "World", session: Session) -> None:
    session.add(SECRET)


MISTAKES: Final[dict[str, Callable[["World", Session], None]]] = {
    "stores a second account with one address": _same_address,
    "stores a password that is no hash": _no_hash,
    "takes a password for a number": _no_number,
    "asks for a table that is not there": _no_table,
    "forgets one of two values": _no_value,
    "renames an account whose row is gone": _no_row,
    "takes two rows for one": _more_than_one,
    "stores what is no account": _no_account,
}
