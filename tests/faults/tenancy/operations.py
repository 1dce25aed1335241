"""Operations with another tenant's ids, bindings and plans: what can be wrong with them."""

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import text
from sqlalchemy.orm import InstrumentedAttribute

from domain import transactions
from domain.database import tenancy
from domain.errors import Entity, InvalidValue, NotFound
from domain.work.tasks import Task, Tasks
from tests.faults.catalogue import fault
from tests.faults.changing import change_acting, change_schema


@fault("a page has no index to go by", noticed_by="tenancy/plans")
def page_has_no_index_to_go_by(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        (
            "ALTER TABLE tasks DROP CONSTRAINT uq_tasks_owner_id_id CASCADE;"
            "DROP INDEX ix_tasks_owner_id_id, ix_tasks_owner_id_status_id,"
            " ix_tasks_owner_id_agent_id_id"
        ),
    )


@fault("pages are in an order that all tenants' rows have too", noticed_by="tenancy/plans")
def pages_share_an_order(patch: MonkeyPatch) -> None:
    patch.setattr(InstrumentedAttribute, "nulls_first", lambda self: self.asc())


@fault("a claim has no index to go by", noticed_by="tenancy/plans")
def claim_has_no_index_to_go_by(patch: MonkeyPatch) -> None:
    change_schema(patch, "DROP INDEX ix_tasks_to_claim")


@fault("an operation that is not tried with another tenant's id", noticed_by="tenancy/operations")
def untried_operation(patch: MonkeyPatch) -> None:
    def reopen(self: Tasks, task_id: int) -> None: ...

    patch.setattr(Tasks, "reopen", reopen, raising=False)


@fault("an operation that takes no id and is not listed", noticed_by="tenancy/operations")
def unlisted_operation(patch: MonkeyPatch) -> None:
    def count(self: Tasks) -> int:
        return 0

    patch.setattr(Tasks, "count", count, raising=False)


@fault("an operation that takes something unknown", noticed_by="tenancy/operations")
def operation_with_unknown_parameter(patch: MonkeyPatch) -> None:
    def reopen(self: Tasks, which: bytes) -> None: ...

    patch.setattr(Tasks, "reopen", reopen, raising=False)


@fault("another tenant's id is answered differently", noticed_by="tenancy/operations")
def foreign_id_is_answered_differently(patch: MonkeyPatch) -> None:
    def get(self: Tasks, task_id: int) -> Task:
        found = self._session.get(Task, task_id)
        if found is None and task_id < 1000:
            raise InvalidValue("task", "is not yours")
        if found is None:
            raise NotFound(Entity.TASK, task_id)
        return found

    patch.setattr(Tasks, "get", get)


@fault("a user stays bound to the connection", noticed_by="tenancy/binding")
def user_stays_bound_to_connection(patch: MonkeyPatch) -> None:
    patch.setattr(
        tenancy,
        "BIND",
        text("SELECT set_config('role', :role, true), set_config('app.user_id', :user, false)"),
    )


@fault("a role stays with the connection", noticed_by="tenancy/binding")
def role_stays_with_connection(patch: MonkeyPatch) -> None:
    patch.setattr(
        tenancy,
        "BIND",
        text("SELECT set_config('role', :role, false), set_config('app.user_id', :user, true)"),
    )


@fault("tenants work under the role that owns everything", noticed_by="tenancy/operations")
def tenants_work_under_role_that_owns_everything(patch: MonkeyPatch) -> None:
    patch.setattr(transactions, "bind", lambda *_: None)


@fault("every session acts as a tenant", noticed_by="tenancy/binding", examples="prepared")
def every_session_acts_as_tenant(patch: MonkeyPatch) -> None:
    change_acting(patch, "role = 'app_tenant'")


@fault("the role of the connection acts", noticed_by="tenancy/binding", examples="prepared")
def role_of_connection_acts(patch: MonkeyPatch) -> None:
    change_acting(patch, "session_user = role")
