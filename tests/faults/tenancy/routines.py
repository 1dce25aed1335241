"""Functions, and objects of kinds that no policy protects, in any schema."""

from _pytest.monkeypatch import MonkeyPatch

from tests.faults.catalogue import fault
from tests.faults.changing import change_schema
from tests.faults.tenancy.schemas import add_in_schema


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


@fault("functions may be in an unchecked language", noticed_by="tenancy/reach")
def functions_may_be_in_unchecked_language(patch: MonkeyPatch) -> None:
    change_schema(patch, "CREATE LANGUAGE unchecked HANDLER plpgsql_call_handler")


@fault("an extension lets all roles connect elsewhere", noticed_by="tenancy/reach")
def extension_lets_all_roles_connect(patch: MonkeyPatch) -> None:
    change_schema(patch, "CREATE EXTENSION dblink")


@fault("a refusal discloses the titles of all", noticed_by="tenancy/reach")
def refusal_discloses_titles(patch: MonkeyPatch) -> None:
    add_in_schema(
        patch,
        "CREATE FUNCTION reports.check_titles() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS"
        " $$BEGIN RAISE '%', (SELECT string_agg(title, ', ') FROM public.tasks); END$$",
    )


@fault("a large object is readable", noticed_by="tenancy/reach")
def large_object_is_readable(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        "SELECT lo_from_bytea(50000, 'secret');GRANT SELECT ON LARGE OBJECT 50000 TO app_tenant",
    )
