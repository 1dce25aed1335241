"""Rights that belong to the server, not to a database: each has a server of its own."""

from _pytest.monkeypatch import MonkeyPatch

from tests.faults.catalogue import fault
from tests.faults.changing import change_schema


@fault("tenants may switch foreign keys off", noticed_by="tenancy/reach", own_server=True)
def tenants_may_switch_foreign_keys_off(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT SET ON PARAMETER session_replication_role TO app_tenant")


@fault("all roles may open large objects to all", noticed_by="tenancy/reach", own_server=True)
def all_roles_may_open_large_objects(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT SET ON PARAMETER lo_compat_privileges TO PUBLIC")


@fault("a parameter is granted to workers", noticed_by="tenancy/rights", own_server=True)
def parameter_is_granted_to_workers(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT SET ON PARAMETER session_replication_role TO app_worker")


@fault("a role configures the server", noticed_by="tenancy/rights", own_server=True)
def role_configures_server(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT ALTER SYSTEM ON PARAMETER row_security TO app_identity")


@fault("tenants may read all data", noticed_by="tenancy/rights", own_server=True)
def tenants_may_read_all_data(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT pg_read_all_data TO app_tenant")


@fault("workers may monitor the server", noticed_by="tenancy/rights", own_server=True)
def workers_may_monitor_server(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT pg_monitor TO app_worker")


@fault("tenants may read files of the server", noticed_by="tenancy/rights", own_server=True)
def tenants_may_read_files_of_server(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT pg_read_server_files TO app_tenant")


@fault("tenants may become workers", noticed_by="tenancy/rights", own_server=True)
def tenants_may_become_workers(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT app_worker TO app_tenant WITH INHERIT FALSE, SET TRUE")


@fault("tenants may give the role of workers away", noticed_by="tenancy/rights", own_server=True)
def tenants_may_give_role_away(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT app_worker TO app_tenant WITH ADMIN TRUE, INHERIT FALSE, SET FALSE")


@fault("tenants are members of an owner's role", noticed_by="tenancy/rights", own_server=True)
def tenants_are_members_of_owners_role(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        "DO $$ BEGIN CREATE ROLE app_owner; EXCEPTION WHEN duplicate_object THEN END $$;"
        "GRANT app_owner TO app_tenant; GRANT SELECT ON users TO app_owner",
    )


@fault("a role has settings in all databases", noticed_by="tenancy/rights", own_server=True)
def role_has_settings_in_all_databases(patch: MonkeyPatch) -> None:
    change_schema(patch, "ALTER ROLE app_worker SET search_path = reports, public")


@fault("tenants bypass policies", noticed_by="tenancy/rights", own_server=True)
def tenants_bypass_policies(patch: MonkeyPatch) -> None:
    change_schema(patch, "ALTER ROLE app_tenant BYPASSRLS")


@fault("workers receive the server's replication", noticed_by="tenancy/rights", own_server=True)
def workers_receive_replication(patch: MonkeyPatch) -> None:
    change_schema(patch, "ALTER ROLE app_worker REPLICATION")


@fault("identity creates roles", noticed_by="tenancy/rights", own_server=True)
def identity_creates_roles(patch: MonkeyPatch) -> None:
    change_schema(patch, "ALTER ROLE app_identity CREATEROLE")


@fault("tenants create files in a tablespace", noticed_by="tenancy/rights", own_server=True)
def tenants_create_in_tablespace(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT CREATE ON TABLESPACE pg_default TO app_tenant")
