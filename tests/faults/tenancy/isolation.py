"""Policies and tables: how they can fail to keep tenants apart."""

from typing import Final

from _pytest.monkeypatch import MonkeyPatch

from tests.faults.catalogue import fault
from tests.faults.changing import change_acting, change_schema

OWN: Final = "owner_id = (SELECT current_setting('app.user_id', true)::bigint)"


def change_policy(patch: MonkeyPatch, using: str, check: str) -> None:
    change_schema(
        patch,
        f"ALTER POLICY projects_of_the_tenant ON projects USING ({using}) WITH CHECK ({check})",
    )


def divide_policy(patch: MonkeyPatch, *, update: str = OWN, delete: str = OWN) -> None:
    """Replace the policy of a table by one for each verb."""
    change_schema(
        patch,
        f"""
        DROP POLICY agents_of_the_tenant ON agents;
        CREATE POLICY agents_insert ON agents FOR INSERT TO app_tenant WITH CHECK ({OWN});
        CREATE POLICY agents_select ON agents FOR SELECT TO app_tenant USING ({OWN});
        CREATE POLICY agents_update ON agents FOR UPDATE TO app_tenant USING ({update});
        CREATE POLICY agents_delete ON agents FOR DELETE TO app_tenant USING ({delete})
        """,
    )


@fault("a new table without a policy", noticed_by="tenancy/isolation")
def new_table_without_policy(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        (
            "CREATE TABLE notes (id bigint PRIMARY KEY, owner_id bigint NOT NULL);"
            "GRANT SELECT ON notes TO app_tenant"
        ),
    )


@fault("a new table that says nothing of owners", noticed_by="tenancy/isolation")
def new_table_that_says_nothing_of_owners(patch: MonkeyPatch) -> None:
    change_schema(patch, "CREATE TABLE notes (id bigint)")


@fault("a new view that shows everything", noticed_by="tenancy/isolation")
def new_view_that_shows_everything(patch: MonkeyPatch) -> None:
    change_schema(patch, "CREATE VIEW notes AS TABLE tasks")


@fault("policies are not enabled", noticed_by="tenancy/isolation")
def policies_are_not_enabled(patch: MonkeyPatch) -> None:
    change_schema(patch, "ALTER TABLE turns DISABLE ROW LEVEL SECURITY")


@fault("policies are not forced", noticed_by="tenancy/isolation")
def policies_are_not_forced(patch: MonkeyPatch) -> None:
    change_schema(patch, "ALTER TABLE events NO FORCE ROW LEVEL SECURITY")


@fault("a policy is gone", noticed_by="tenancy/isolation")
def policy_is_gone(patch: MonkeyPatch) -> None:
    change_schema(patch, "DROP POLICY agents_of_the_tenant ON agents")


@fault("a second policy, for all roles", noticed_by="tenancy/isolation")
def second_policy_for_all_roles(patch: MonkeyPatch) -> None:
    change_schema(patch, "CREATE POLICY helpful ON tasks FOR SELECT USING (true)")


@fault("a policy shows everything", noticed_by="tenancy/isolation", tags="@tenancy-2")
def policy_shows_everything(patch: MonkeyPatch) -> None:
    change_policy(patch, using="true", check=OWN)


@fault("a policy lets everything be written", noticed_by="tenancy/isolation", tags="@tenancy-2")
def policy_lets_everything_be_written(patch: MonkeyPatch) -> None:
    change_policy(patch, using=OWN, check="true")


@fault("a policy of another form", noticed_by="tenancy/isolation")
def policy_of_another_form(patch: MonkeyPatch) -> None:
    change_policy(patch, using=f"{OWN} AND true", check=OWN)


@fault(
    "a policy lets a session see that is bound to no user",
    noticed_by="tenancy/isolation",
    tags="@tenancy-3",
)
def unbound_session_sees_rows(patch: MonkeyPatch) -> None:
    bound = "nullif(current_setting('app.user_id', true), '')"
    change_policy(patch, using=f"coalesce(owner_id::text = {bound}, true)", check=OWN)


@fault(
    "a change without a condition reaches all tenants' rows",
    noticed_by="tenancy/isolation",
    tags="@tenancy-2",
)
def unconditional_change_reaches_all_rows(patch: MonkeyPatch) -> None:
    divide_policy(patch, update="true")


@fault(
    "a deletion without a condition reaches all tenants' rows",
    noticed_by="tenancy/isolation",
    tags="@tenancy-2",
)
def unconditional_deletion_reaches_all_rows(patch: MonkeyPatch) -> None:
    divide_policy(patch, delete="true")


@fault(
    "a deletion that takes other owners' rows along",
    noticed_by="tenancy/isolation",
    tags="@tenancy-2",
)
def deletion_that_takes_other_owners_rows_along(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        (
            "ALTER TABLE agents DROP CONSTRAINT fk_agents_owner_id_project_id_projects;"
            "ALTER TABLE agents ADD FOREIGN KEY (project_id) REFERENCES projects (id) ON"
            " DELETE CASCADE"
        ),
    )


@fault("a foreign key that takes any owner's row", noticed_by="tenancy/isolation")
def foreign_key_that_takes_any_owners_row(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        (
            "ALTER TABLE turns DROP CONSTRAINT fk_turns_owner_id_task_id_tasks;"
            "ALTER TABLE turns ADD FOREIGN KEY (task_id) REFERENCES tasks (id) ON DELETE"
            " CASCADE"
        ),
    )


@fault("a row may have no owner", noticed_by="tenancy/isolation")
def row_may_have_no_owner(patch: MonkeyPatch) -> None:
    change_schema(patch, "ALTER TABLE events ALTER owner_id DROP NOT NULL")


@fault("tenants may choose ids", noticed_by="tenancy/isolation", tags="@tenancy-2")
def tenants_may_choose_ids(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT INSERT (id) ON projects TO app_tenant")


@fault("tenants may read where the ids are", noticed_by="tenancy/isolation", tags="@tenancy-2")
def tenants_may_read_where_ids_are(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT SELECT ON SEQUENCE tasks_id_seq TO app_tenant")


@fault("a policy names the role of workers", noticed_by="tenancy/isolation", tags="@tenancy-1")
def policy_names_role_of_workers(patch: MonkeyPatch) -> None:
    change_schema(patch, "ALTER POLICY tasks_for_workers_to_see ON tasks TO app_worker")


@fault("a policy does not ask who acts", noticed_by="tenancy/isolation", tags="@tenancy-1")
def policy_does_not_ask_who_acts(patch: MonkeyPatch) -> None:
    change_schema(patch, f"ALTER POLICY turns_of_the_tenant ON turns USING ({OWN})")


@fault("every session acts as any role", noticed_by="tenancy/isolation", tags="@tenancy-2")
def every_session_acts_as_any_role(patch: MonkeyPatch) -> None:
    change_acting(patch, "true")
