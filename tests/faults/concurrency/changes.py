"""Changes of the same thing at the same time: what can go wrong."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import select, update

from domain import transactions
from domain.database import error_translation, versions
from domain.errors import Entity, Stale, TransactionConflict
from domain.identity.accounts import Accounts, User
from domain.settings import Retries
from domain.transactions import Domain, Isolation
from domain.work.objectives import Objective, Objectives
from domain.work.tasks import Task, Tasks, TaskStatus
from tests.faults.catalogue import fault
from tests.faults.replacing import set_field


@fault("an account is renamed regardless of its version", noticed_by="concurrency/changes")
def account_is_renamed_regardless(patch: MonkeyPatch) -> None:
    def change(self: Accounts, seen: User, now: datetime, **values: Any) -> User:
        return self._session.scalars(
            update(User)
            .where(User.id == seen.id)
            .values(**values, version=User.version + 1)
            .returning(User)
            .execution_options(populate_existing=True)
        ).one()

    patch.setattr(Accounts, "_change", change)


@fault("a change of an account is not counted", noticed_by="concurrency/changes")
def change_of_account_is_not_counted(patch: MonkeyPatch) -> None:
    def change(self: Accounts, seen: User, now: datetime, **values: Any) -> User:
        found = self._session.scalar(
            update(User)
            .where(User.id == seen.id, User.version == seen.version)
            .values(**values)
            .returning(User)
            .execution_options(populate_existing=True)
        )
        if found is None:
            raise Stale(Entity.ACCOUNT, seen.id, seen.version)
        return found

    patch.setattr(Accounts, "_change", change)


@fault("an objective is changed regardless of its version", noticed_by="concurrency/changes")
def objective_is_changed_regardless(patch: MonkeyPatch) -> None:
    original = Objectives.change

    def change(self: Objectives, seen: Objective, *arguments: Any, **options: Any) -> Objective:
        query = select(Objective).where(Objective.id == seen.id).with_for_update()
        now = self._session.scalars(query.execution_options(populate_existing=True)).one()
        return original(self, now, *arguments, **options)

    patch.setattr(Objectives, "change", change)


@fault("a change of an objective is not counted", noticed_by="concurrency/changes")
def change_of_objective_is_not_counted(patch: MonkeyPatch) -> None:
    class Uncounted:
        def __init__(self, change: Any) -> None:
            self.change = change

        def where(self, *conditions: Any) -> "Uncounted":
            return Uncounted(self.change.where(*conditions))

        def values(self, **values: Any) -> Any:
            values.pop("version", None)
            return self.change.values(**values)

    patch.setattr(
        versions,
        "update",
        lambda table: Uncounted(update(table)) if table is Objective else update(table),
    )


@fault("a task is retitled regardless of its version", noticed_by="concurrency/changes")
def task_is_retitled_regardless(patch: MonkeyPatch) -> None:
    def edit(self: Tasks, seen: Any, **values: Any) -> Any:
        return [
            self._session.scalar(
                update(Task)
                .where(Task.id == one.id, Task.status == TaskStatus.PENDING)
                .values(**values, version=Task.version + 1)
                .returning(Task)
                .execution_options(populate_existing=True)
            )
            for one in seen
        ]

    patch.setattr(Tasks, "_edit", edit)


@fault("no conflict is retried", noticed_by="concurrency/changes")
def no_conflict_is_retried(patch: MonkeyPatch) -> None:
    def run(self: Domain, opening: Any, work: Any) -> Any:
        with opening() as tx:
            return work(tx)

    patch.setattr(Domain, "run", run)


@fault("there is no end to trying again", noticed_by="concurrency/changes")
def there_is_no_end_to_trying_again(patch: MonkeyPatch) -> None:
    set_field(patch, Retries, "attempts", 50)


@fault("after a last attempt the conflict itself goes up", noticed_by="concurrency/changes")
def after_last_attempt_conflict_itself_goes_up(patch: MonkeyPatch) -> None:
    def conflict(attempts: int) -> TransactionConflict:
        return TransactionConflict("40001")

    patch.setattr(transactions, "GaveUp", conflict)


@fault("deadlocks are not conflicts", noticed_by="concurrency/changes")
def deadlocks_are_not_conflicts(patch: MonkeyPatch) -> None:
    patch.setattr(error_translation, "CONFLICTS", ("40001",))


@fault("failed serializations are not conflicts", noticed_by="concurrency/changes")
def failed_serializations_are_not_conflicts(patch: MonkeyPatch) -> None:
    patch.setattr(error_translation, "CONFLICTS", ("40P01",))


@fault(
    "every unit of work is read committed, whichever isolation is asked for",
    noticed_by="concurrency/changes",
)
def isolation_is_ignored(patch: MonkeyPatch) -> None:
    original = transactions._Caller.session
    patch.setattr(
        transactions._Caller,
        "session",
        lambda self, engine: original(replace(self, isolation=Isolation.READ_COMMITTED), engine),
    )
