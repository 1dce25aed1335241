"""The models of the tests of sessions, and the work that they do on the name of one account."""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from pgharness.faults.statement_faults import InjectedError, driver_of, terminate
from pgharness.servers import provision

ADA: Final = 1
BRAM: Final = 2


class Base(DeclarativeBase):
    """The tables of the tests."""


class Account(Base):
    """A row that the tests change."""

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("email", name="uq_accounts_email"),
        CheckConstraint("password_hash LIKE '$%'", name="ck_accounts_password_hash"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    name: Mapped[str]
    password_hash: Mapped[str] = mapped_column(default="$")


class Task(Base):
    """A row whose account is looked for at the COMMIT."""

    __tablename__ = "tasks"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    account_id: Mapped[int] = mapped_column(
        ForeignKey(Account.id, deferrable=True, initially="DEFERRED"), default=ADA
    )


ROLE: Final = "pg_monitor"
"""A role that work may take on: every server has it."""

FILL: Final = """
    GRANT ALL ON ALL TABLES IN SCHEMA public TO pg_monitor;
    GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO pg_monitor;
    INSERT INTO accounts (email, name, password_hash)
    VALUES ('ada@example.org', 'Ada', '$'), ('bram@example.org', 'Bram', '$');
"""


def rename(session: Session, name: str = "Ada King", account: int = ADA) -> None:
    """Store another name, without a commit."""
    session.get_one(Account, account).name = name
    session.flush()


def name_of(session: Session, account: int = ADA) -> str:
    """Return the name of an account as the session sees it."""
    return session.scalars(select(Account.name).where(Account.id == account)).one()


def names(session: Session) -> list[str]:
    """Return all names as the session sees them."""
    return list(session.scalars(select(Account.name).order_by(Account.id)))


# --- work on Ada's name ---------------------------------------------------------------------


def _commit(session: Session) -> None:
    rename(session)
    session.commit()


def _roll_back(session: Session) -> None:
    rename(session)
    session.rollback()


def _commit_and_roll_back(session: Session) -> None:
    _commit(session)
    rename(session, "Ada Byron")
    session.rollback()


def _undo_a_part(session: Session) -> None:
    rename(session)
    part = session.begin_nested()
    rename(session, "Ada Byron")
    part.rollback()


def _undo_a_part_of_a_part(session: Session) -> None:
    with session.begin_nested():
        _undo_a_part(session)


def _commit_and_undo_a_part(session: Session) -> None:
    _commit(session)
    _undo_a_part(session)
    session.commit()


def _fail(session: Session) -> None:
    rename(session)
    raise InjectedError("the mail server is away")


def _commit_and_fail(session: Session) -> None:
    _commit(session)
    raise InjectedError("the mail server is away")


def _be_refused(session: Session) -> None:
    rename(session)
    session.execute(text("SELECT 1 / 0"))


def _swallow(session: Session) -> None:
    with suppress(DBAPIError):
        _be_refused(session)


def _swallow_and_go_on(session: Session) -> None:
    """Swallow a refusal in a flush, after which SQLAlchemy demands a rollback."""
    with suppress(DBAPIError):
        session.get_one(Account, ADA).password_hash = "no hash"
        rename(session)
    name_of(session)


def _lose(session: Session) -> None:
    rename(session)
    _end_connection(session)


def _commit_and_lose(session: Session) -> None:
    _commit(session)
    _end_connection(session)


def _lose_and_fail(session: Session) -> None:
    _lose(session)
    raise InjectedError("the mail server is away")


def _end_connection(session: Session) -> None:
    connection = session.connection()
    with provision.connect(connection.engine.url) as other:
        terminate(other, driver_of(connection).info.backend_pid)


WORK: Final[dict[str, Callable[[Session], None]]] = {
    "rename": rename,
    "rename, commit": _commit,
    "rename, roll back": _roll_back,
    "rename, commit, rename, roll back": _commit_and_roll_back,
    "rename, undo a savepoint": _undo_a_part,
    "rename, undo a savepoint in a savepoint": _undo_a_part_of_a_part,
    "rename, commit, undo a savepoint, commit": _commit_and_undo_a_part,
    "rename, fail": _fail,
    "rename, commit, fail": _commit_and_fail,
    "rename, be refused": _be_refused,
    "rename, swallow a refusal": _swallow,
    "rename, swallow a refusal, go on": _swallow_and_go_on,
    "rename, lose the connection": _lose,
    "rename, commit, lose the connection": _commit_and_lose,
    "rename, lose the connection, fail": _lose_and_fail,
}
