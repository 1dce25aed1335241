"""What tenants learn by SQL of their own: channels that open, or that stay open."""

from types import SimpleNamespace

from _pytest.monkeypatch import MonkeyPatch

from features.support.migrations import server_side_channels
from features.support.migrations.server_side_channels import documented_sql
from tests.faults.catalogue import fault
from tests.faults.changing import change_schema


def forget(patch: MonkeyPatch, piece: str, other: str = "") -> None:
    """Change the SQL that the guide gives an administrator."""
    documented = documented_sql()
    assert piece in documented
    changed = SimpleNamespace(findall=lambda page: [documented.replace(piece, other)])
    patch.setattr(server_side_channels, "DOCUMENTED", changed)


@fault(
    "a new column of text without a decision",
    noticed_by="tenancy/side_channels",
    tags="@tenancy-12",
)
def new_column_without_decision(patch: MonkeyPatch) -> None:
    change_schema(patch, "ALTER TABLE turns ADD note varchar")


@fault(
    "statistics about two columns together", noticed_by="tenancy/side_channels", tags="@tenancy-12"
)
def statistics_about_two_columns_together(patch: MonkeyPatch) -> None:
    change_schema(patch, "CREATE STATISTICS of_titles (mcv) ON owner_id, title FROM tasks")


@fault(
    "statistics about an expression in an index",
    noticed_by="tenancy/side_channels",
    tags="@tenancy-12",
)
def statistics_about_expression_in_index(patch: MonkeyPatch) -> None:
    change_schema(patch, "CREATE INDEX by_title ON tasks (owner_id, lower(title))")


@fault(
    "row estimates spell out titles",
    noticed_by="tenancy/side_channels",
    examples="the row estimates for titles",
)
def row_estimates_spell_out_titles(patch: MonkeyPatch) -> None:
    change_schema(patch, "ALTER TABLE tasks ALTER title SET STATISTICS -1")


@fault(
    "statistics can be read where policies are off",
    noticed_by="tenancy/side_channels",
    examples="the common values",
)
def statistics_can_be_read(patch: MonkeyPatch) -> None:
    change_schema(patch, "ALTER TABLE turns DISABLE ROW LEVEL SECURITY")


@fault("tenants may see the last ids", noticed_by="tenancy/side_channels", examples="the last ids")
def tenants_may_see_last_ids(patch: MonkeyPatch) -> None:
    change_schema(patch, "GRANT SELECT ON SEQUENCE tasks_id_seq TO app_tenant")


@fault(
    "a function is given what a policy should hide",
    noticed_by="tenancy/side_channels",
    examples="a function that repeats",
)
def function_is_given_hidden_rows(patch: MonkeyPatch) -> None:
    change_schema(patch, "ALTER POLICY tasks_of_the_tenant ON tasks USING (true)")


@fault(
    "a plan remembers for whom it was made", noticed_by="tenancy/side_channels", tags="@tenancy-13"
)
def plan_remembers_for_whom_it_was_made(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        (
            "CREATE FUNCTION bound_user() RETURNS bigint IMMUTABLE LANGUAGE sql AS $$SELECT"
            " current_setting('app.user_id', true)::bigint$$;"
            "ALTER POLICY turns_of_the_tenant ON turns USING (owner_id = bound_user())"
        ),
    )


@fault(
    "an administrator forgets to read large objects",
    noticed_by="tenancy/side_channels",
    examples="An administrator closes a large object",
)
def administrator_forgets_to_read_large_objects(patch: MonkeyPatch) -> None:
    forget(patch, "lo_|loread$", "loread$")


@fault(
    "an administrator forgets the list of them",
    noticed_by="tenancy/side_channels",
    examples="An administrator closes the list of large",
)
def administrator_forgets_list_of_them(patch: MonkeyPatch) -> None:
    forget(patch, "pg_largeobject_metadata", "pg_locks")


@fault(
    "an administrator forgets advisory locks",
    noticed_by="tenancy/side_channels",
    examples="An administrator closes an advisory lock",
)
def administrator_forgets_advisory_locks(patch: MonkeyPatch) -> None:
    forget(patch, "pg_(try_)?advisory_|")


@fault(
    "an administrator forgets the table of locks",
    noticed_by="tenancy/side_channels",
    examples="An administrator closes the table of locks",
)
def administrator_forgets_table_of_locks(patch: MonkeyPatch) -> None:
    forget(patch, "pg_lock_status$|")


@fault(
    "an administrator forgets the counters",
    noticed_by="tenancy/side_channels",
    examples="An administrator closes the counters of writes",
)
def administrator_forgets_counters(patch: MonkeyPatch) -> None:
    forget(patch, "pg_stat_get_", "pg_stat_get_db_")


@fault(
    "an administrator forgets the connections",
    noticed_by="tenancy/side_channels",
    examples="An administrator closes the list of connections",
)
def administrator_forgets_connections(patch: MonkeyPatch) -> None:
    forget(patch, "pg_stat_get_", "pg_stat_get_t")


@fault(
    "an administrator forgets the sizes",
    noticed_by="tenancy/side_channels",
    examples="An administrator closes the size of a table",
)
def administrator_forgets_sizes(patch: MonkeyPatch) -> None:
    forget(patch, "_size$", "_length$")


@fault(
    "an administrator forgets the locks of all",
    noticed_by="tenancy/side_channels",
    own_server=True,
    examples="An administrator keeps",
)
def administrator_forgets_locks_of_all(patch: MonkeyPatch) -> None:
    forget(patch, "pg_(try_)?advisory_|")


@fault(
    "what is closed keeps migrations out",
    noticed_by="tenancy/side_channels",
    own_server=True,
    examples="The service needs nothing",
)
def what_is_closed_keeps_migrations_out(patch: MonkeyPatch) -> None:
    forget(patch, "migrates <> 0", "false")
