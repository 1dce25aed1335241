"""Tables and views, in any schema, by which a role reaches more than the service's tables."""

from _pytest.monkeypatch import MonkeyPatch

from tests.faults.catalogue import fault
from tests.faults.changing import change_schema


def add_in_schema(patch: MonkeyPatch, statements: str, *, to: str = "app_tenant") -> None:
    """Create a schema `reports` that a role may use, and objects in it."""
    change_schema(
        patch, f"CREATE SCHEMA reports; GRANT USAGE ON SCHEMA reports TO {to}; {statements}"
    )


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


@fault("a foreign table shows a file of the server", noticed_by="tenancy/reach")
def foreign_table_shows_file(patch: MonkeyPatch) -> None:
    add_in_schema(
        patch,
        "CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;"
        "CREATE FOREIGN TABLE reports.passwd (line text) SERVER files"
        " OPTIONS (filename '/etc/passwd', delimiter E'\\x01');"
        "GRANT SELECT ON reports.passwd TO app_tenant",
    )


@fault("the database reaches another server", noticed_by="tenancy/reach")
def database_reaches_another_server(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        "CREATE FOREIGN DATA WRAPPER elsewhere; CREATE SERVER other FOREIGN DATA WRAPPER elsewhere",
    )


@fault("a read-only view shows who has how many tasks", noticed_by="tenancy/reach")
def view_shows_numbers(patch: MonkeyPatch) -> None:
    add_in_schema(
        patch,
        "CREATE VIEW reports.numbers AS"
        " SELECT owner_id, count(*) FROM public.tasks GROUP BY owner_id;"
        "GRANT SELECT (owner_id) ON reports.numbers TO app_tenant",
    )
