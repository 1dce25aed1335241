"""What a group role may do to itself, and what the role that works on accounts may undo."""

from _pytest.monkeypatch import MonkeyPatch

from tests.faults.catalogue import fault
from tests.faults.changing import change_schema


@fault("a policy names the role of tenants", noticed_by="tenancy/roles")
def policy_names_role_of_tenants(patch: MonkeyPatch) -> None:
    change_schema(patch, "ALTER POLICY turns_of_the_tenant ON turns TO app_tenant")


@fault("a policy names the role of accounts", noticed_by="tenancy/roles")
def policy_names_role_of_accounts(patch: MonkeyPatch) -> None:
    change_schema(
        patch, "ALTER POLICY login_sessions_of_identity ON login_sessions TO app_identity"
    )


@fault("a right may be passed on", noticed_by="tenancy/roles")
def right_may_be_passed_on(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT SELECT ON tasks TO app_tenant WITH GRANT OPTION")


@fault("a function belongs to a role", noticed_by="tenancy/roles")
def function_belongs_to_role(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        (
            "GRANT CREATE ON SCHEMA public TO app_tenant;"
            "ALTER FUNCTION acts_as(name) OWNER TO app_tenant;"
            "REVOKE CREATE ON SCHEMA public FROM app_tenant"
        ),
    )


@fault("a role may make tables", noticed_by="tenancy/roles")
def role_may_make_tables(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT CREATE ON SCHEMA public TO app_worker")


@fault(
    "sessions may be forgotten at any time", noticed_by="sessions/integrity", tags="@sessions-36"
)
def sessions_may_be_forgotten_at_any_time(patch: MonkeyPatch) -> None:
    change_schema(patch, "DROP POLICY login_sessions_outlive_tokens ON login_sessions")


@fault("sessions may not be forgotten at all", noticed_by="sessions/integrity", tags="@sessions-36")
def sessions_may_not_be_forgotten_at_all(patch: MonkeyPatch) -> None:
    change_schema(
        patch, "ALTER POLICY login_sessions_outlive_tokens ON login_sessions USING (false)"
    )


@fault(
    "the restriction of a session may be written",
    noticed_by="sessions/integrity",
    tags="@sessions-36",
)
def restriction_of_session_may_be_written(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT UPDATE (must_set_password) ON login_sessions TO app_identity")


@fault("the id of an account may be chosen", noticed_by="sessions/integrity", tags="@sessions-36")
def id_of_account_may_be_chosen(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT INSERT (id) ON users TO app_identity")


@fault("the id of an account may be changed", noticed_by="sessions/integrity", tags="@sessions-36")
def id_of_account_may_be_changed(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT UPDATE (id) ON users TO app_identity")


@fault(
    "a temporary password may go to another user",
    noticed_by="sessions/integrity",
    tags="@sessions-36",
)
def temporary_password_may_change_its_user(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT UPDATE (user_id) ON temporary_passwords TO app_identity")


@fault(
    "the reason of an end may be written over", noticed_by="sessions/integrity", tags="@sessions-36"
)
def reason_of_end_may_be_written_over(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        (
            "DROP TRIGGER login_sessions_end_is_final ON login_sessions;"
            "CREATE TRIGGER login_sessions_end_is_final BEFORE UPDATE ON login_sessions FOR"
            " EACH ROW WHEN (OLD.ended_at IS DISTINCT FROM NEW.ended_at AND OLD.ended_at IS"
            " NOT NULL) EXECUTE FUNCTION session_end_is_final()"
        ),
    )


@fault(
    "any password may be made a former one", noticed_by="passwords/integrity", tags="@passwords-28"
)
def any_password_may_be_made_former_one(patch: MonkeyPatch) -> None:
    change_schema(patch, "DROP POLICY password_history_was_current ON password_history")


@fault(
    "tenants log in",
    noticed_by="tenancy/roles",
    examples="cannot log in with a password",
    own_server=True,
)
def tenants_log_in(patch: MonkeyPatch) -> None:
    change_schema(patch, "ALTER ROLE app_tenant LOGIN")
