"""Objects in any schema by which a role reaches more than the tables of the service."""

from _pytest.monkeypatch import MonkeyPatch

from tests.faults.catalogue import fault
from tests.faults.changing import change_schema


def add_in_schema(patch: MonkeyPatch, statements: str, *, to: str = "app_tenant") -> None:
    """Create a schema `reports` that a role may use, and objects in it."""
    change_schema(
        patch, f"CREATE SCHEMA reports; GRANT USAGE ON SCHEMA reports TO {to}; {statements}"
    )


# --- views and tables -----------------------------------------------------------------------


@fault("a view in another schema shows all titles", noticed_by="tenancy/reach", tags="@tenancy-17")
def view_in_another_schema_shows_titles(patch: MonkeyPatch) -> None:
    add_in_schema(
        patch,
        "CREATE VIEW reports.titles AS SELECT title FROM public.tasks;"
        "GRANT SELECT ON reports.titles TO app_tenant",
    )


@fault("a view in another schema deletes for all", noticed_by="tenancy/reach", tags="@tenancy-17")
def view_in_another_schema_deletes(patch: MonkeyPatch) -> None:
    add_in_schema(
        patch,
        "CREATE VIEW reports.work AS SELECT id FROM public.tasks;"
        "GRANT DELETE ON reports.work TO app_tenant",
    )


@fault("a view in another schema runs as its owner", noticed_by="tenancy/rights")
def view_in_another_schema_runs_as_owner(patch: MonkeyPatch) -> None:
    change_schema(patch, "CREATE SCHEMA reports; CREATE VIEW reports.work AS TABLE public.tasks")


@fault("a view in another schema is for workers", noticed_by="tenancy/rights")
def view_in_another_schema_for_workers(patch: MonkeyPatch) -> None:
    add_in_schema(
        patch,
        "CREATE VIEW reports.errors WITH (security_invoker) AS SELECT error FROM public.tasks;"
        "GRANT SELECT ON reports.errors TO app_worker",
        to="app_worker",
    )


@fault("a materialized view in another schema stores titles", noticed_by="tenancy/rights")
def materialized_view_stores_titles(patch: MonkeyPatch) -> None:
    add_in_schema(
        patch,
        "CREATE MATERIALIZED VIEW reports.titles AS SELECT title FROM public.tasks;"
        "GRANT SELECT ON reports.titles TO app_tenant",
    )


@fault("a table in another schema has no policy", noticed_by="tenancy/isolation")
def table_in_another_schema_has_no_policy(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        "CREATE SCHEMA archive;"
        "CREATE TABLE archive.tasks (id bigint PRIMARY KEY, owner_id bigint NOT NULL)",
    )


@fault("a table that inherits rows has no policy", noticed_by="tenancy/isolation")
def inheriting_table_has_no_policy(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        "CREATE SCHEMA archive; CREATE TABLE archive.tasks () INHERITS (public.tasks)",
    )


@fault("a partition has no policy though its table has", noticed_by="tenancy/isolation")
def partition_has_no_policy(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        """
        CREATE SCHEMA archive;
        CREATE TABLE archive.notes (owner_id bigint NOT NULL, text varchar)
            PARTITION BY LIST (owner_id);
        ALTER TABLE archive.notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        CREATE TABLE archive.notes_of_all PARTITION OF archive.notes DEFAULT
        """,
    )


@fault("a policy in another schema is open", noticed_by="tenancy/isolation")
def policy_in_another_schema_is_open(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        "CREATE SCHEMA archive; CREATE TABLE archive.notes (text varchar);"
        "CREATE POLICY helpful ON archive.notes USING (true)",
    )


@fault("a column of a table in another schema", noticed_by="tenancy/rights")
def column_of_table_in_another_schema(patch: MonkeyPatch) -> None:
    add_in_schema(
        patch,
        "CREATE TABLE reports.titles (title varchar);"
        "GRANT SELECT (title) ON reports.titles TO app_tenant",
    )


@fault("a sequence in another schema tells counts", noticed_by="tenancy/rights")
def sequence_in_another_schema_tells_counts(patch: MonkeyPatch) -> None:
    add_in_schema(
        patch,
        "CREATE SEQUENCE reports.submitted; GRANT SELECT ON SEQUENCE reports.submitted TO PUBLIC",
    )


