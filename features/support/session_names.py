"""What the features about sessions do with Ada's name in one session."""

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from domain import DomainError
from domain.accounts import User
from domain.connections import ConnectionLost
from pgharness.faults.statement_faults import InjectedError, driver_of, terminate
from pgharness.sessions.errors import SessionFailed

if TYPE_CHECKING:
    from features.support.world import World

NEW: Final = "Ada King"
OTHER: Final = "Ada Byron"

Work = Callable[["World", Session], None]


def rename(world: "World", session: Session, name: str = NEW, person: str = "Ada") -> None:
    """Give somebody another name, which the database knows at once."""
    session.get_one(User, world.people[person].id).display_name = name
    session.flush()


def name_of(world: "World", session: Session, person: str = "Ada") -> str:
    """Return what somebody is called, as this session sees it."""
    asked = select(User.display_name).where(User.id == world.people[person].id)
    return session.scalars(asked).one()


def _commit(world: "World", session: Session) -> None:
    rename(world, session)
    session.commit()


def _keep(world: "World", session: Session) -> None:
    rename(world, session)


def _roll_back(world: "World", session: Session) -> None:
    rename(world, session)
    session.rollback()


def _commit_and_roll_back(world: "World", session: Session) -> None:
    _commit(world, session)
    rename(world, session, OTHER)
    session.rollback()


def _fail(world: "World", session: Session) -> None:
    rename(world, session)
    raise InjectedError("the mail server is away")


def _commit_and_fail(world: "World", session: Session) -> None:
    _commit(world, session)
    raise InjectedError("the mail server is away")


def _be_refused(world: "World", session: Session) -> None:
    rename(world, session)
    session.execute(text("SELECT 1 / 0"))


def _swallow(world: "World", session: Session) -> None:
    with suppress(DBAPIError):
        _be_refused(world, session)


def _lose(world: "World", session: Session) -> None:
    _commit(world, session)
    terminate(world.reader, driver_of(session.connection()).info.backend_pid)


def _lose_and_fail(world: "World", session: Session) -> None:
    _lose(world, session)
    raise InjectedError("the mail server is away")


def _undo_a_part(world: "World", session: Session) -> None:
    rename(world, session)
    part = session.begin_nested()
    rename(world, session, OTHER)
    part.rollback()


def _undo_a_part_of_a_part(world: "World", session: Session) -> None:
    with session.begin_nested():
        rename(world, session)
        inner = session.begin_nested()
        rename(world, session, OTHER)
        inner.rollback()


def _commit_and_undo_a_part(world: "World", session: Session) -> None:
    _commit(world, session)
    _undo_a_part(world, session)
    session.commit()


WORKS: Final[dict[str, Work]] = {
    "gives a name and commits": _commit,
    "gives a name": _keep,
    "gives a name and rolls back": _roll_back,
    "gives a name, commits, gives another and rolls back": _commit_and_roll_back,
    "gives a name and fails": _fail,
    "gives a name, commits and fails": _commit_and_fail,
    "gives a name and is refused by the database": _be_refused,
    "gives a name and swallows a refusal": _swallow,
    "gives a name, commits and loses its connection": _lose,
    "gives a name, loses its connection and fails": _lose_and_fail,
    "gives a name, and undoes another one alone": _undo_a_part,
    "gives a name in a part, and undoes another one in a part of that": _undo_a_part_of_a_part,
    "gives a name, commits, undoes another one alone and commits": _commit_and_undo_a_part,
}
"""What is done with Ada's name in one session."""

TROUBLES: Final[dict[str, Callable[[BaseException], bool]]] = {
    "its own failure": lambda told: isinstance(told, InjectedError),
    "the database's refusal": lambda told: "DivisionByZero" in str(told),
    "its lost connection": lambda told: isinstance(_reason(told), ConnectionLost),
    "a swallowed refusal": lambda told: "an error was swallowed" in str(told),
}
"""What can go wrong in such work, and whether this is what was told of it."""


def _reason(told: BaseException) -> DomainError | None:
    reason = told.reason if isinstance(told, SessionFailed) else None
    return reason if isinstance(reason, DomainError) else None
