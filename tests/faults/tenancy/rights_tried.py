"""A right that a role should not have, and what the rules of a capability say when it is used."""

from _pytest.monkeypatch import MonkeyPatch

from tests.faults.catalogue import fault
from tests.faults.changing import change_schema


@fault(
    "tenants may look for former passwords",
    noticed_by="passwords/integrity",
    tags="@passwords-26",
)
def tenants_may_look_for_former_passwords(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT SELECT ON password_history TO app_tenant")


@fault(
    "the expiry of a session may be written",
    noticed_by="sessions/integrity",
    tags="@sessions-35",
)
def expiry_of_session_may_be_written(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT UPDATE (expires_at) ON login_sessions TO app_identity")


@fault(
    "the text of a turn may be written over",
    noticed_by="workspace/integrity",
    tags="@workspace-12",
)
def text_of_turn_may_be_written_over(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT UPDATE (text) ON turns TO app_tenant")


@fault(
    "the history of an objective may be written over",
    noticed_by="objectives/integrity",
    tags="@objectives-7",
)
def history_of_objective_may_be_written_over(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT UPDATE (text) ON objective_history TO app_tenant")


@fault(
    "each tenant's tasks have ids of their own",
    noticed_by="tenancy/isolation",
    tags="@tenancy-4",
)
def ids_are_counted_by_tenant(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        """
        CREATE FUNCTION next_task() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN
            NEW.id := NEW.owner_id * 1000000 + (
                SELECT count(*) FROM tasks WHERE owner_id = NEW.owner_id
            );
            RETURN NEW;
        END $$;
        CREATE TRIGGER next_task BEFORE INSERT ON tasks FOR EACH ROW EXECUTE FUNCTION next_task()
        """,
    )