@fault("a system table is readable", noticed_by="tenancy/rights")
def system_table_is_readable(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT SELECT ON pg_catalog.pg_statistic TO app_tenant")


@fault("a column of a system table is readable", noticed_by="tenancy/rights")
def column_of_system_table_is_readable(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT SELECT (stavalues1) ON pg_catalog.pg_statistic TO app_tenant")


@fault("the database reaches another server", noticed_by="tenancy/reach")
def database_reaches_another_server(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        "CREATE FOREIGN DATA WRAPPER elsewhere; CREATE SERVER other FOREIGN DATA WRAPPER elsewhere",
    )


# --- functions ------------------------------------------------------------------------------


@fault(
    "a function in another schema returns all titles",
    noticed_by="tenancy/reach",
    tags="@tenancy-17",
)
def function_in_another_schema_returns_titles(patch: MonkeyPatch) -> None:
    add_in_schema(
        patch,
        "CREATE FUNCTION reports.titles() RETURNS SETOF varchar LANGUAGE sql SECURITY DEFINER"
        " SET search_path = pg_catalog, pg_temp AS 'SELECT title FROM public.tasks'",
    )


@fault("a function finds the titles of any owner", noticed_by="tenancy/reach", tags="@tenancy-17")
def function_finds_titles_of_any_owner(patch: MonkeyPatch) -> None:
    add_in_schema(
        patch,
        "CREATE FUNCTION reports.titles(owner bigint, pattern text) RETURNS SETOF varchar"
        " LANGUAGE sql STRICT SECURITY DEFINER AS"
        " 'SELECT title FROM public.tasks WHERE owner_id = owner AND title LIKE pattern'",
    )


@fault(
    "a procedure in another schema deletes tasks", noticed_by="tenancy/reach", tags="@tenancy-17"
)
def procedure_in_another_schema_deletes_tasks(patch: MonkeyPatch) -> None:
    add_in_schema(
        patch,
        "CREATE PROCEDURE reports.tidy() LANGUAGE sql SECURITY DEFINER"
        " AS 'DELETE FROM public.tasks'",
    )


@fault("a function in another schema lends its owner's rights", noticed_by="tenancy/rights")
def function_in_another_schema_lends_rights(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        "CREATE SCHEMA reports;"
        "CREATE FUNCTION reports.tidy() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'SELECT';"
        "REVOKE ALL ON FUNCTION reports.tidy FROM PUBLIC",
    )


@fault("a function in another schema has no search path", noticed_by="tenancy/rights")
def function_in_another_schema_has_no_search_path(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        "CREATE SCHEMA reports;"
        "CREATE FUNCTION reports.tidy() RETURNS void LANGUAGE sql AS 'SELECT';"
        "REVOKE ALL ON FUNCTION reports.tidy FROM PUBLIC",
    )


@fault("a function among the server's own returns all titles", noticed_by="tenancy/rights")
def function_among_servers_own_returns_titles(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        "CREATE FUNCTION pg_catalog.titles() RETURNS SETOF varchar LANGUAGE sql SECURITY DEFINER"
        " AS 'SELECT title FROM public.tasks'",
    )


@fault("a function of the server runs as its owner", noticed_by="tenancy/rights")
def function_of_server_runs_as_owner(patch: MonkeyPatch) -> None:
    change_schema(patch, "ALTER FUNCTION pg_catalog.pg_read_file(text) SECURITY DEFINER")


@fault("a function of the server reads files for tenants", noticed_by="tenancy/rights")
def function_of_server_reads_files(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_file(text) TO app_tenant")


@fault("a rule copies what tenants store", noticed_by="tenancy/reach")
def rule_copies_what_tenants_store(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        "CREATE SCHEMA reports; CREATE TABLE reports.titles (title varchar);"
        "CREATE RULE copied AS ON INSERT TO public.tasks"
        " DO ALSO INSERT INTO reports.titles VALUES (NEW.title)",
    )


@fault("an event trigger runs for every change of the schema", noticed_by="tenancy/reach")
def event_trigger_runs(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        "CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql"
        " SET search_path = pg_catalog, pg_temp AS 'BEGIN END';"
        "REVOKE ALL ON FUNCTION watch FROM PUBLIC;"
        "CREATE EVENT TRIGGER watched ON ddl_command_end EXECUTE FUNCTION watch()",
    )


@fault("a publication sends the rows of all tenants", noticed_by="tenancy/reach")
def publication_sends_rows(patch: MonkeyPatch) -> None:
    change_schema(patch, "CREATE PUBLICATION everything FOR TABLE tasks")


@fault("a large object is readable", noticed_by="tenancy/reach")
def large_object_is_readable(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        "SELECT lo_from_bytea(50000, 'secret');GRANT SELECT ON LARGE OBJECT 50000 TO app_tenant",
    )


# --- schemas, the database, what will be made -----------------------------------------------


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


# --- settings of the database ---------------------------------------------------------------


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
