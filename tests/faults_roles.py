"""What a group role may do to itself, and what the role that works on accounts may undo."""

from typing import Final

from tests.faults_strings import Fault

ROLES: Final = "features/tenancy/roles.feature"
POLICIES: Final = "features/tenancy/isolation.feature --tags=@tenancy-1"
ISOLATION: Final = "features/tenancy/isolation.feature --tags=@tenancy-2"
PREPARED: Final = "features/tenancy/binding.feature --name prepared"
SESSIONS: Final = "features/sessions/integrity.feature --tags=@sessions-36"
PASSWORDS: Final = "features/passwords/integrity.feature --tags=@passwords-28"
HOUSEKEEPING: Final = "features/sessions/housekeeping.feature"
REFUSING: Final = "features/migrations/refusing.feature --tags=@migrations-29"


def _schema(name: str, features: str, statement: str) -> Fault:
    """Return a fault of what the migrations make."""
    return Fault(name, features, statement=statement)


def _acting(condition: str) -> str:
    return (
        "CREATE OR REPLACE FUNCTION acts_as(role name) RETURNS boolean LANGUAGE sql IMMUTABLE"
        f" SET search_path = pg_catalog, pg_temp RETURN {condition}"
    )


OF_ROLES: Final = [
    _schema(
        "a policy names the role of tenants",
        ROLES,
        "ALTER POLICY turns_of_the_tenant ON turns TO app_tenant",
    ),
    _schema(
        "a policy names the role of workers",
        POLICIES,
        "ALTER POLICY tasks_for_workers_to_see ON tasks TO app_worker",
    ),
    _schema(
        "a policy names the role of accounts",
        ROLES,
        "ALTER POLICY login_sessions_of_identity ON login_sessions TO app_identity",
    ),
    _schema(
        "a policy does not ask who acts",
        POLICIES,
        "ALTER POLICY turns_of_the_tenant ON turns"
        " USING (owner_id = (SELECT current_setting('app.user_id', true)::bigint))",
    ),
    _schema(
        "a right may be passed on",
        ROLES,
        "GRANT SELECT ON tasks TO app_tenant WITH GRANT OPTION",
    ),
    _schema(
        "a function belongs to a role",
        ROLES,
        "GRANT CREATE ON SCHEMA public TO app_tenant;"
        "ALTER FUNCTION acts_as(name) OWNER TO app_tenant;"
        "REVOKE CREATE ON SCHEMA public FROM app_tenant",
    ),
    _schema("a role may make tables", ROLES, "GRANT CREATE ON SCHEMA public TO app_worker"),
    _schema("everybody acts as a tenant", PREPARED, _acting("role = 'app_tenant'")),
    _schema("everybody acts as any role", ISOLATION, _acting("true")),
    _schema("the role of the connection acts", PREPARED, _acting("session_user = role")),
    _schema(
        "sessions may be forgotten at any time",
        SESSIONS,
        "DROP POLICY login_sessions_outlive_tokens ON login_sessions",
    ),
    _schema(
        "sessions may not be forgotten at all",
        SESSIONS,
        "ALTER POLICY login_sessions_outlive_tokens ON login_sessions USING (false)",
    ),
    _schema(
        "the restriction of a session may be written",
        SESSIONS,
        "GRANT UPDATE (must_set_password) ON login_sessions TO app_identity",
    ),
    _schema(
        "the id of an account may be chosen",
        SESSIONS,
        "GRANT INSERT (id) ON users TO app_identity",
    ),
    _schema(
        "the id of an account may be changed",
        SESSIONS,
        "GRANT UPDATE (id) ON users TO app_identity",
    ),
    _schema(
        "a temporary password may go to somebody else",
        SESSIONS,
        "GRANT UPDATE (user_id) ON temporary_passwords TO app_identity",
    ),
    _schema(
        "the reason of an end may be written over",
        SESSIONS,
        "DROP TRIGGER login_sessions_end_is_final ON login_sessions;"
        "CREATE TRIGGER login_sessions_end_is_final BEFORE UPDATE ON login_sessions FOR EACH ROW"
        " WHEN (OLD.ended_at IS DISTINCT FROM NEW.ended_at AND OLD.ended_at IS NOT NULL)"
        " EXECUTE FUNCTION session_end_is_final()",
    ),
    _schema(
        "any password may be made a former one",
        PASSWORDS,
        "DROP POLICY password_history_was_current ON password_history",
    ),
    Fault(
        "sessions are forgotten before their tokens expire",
        HOUSEKEEPING,
        "from sqlalchemy.orm.attributes import InstrumentedAttribute\n"
        "from sqlalchemy import true\n"
        "from domain.identity.login_sessions import LoginSession\n"
        "given = InstrumentedAttribute.__le__\n"
        "InstrumentedAttribute.__le__ = lambda self, other: (\n"
        "    true() if self is LoginSession.expires_at else given(self, other))",
    ),
    Fault(
        "what a tenant grants of what it will make stops upgrades",
        REFUSING,
        "import migrations.catalogue as c\n"
        "c.FACTS = c.FACTS.replace("
        "\" AND has_schema_privilege(defaclrole, 'public', 'CREATE')\", '')",
    ),
]
