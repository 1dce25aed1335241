"""Rights on schemas and the database, on what will be made, and settings of the database."""

from _pytest.monkeypatch import MonkeyPatch

from tests.faults.catalogue import fault
from tests.faults.changing import change_schema


@fault("tenants may create objects in a schema", noticed_by="tenancy/rights")
def tenants_may_create_in_schema(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT CREATE ON SCHEMA public TO app_tenant")


@fault("all roles may create objects in a schema", noticed_by="tenancy/rights")
def all_roles_may_create_in_schema(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT CREATE ON SCHEMA public TO PUBLIC")


@fault("workers may create objects in another schema", noticed_by="tenancy/rights")
def workers_may_create_in_another_schema(patch: MonkeyPatch) -> None:
    change_schema(patch, "CREATE SCHEMA scratch; GRANT CREATE ON SCHEMA scratch TO app_worker")


@fault("a schema belongs to tenants", noticed_by="tenancy/rights")
def schema_belongs_to_tenants(patch: MonkeyPatch) -> None:
    change_schema(patch, "CREATE SCHEMA AUTHORIZATION app_tenant")


def grant_on_database(patch: MonkeyPatch, granted: str) -> None:
    change_schema(
        patch,
        f"DO $$ BEGIN EXECUTE format('GRANT {granted}', current_database()); END $$",
    )


@fault("tenants may create schemas", noticed_by="tenancy/rights")
def tenants_may_create_schemas(patch: MonkeyPatch) -> None:
    grant_on_database(patch, "CREATE ON DATABASE %I TO app_tenant")


@fault("all roles may create schemas", noticed_by="tenancy/rights")
def all_roles_may_create_schemas(patch: MonkeyPatch) -> None:
    grant_on_database(patch, "CREATE ON DATABASE %I TO PUBLIC")


@fault("tenants may create temporary tables whatever PUBLIC may", noticed_by="tenancy/rights")
def tenants_may_create_temporary_tables(patch: MonkeyPatch) -> None:
    grant_on_database(patch, "TEMPORARY ON DATABASE %I TO app_tenant")


@fault("future tables of a schema are readable", noticed_by="tenancy/rights")
def future_tables_of_schema_are_readable(patch: MonkeyPatch) -> None:
    change_schema(
        patch, "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO app_tenant"
    )


@fault("future sequences are usable", noticed_by="tenancy/rights")
def future_sequences_are_usable(patch: MonkeyPatch) -> None:
    change_schema(patch, "ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO PUBLIC")


@fault("tenants may refer to a table", noticed_by="tenancy/rights")
def tenants_may_refer_to_table(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT REFERENCES ON users TO app_tenant")


@fault("tenants may add triggers to a table", noticed_by="tenancy/rights")
def tenants_may_add_triggers(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT TRIGGER ON tasks TO app_tenant")


@fault("tenants may maintain a table", noticed_by="tenancy/rights")
def tenants_may_maintain_table(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT MAINTAIN ON tasks TO app_tenant")


def set_for_database(patch: MonkeyPatch, setting: str) -> None:
    change_schema(
        patch,
        f"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET {setting}', current_database());"
        " END $$",
    )


@fault("every large object is readable by all roles", noticed_by="tenancy/reach")
def every_large_object_is_readable(patch: MonkeyPatch) -> None:
    set_for_database(patch, "lo_compat_privileges = on")


@fault("every connection begins without foreign keys", noticed_by="tenancy/reach")
def every_connection_begins_without_foreign_keys(patch: MonkeyPatch) -> None:
    set_for_database(patch, "session_replication_role = replica")


@fault("every connection begins as a user", noticed_by="tenancy/reach")
def every_connection_begins_as_user(patch: MonkeyPatch) -> None:
    set_for_database(patch, "app.user_id = 1")


@fault("a role has settings in this database", noticed_by="tenancy/rights")
def role_has_settings_in_database(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        "DO $$ BEGIN EXECUTE format("
        "'ALTER ROLE app_tenant IN DATABASE %I SET row_security = off', current_database());"
        " END $$",
    )
