"""Faults of the sessions: what is not undone, and what is not said."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from breaking import fault
from pgharness.core import application
from pgharness.sessions import errors, sessions, sessions_async
from pgharness.sessions.errors import Opening, SessionFailed
from pgharness.sessions.sessions import SessionFactory, TestSessionFactory
from pgharness.sessions.sessions_async import AsyncTestSessionFactory
from session_work import Kind
from test_role_settings import test_in_a_session
from test_session_failures import test_a_failure_names_all_but_the_values
from test_sessions_committing import (
    test_a_session_commits_at_the_end_of_its_block,
    test_a_session_that_fails_stores_nothing_of_its_last_transaction,
)
from test_sessions_rolled_back import (
    test_a_session_returns_its_connection_to_the_pool,
    test_a_session_sees_its_own_work_and_leaves_nothing,
    test_a_session_that_fails_raises_its_first_error_and_leaves_nothing,
    test_open_sessions_see_nothing_of_each_other,
    test_settings_end_with_the_transaction,
)

# --- what is not undone ---------------------------------------------------------------------


def join(patch: MonkeyPatch, mode: str) -> None:
    """Have sessions join the outer transaction in another way than by a savepoint."""
    given = Session.__init__

    def init(self: Session, *arguments: Any, **how: Any) -> None:
        if "join_transaction_mode" in how:
            how["join_transaction_mode"] = mode
        given(self, *arguments, **how)

    patch.setattr(Session, "__init__", init)


@fault(
    "what a session commits is committed",
    noticed_by=test_a_session_sees_its_own_work_and_leaves_nothing,
    work="rename, commit",
    seen="Ada King",
    kind=Kind.SYNCHRONOUS,
)
def join_by_control_fully(patch: MonkeyPatch) -> None:
    join(patch, "control_fully")


@fault(
    "what an asynchronous session commits is committed",
    noticed_by=test_open_sessions_see_nothing_of_each_other,
)
def join_asynchronously_by_control_fully(patch: MonkeyPatch) -> None:
    join(patch, "control_fully")


@fault(
    "a session's rollback undoes what it has committed",
    noticed_by=test_a_session_sees_its_own_work_and_leaves_nothing,
    work="rename, commit, rename, roll back",
    seen="Ada King",
    kind=Kind.SYNCHRONOUS,
)
def join_by_rollback_only(patch: MonkeyPatch) -> None:
    join(patch, "rollback_only")


@fault(
    "a session joins by a savepoint only if there is one",
    noticed_by=test_a_session_sees_its_own_work_and_leaves_nothing,
    work="rename, commit, rename, roll back",
    seen="Ada King",
    kind=Kind.SYNCHRONOUS,
)
def join_by_conditional_savepoint(patch: MonkeyPatch) -> None:
    join(patch, "conditional_savepoint")


@fault(
    "an asynchronous session commits",
    noticed_by=test_a_session_sees_its_own_work_and_leaves_nothing,
    work="rename",
    seen="Ada King",
    kind=Kind.ASYNCHRONOUS,
)
def commit_asynchronously(patch: MonkeyPatch) -> None:
    patch.setattr(AsyncTestSessionFactory, "rolled_back", AsyncTestSessionFactory.committing)


@fault(
    "an asynchronous session is ended only where nothing went wrong",
    noticed_by=test_a_session_that_fails_raises_its_first_error_and_leaves_nothing,
    work="rename, lose the connection, fail",
    error="InjectedError: the mail server is away",
    kind=Kind.ASYNCHRONOUS,
)
@fault(
    "a session is ended only where nothing went wrong",
    noticed_by=test_a_session_that_fails_raises_its_first_error_and_leaves_nothing,
    work="rename, lose the connection, fail",
    error="InjectedError: the mail server is away",
    kind=Kind.SYNCHRONOUS,
)
def end_only_what_went_well(patch: MonkeyPatch) -> None:
    @contextmanager
    def ended(connection: Connection, *ends: Callable[[], None]) -> Iterator[None]:
        yield
        sessions._end(connection, *ends)

    patch.setattr(sessions, "_ended", ended)


@fault(
    "a session keeps its role after its commit",
    noticed_by=test_settings_end_with_the_transaction,
    ends=Session.commit,
    local="true",
    kind=Kind.SYNCHRONOUS,
)
def keep_settings(patch: MonkeyPatch) -> None:
    patch.setattr(sessions, "END_SETTINGS", ("SELECT 1",))


@fault(
    "a session that commits does not",
    noticed_by=test_a_session_commits_at_the_end_of_its_block,
    work="rename",
    stored="Ada King",
    kind=Kind.SYNCHRONOUS,
)
def commit_nothing(patch: MonkeyPatch) -> None:
    patch.setattr(TestSessionFactory, "committing", TestSessionFactory.rolled_back)


@fault(
    "an asynchronous session commits although it fails",
    noticed_by=test_a_session_that_fails_stores_nothing_of_its_last_transaction,
    work="rename, fail",
    kind=Kind.ASYNCHRONOUS,
)
def hide_the_failure(patch: MonkeyPatch) -> None:
    given = sessions_async._awaited

    async def awaited(work: Callable[..., Any], *_: object) -> Any:
        leaves = work.__name__ == "__exit__"
        return await (given(work, None, None, None) if leaves else given(work))

    patch.setattr(sessions_async, "_awaited", awaited)


@fault(
    "a commit that only rolls back goes unnoticed",
    noticed_by=test_a_session_that_fails_stores_nothing_of_its_last_transaction,
    work="rename, swallow a refusal",
    kind=Kind.SYNCHRONOUS,
)
def check_nothing_before_a_commit(patch: MonkeyPatch) -> None:
    patch.setattr(sessions, "check_not_aborted", lambda *_: None)


@fault(
    "a connection is closed only where nothing went wrong",
    noticed_by=test_a_session_returns_its_connection_to_the_pool,
    work="rename, fail",
    kind=Kind.SYNCHRONOUS,
)
def close_only_what_went_well(patch: MonkeyPatch) -> None:
    @contextmanager
    def connected(self: SessionFactory) -> Iterator[tuple[Opening, Connection]]:
        opening = Opening(self.opener, "somewhere")
        with errors.connecting(opening, self._url, self._timeouts, self._pool.wait, []):
            connection = self._engine.connect()
        self._open[opening] = connection
        yield opening, connection
        connection.close()
        del self._open[opening]

    patch.setattr(SessionFactory, "_connected", connected)


# --- what is not said -----------------------------------------------------------------------


@fault(
    "a failure quotes what was to be stored",
    noticed_by=test_a_failure_names_all_but_the_values,
    mistake="a second account of one address",
    kind=Kind.SYNCHRONOUS,
)
def quote_values(patch: MonkeyPatch) -> None:
    patch.setattr(errors, "_named", lambda error: str(error.orig))


@fault(
    "a failure has the driver's as its cause",
    noticed_by=test_a_failure_names_all_but_the_values,
    mistake="a second account of one address",
    kind=Kind.SYNCHRONOUS,
)
def keep_the_cause(patch: MonkeyPatch) -> None:
    given = errors.session_failures

    @contextmanager
    def session_failures(*arguments: Any, **options: Any) -> Iterator[None]:
        try:
            with given(*arguments, **options):
                yield
        except SessionFailed as failed:
            raise failed from failed.__context__

    patch.setattr(sessions, "session_failures", session_failures)


@fault(
    "what SQLAlchemy itself refuses names no scenario",
    noticed_by=test_a_failure_names_all_but_the_values,
    mistake="no model",
    kind=Kind.SYNCHRONOUS,
)
def name_errors_of_the_database_alone(patch: MonkeyPatch) -> None:
    patch.setattr(errors, "SQLAlchemyError", ZeroDivisionError)


@fault(
    "a session keeps the settings of its role",
    noticed_by=test_in_a_session,
    kind=Kind.SYNCHRONOUS,
)
def keep_settings_of_the_role(patch: MonkeyPatch) -> None:
    patch.setattr(application, "session_parameters", lambda _: {"client_encoding": "UTF8"})
