"""What guards against concurrent work, and what may look as if it did."""

from collections.abc import Sequence
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from domain.database.schema import Role
from domain.database.tenancy import bind
from domain.database.versions import compare_and_swap
from domain.identity import failed_logins, sessions
from domain.identity.accounts import Accounts, User
from domain.work.objectives import Objective, ObjectiveEntry, Objectives
from domain.work.tasks import Task
from tests.faults.catalogue import fault
from tests.faults.changing import change_schema
from tests.faults.replacing import become_owner


@fault(
    "the service deletes an account's tasks itself, and no foreign key does",
    noticed_by="concurrency/tasks",
    tags="@concurrency-4",
)
def service_stands_for_foreign_key(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        """
        ALTER TABLE tasks DROP CONSTRAINT fk_tasks_owner_id_users;
        ALTER TABLE tasks ADD CONSTRAINT fk_tasks_owner_id_users CHECK (owner_id > 0);
        CREATE FUNCTION has_owner() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN
            IF NOT EXISTS (SELECT FROM users WHERE id = NEW.owner_id) THEN
                RAISE foreign_key_violation USING
                    CONSTRAINT = 'fk_tasks_owner_id_users', TABLE = 'tasks';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER has_owner BEFORE INSERT ON tasks FOR EACH ROW EXECUTE FUNCTION has_owner()
        """,
    )
    original = Accounts.delete

    def delete_all(self: Accounts, seen: User) -> None:
        become_owner(self._session)
        self._session.execute(delete(Task).where(Task.owner_id == seen.id))
        bind(self._session, Role.IDENTITY)
        original(self, seen)

    patch.setattr(Accounts, "delete", delete_all)


@fault(
    "the history of an objective is written before its version is compared",
    noticed_by="concurrency/changes",
    tags="@concurrency-7",
)
def history_is_written_first(patch: MonkeyPatch) -> None:
    def change(
        self: Objectives, seen: Objective, text: str, constraints: Sequence[str] = ()
    ) -> Objective:
        since = max(self._clock.now(), seen.since)
        values: dict[str, Any] = {"text": text, "constraints": list(constraints)}
        self._close_entry(seen.id, since)
        self._session.add(
            ObjectiveEntry(owner_id=seen.owner_id, objective_id=seen.id, valid_from=since, **values)
        )
        self._session.flush()
        return compare_and_swap(self._session, Objective, seen, **values, since=since)

    patch.setattr(Objectives, "change", change)


@fault(
    "a login shares its hold of the account with other logins",
    noticed_by="concurrency/logins",
    tags="@concurrency-10",
)
def login_shares_its_hold(patch: MonkeyPatch) -> None:
    def hold(session: Session, user_id: int) -> User | None:
        return session.scalar(
            select(User)
            .where(User.id == user_id)
            .with_for_update(read=True, key_share=True)
            .execution_options(populate_existing=True)
        )

    patch.setattr(sessions, "lock_user_row", hold)


@fault(
    "a failed login is passed over while another one is being recorded",
    noticed_by="concurrency/logins",
    tags="@concurrency-11",
)
def failed_login_is_passed_over(patch: MonkeyPatch) -> None:
    def hold(session: Session, user_id: int) -> User | None:
        return session.scalar(
            select(User)
            .where(User.id == user_id)
            .with_for_update(skip_locked=True, key_share=True)
            .execution_options(populate_existing=True)
        )

    patch.setattr(failed_logins, "lock_user_row", hold)
