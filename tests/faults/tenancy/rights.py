"""Privileges: rights that are too many."""

from _pytest.monkeypatch import MonkeyPatch

from tests.faults.catalogue import fault
from tests.faults.changing import change_schema


@fault("a right to one more column", noticed_by="tenancy/rights")
def right_to_one_more_column(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT SELECT (result) ON tasks TO app_worker")


@fault("a tenant chooses the status of a new task", noticed_by="tasks/integrity", tags="@tasks-24")
def tenant_chooses_status_of_new_task(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT INSERT (status) ON tasks TO app_tenant")


@fault("a tenant changes the status of a task", noticed_by="tasks/integrity", tags="@tasks-24")
def tenant_changes_status_of_task(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT UPDATE (status) ON tasks TO app_tenant")


@fault("a right for all roles", noticed_by="tenancy/rights")
def right_for_all_roles(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT SELECT ON projects TO PUBLIC")


@fault("a right to what will be made", noticed_by="tenancy/rights")
def right_to_what_will_be_made(patch: MonkeyPatch) -> None:
    change_schema(patch, "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app_worker")


@fault("a right to empty a table", noticed_by="tenancy/rights")
def right_to_empty_table(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT TRUNCATE ON tasks TO app_tenant")


@fault("a function that lends its owner's rights", noticed_by="tenancy/rights")
def function_that_lends_its_owners_rights(patch: MonkeyPatch) -> None:
    change_schema(patch, "ALTER FUNCTION task_change() SECURITY DEFINER")


@fault("a function that looks names up where its caller says", noticed_by="tenancy/rights")
def function_without_search_path(patch: MonkeyPatch) -> None:
    change_schema(patch, "ALTER FUNCTION task_change() RESET search_path")


@fault("a new function that all roles may call", noticed_by="tenancy/rights")
def new_function_for_all_roles(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        (
            "CREATE FUNCTION all_titles() RETURNS SETOF varchar LANGUAGE sql SECURITY DEFINER"
            " AS 'SELECT title FROM public.tasks'"
        ),
    )
