"""The isolation level that a unit of work asks for, and what it is worth: what can be wrong."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from psycopg.errors import SerializationFailure
from sqlalchemy import Engine, TextClause
from sqlalchemy.exc import DBAPIError

from domain.database import error_translation
from domain.database.late_sessions import SEES_EACH_MOMENT, LateSession
from domain.database.rows import find_row
from domain.database.schema import Role
from domain.database.tenancy import bind
from domain.errors import Entity, Stale
from domain.transactions import Isolation, _Caller
from domain.work.objectives import Objective, Objectives
from tests.faults.catalogue import fault
from tests.faults.replacing import commit

READ_COMMITTED, REPEATABLE_READ, SERIALIZABLE = Isolation

SENDING = ("execute", "scalar", "scalars")
"""What a session sends statements by."""


def give(patch: MonkeyPatch, levels: Mapping[Isolation, Isolation]) -> None:
    """Begin units of work at other levels than they ask for."""
    original = _Caller.session
    patch.setattr(
        _Caller,
        "session",
        lambda self, engine: original(
            replace(self, isolation=levels.get(self.isolation, self.isolation)), engine
        ),
    )


def send(patch: MonkeyPatch, sending: Callable[..., Any]) -> None:
    """Have all statements sent by a function, which is given the way that they are sent."""
    for name in SENDING:
        original = getattr(LateSession, name)

        def sent(self: LateSession, statement: Any, *values: Any, _as: Any = original) -> Any:
            return sending(self, lambda session: _as(session, statement, *values), statement)

        patch.setattr(LateSession, name, sent, raising=False)


def reads(statement: Any) -> bool:
    """Tell whether a statement of a schedule reads."""
    return isinstance(statement, TextClause) and statement.text.startswith("SELECT")


def locks(statement: Any) -> bool:
    return isinstance(statement, TextClause) and " FOR " in statement.text


def go_on(session: LateSession) -> None:
    """Go on in another transaction, as the same tenant."""
    session.after_begin(session.get_transaction(), session.connection())  # type: ignore[arg-type]


@fault(
    "a unit of work at repeatable read is read committed",
    noticed_by="transactions/anomalies_uncommitted",
    tags="@transactions-15",
)
def repeatable_read_is_read_committed(patch: MonkeyPatch) -> None:
    give(patch, {REPEATABLE_READ: READ_COMMITTED})


@fault(
    "a unit of work that is rolled back is stored",
    noticed_by="transactions/anomalies_uncommitted",
    tags="@transactions-16",
)
def rolled_back_work_is_stored(patch: MonkeyPatch) -> None:
    original = LateSession.abandon

    def abandon(self: LateSession) -> None:
        with suppress(DBAPIError):
            commit(self)
        original(self)

    patch.setattr(LateSession, "abandon", abandon)


@fault(
    "each read is on a connection of its own",
    noticed_by="transactions/anomalies_uncommitted",
    tags="@transactions-17",
)
def reads_are_on_connections_of_their_own(patch: MonkeyPatch) -> None:
    def sending(self: LateSession, sent: Callable[[LateSession], Any], statement: Any) -> Any:
        if not reads(statement):
            return sent(self)
        assert isinstance(self.bind, Engine)
        with LateSession(self.bind, SEES_EACH_MOMENT, self._begin) as other:
            found = sent(other)
            return found.freeze()() if hasattr(found, "freeze") else found

    send(patch, sending)


@fault(
    "an error of COMMIT is swallowed",
    noticed_by="transactions/anomalies_uncommitted",
    tags="@transactions-18",
)
def error_of_commit_is_swallowed(patch: MonkeyPatch) -> None:
    original = LateSession.commit

    def commit_and_hope(self: LateSession) -> None:
        with suppress(DBAPIError):
            original(self)

    patch.setattr(LateSession, "commit", commit_and_hope)


@fault(
    "each statement is committed at once",
    noticed_by="transactions/anomalies_uncommitted",
    tags="@transactions-19",
)
def each_statement_is_committed_at_once(patch: MonkeyPatch) -> None:
    def sending(self: LateSession, sent: Callable[[LateSession], Any], statement: Any) -> Any:
        result = sent(self)
        if isinstance(statement, TextClause):
            commit(self)
            go_on(self)
        return result

    send(patch, sending)


@fault(
    "each unit of work is at the level below the one it asks for",
    noticed_by="transactions/anomalies_committed",
    tags="@transactions-20",
)
def level_below_is_given(patch: MonkeyPatch) -> None:
    give(patch, {REPEATABLE_READ: READ_COMMITTED, SERIALIZABLE: REPEATABLE_READ})


@fault(
    "a unit of work at read committed keeps its first snapshot",
    noticed_by="transactions/anomalies_committed",
    tags="@transactions-21",
)
def read_committed_is_repeatable_read(patch: MonkeyPatch) -> None:
    give(patch, {READ_COMMITTED: REPEATABLE_READ})


@fault(
    "a statement that is refused is executed again, by itself",
    noticed_by="transactions/anomalies_committed",
    tags="@transactions-22",
)
def refused_statement_is_executed_again(patch: MonkeyPatch) -> None:
    def sending(self: LateSession, sent: Callable[[LateSession], Any], _: Any) -> Any:
        try:
            return sent(self)
        except DBAPIError as error:
            if not isinstance(error.orig, SerializationFailure):
                raise
        self.rollback()
        return sent(self)

    send(patch, sending)


@fault(
    "a unit of work that has only read so far returns its connection",
    noticed_by="transactions/anomalies_committed",
    tags="@transactions-23",
)
def connection_is_returned_after_each_read(patch: MonkeyPatch) -> None:
    def sending(self: LateSession, sent: Callable[[LateSession], Any], statement: Any) -> Any:
        if self.info.pop("returned", False):
            go_on(self)
        result = sent(self)
        if reads(statement):
            commit(self)
            self.info["returned"] = True
        return result

    send(patch, sending)


@fault(
    "a serializable unit of work is read committed",
    noticed_by="transactions/anomalies_committed",
    tags="@transactions-24",
)
def serializable_is_read_committed(patch: MonkeyPatch) -> None:
    give(patch, {SERIALIZABLE: READ_COMMITTED})


@fault(
    "a conflict is reported as a stale reading, which is not retried",
    noticed_by="transactions/anomalies_committed",
    tags="@transactions-25",
)
def conflict_is_reported_as_stale(patch: MonkeyPatch) -> None:
    patch.setattr(error_translation, "_conflict", lambda cause: Stale(Entity.ROW))


@fault(
    "a unit of work at repeatable read is serializable",
    noticed_by="transactions/anomalies_committed",
    tags="@transactions-26",
)
def repeatable_read_is_serializable(patch: MonkeyPatch) -> None:
    give(patch, {REPEATABLE_READ: SERIALIZABLE})


@fault(
    "a unit of work at read committed is serializable",
    noticed_by="transactions/anomalies_committed",
    tags="@transactions-27",
)
def read_committed_is_serializable(patch: MonkeyPatch) -> None:
    give(patch, {READ_COMMITTED: SERIALIZABLE})


@fault(
    "a serializable unit of work is at repeatable read",
    noticed_by="transactions/anomalies_committed",
    tags="@transactions-28",
)
def serializable_is_repeatable_read(patch: MonkeyPatch) -> None:
    give(patch, {SERIALIZABLE: REPEATABLE_READ})


@fault(
    "a lock is given up after its statement",
    noticed_by="transactions/anomalies_committed",
    tags="@transactions-29",
)
def lock_is_given_up_after_its_statement(patch: MonkeyPatch) -> None:
    def sending(self: LateSession, sent: Callable[[LateSession], Any], statement: Any) -> Any:
        result = sent(self)
        if locks(statement):
            commit(self)
            go_on(self)
        return result

    send(patch, sending)


@fault(
    "an objective is read on a connection of its own",
    noticed_by="transactions/histories",
    tags="@transactions-30",
)
def objective_is_read_on_connection_of_its_own(patch: MonkeyPatch) -> None:
    def get(self: Objectives, objective_id: int) -> Objective:
        assert isinstance(self._session.bind, Engine)
        begin = partial(bind, role=Role.TENANT, user_id=self._owner_id)
        with LateSession(self._session.bind, SEES_EACH_MOMENT, begin) as other:
            found = find_row(other, Objective, objective_id)
            other.expunge(found)
        return found

    patch.setattr(Objectives, "get", get)
