"""Savepoints and rules that hold at the end: what can be wrong with them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy.orm import Session

from domain.database.connections import CommitOutcome
from domain.database.error_translation import LIMITS, States, states, translating
from domain.database.late_sessions import LateSession
from domain.transactions import _Caller
from tests.faults.catalogue import fault
from tests.faults.changing import change_schema
from tests.faults.replacing import commit


@fault("an aborted unit of work is not noticed", noticed_by="transactions/savepoints")
def aborted_work_is_not_noticed(patch: MonkeyPatch) -> None:
    patch.setattr(LateSession, "prepare_commit", lambda self: self.flush())


@fault("a savepoint undoes nothing", noticed_by="transactions/savepoints")
def savepoint_undoes_nothing(patch: MonkeyPatch) -> None:
    patch.setattr(_Caller, "savepoints", lambda self, session: nullcontext)


@fault(
    "a savepoint ends the transaction", noticed_by="transactions/savepoints", examples="released"
)
def savepoint_ends_transaction(patch: MonkeyPatch) -> None:
    def savepoints(self: _Caller, session: Session) -> Callable[[], AbstractContextManager[None]]:
        @contextmanager
        def savepoint() -> Iterator[None]:
            session.flush()
            commit(session)
            with self.translating(CommitOutcome.NOT_COMMITTED), session.begin_nested():
                yield

        return savepoint

    patch.setattr(_Caller, "savepoints", savepoints)


def without_limits(caller: _Caller) -> States:
    known = states(caller.timeouts).items()
    return {sqlstate: error for sqlstate, error in known if sqlstate not in LIMITS}


@fault("in a savepoint no timeout is reported", noticed_by="transactions/savepoints")
def timeout_in_a_savepoint_is_not_reported(patch: MonkeyPatch) -> None:
    def savepoints(self: _Caller, session: Session) -> Callable[[], AbstractContextManager[None]]:
        @contextmanager
        def savepoint() -> Iterator[None]:
            with translating({}, without_limits(self)), session.begin_nested():
                yield

        return savepoint

    patch.setattr(_Caller, "savepoints", savepoints)


@fault("a reference is judged only at the end", noticed_by="transactions/consistent")
def reference_is_judged_only_at_end(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        (
            "ALTER TABLE turns ALTER CONSTRAINT fk_turns_owner_id_task_id_tasks DEFERRABLE"
            " INITIALLY DEFERRED"
        ),
    )


@fault("a rule that holds at the end is judged at once", noticed_by="transactions/consistent")
def rule_that_holds_at_end_is_judged_at_once(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        (
            "DROP TRIGGER objectives_open_entry ON objectives;"
            "CREATE CONSTRAINT TRIGGER objectives_open_entry AFTER UPDATE ON objectives FOR"
            " EACH ROW EXECUTE FUNCTION objective_has_open_entry()"
        ),
    )


@fault("a rule that holds at the end is not judged", noticed_by="transactions/consistent")
def rule_that_holds_at_end_is_not_judged(patch: MonkeyPatch) -> None:
    change_schema(patch, "DROP TRIGGER objectives_open_entry ON objectives")
