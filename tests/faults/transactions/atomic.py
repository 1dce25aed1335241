"""Half of something done: where it can happen."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy.exc import DBAPIError

from domain import transactions
from domain.database.error_translation import translating
from domain.identity.accounts import Accounts
from domain.identity.failed_logins import CurrentPasswordRefused, LoginRefused, lock_user_row
from domain.identity.passwords import Passwords
from domain.transactions import Domain, NotRecorded, _Caller
from domain.work.objectives import Objectives
from domain.work.turns_and_events import Event
from domain.work.workspace import Workspace
from tests.faults.catalogue import fault
from tests.faults.changing import change_schema
from tests.faults.replacing import commit


@fault("a change of a password is committed in the middle", noticed_by="transactions/atomic")
def change_of_password_is_committed_in_middle(patch: MonkeyPatch) -> None:
    original = Passwords._replace

    def replace(self: Passwords, *a: Any) -> None:
        original(self, *a)
        self._session.flush()
        commit(self._session)

    patch.setattr(Passwords, "_replace", replace)


@fault("an event is counted by another connection", noticed_by="transactions/atomic")
def event_is_counted_by_another_connection(patch: MonkeyPatch) -> None:
    original = Workspace.record

    def record(self: Workspace, *arguments: Any, **options: Any) -> Event:
        with self._session.connection().engine.begin() as other:
            other.exec_driver_sql("UPDATE users SET version = version + 1")
        return original(self, *arguments, **options)

    patch.setattr(Workspace, "record", record)


@fault("an operation swallows what goes wrong in it", noticed_by="transactions/atomic")
def operation_swallows_what_goes_wrong_in_it(patch: MonkeyPatch) -> None:
    original = Workspace.record

    def record(self: Workspace, *arguments: Any, **options: Any) -> Event | None:
        with suppress(Exception):
            return original(self, *arguments, **options)
        return None

    patch.setattr(Workspace, "record", record)


@fault("every error of the database has the same message", noticed_by="transactions/atomic")
def errors_have_one_message(patch: MonkeyPatch) -> None:
    @contextmanager
    def translating_all(*tables: Any) -> Iterator[Any]:
        try:
            with translating(*tables):
                yield
        except DBAPIError:
            raise RuntimeError("something went wrong") from None

    patch.setattr(transactions, "translating", translating_all)


@fault("a new operation that is not tried", noticed_by="transactions/atomic")
def untried_operation(patch: MonkeyPatch) -> None:
    patch.setattr(Objectives, "forget", lambda self: None, raising=False)


@fault("reading an account locks it", noticed_by="transactions/atomic")
def reading_account_locks_it(patch: MonkeyPatch) -> None:
    patch.setattr(Accounts, "get", lambda self, user_id: lock_user_row(self._session, user_id))


@fault("a number that has gaps", noticed_by="transactions/atomic")
def number_that_has_gaps(patch: MonkeyPatch) -> None:
    change_schema(patch, "CREATE SEQUENCE invoice_numbers")


@fault(
    "a failed login is forgotten with the work",
    noticed_by="transactions/atomic",
    tags="@transactions-2",
)
def failed_login_is_forgotten_with_work(patch: MonkeyPatch) -> None:
    patch.setattr(Domain, "_record", lambda self, ended, caller: None)


@fault(
    "the work is stored together with a failed login",
    noticed_by="transactions/atomic",
    tags="@transactions-2",
)
def work_is_stored_together_with_failed_login(patch: MonkeyPatch) -> None:
    original = Domain._unit_of_work

    @contextmanager
    def unit_of_work(self: Domain, caller: _Caller) -> Iterator[Any]:
        with original(self, caller) as session:
            try:
                yield session
            except (CurrentPasswordRefused, LoginRefused):
                session.commit()
                raise

    patch.setattr(Domain, "_unit_of_work", unit_of_work)


@fault(
    "work that is stored is done again because of what was not remembered",
    noticed_by="transactions/atomic",
    tags="@transactions-2",
)
def stored_work_is_done_again(patch: MonkeyPatch) -> None:
    original = Domain._unit_of_work

    @contextmanager
    def unit_of_work(self: Domain, caller: _Caller) -> Iterator[Any]:
        try:
            with original(self, caller) as session:
                yield session
        except NotRecorded as error:
            raise error.__cause__ or error from None

    patch.setattr(Domain, "_unit_of_work", unit_of_work)
