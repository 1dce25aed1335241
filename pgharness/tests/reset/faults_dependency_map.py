"""Faults of the map of a database's tables."""

from _pytest.monkeypatch import MonkeyPatch

import test_dependency_map as tests
from breaking import fault
from pgharness.reset import catalog, foreign_keys


@fault(
    "one table is missing from the map",
    noticed_by=tests.test_it_has_every_table_and_foreign_key_of_the_metadata,
)
def one_table_is_missing(patch: MonkeyPatch) -> None:
    changed = catalog.TABLES.replace("WHERE c", "WHERE c.relname <> 'countries' AND c", 1)
    patch.setattr(catalog, "TABLES", changed)


@fault("the map has one schema", noticed_by=tests.test_it_has_the_tables_of_all_schemas)
def one_schema(patch: MonkeyPatch) -> None:
    changed = catalog.TABLES.replace("WHERE c", "WHERE n.nspname = 'public' AND c", 1)
    patch.setattr(catalog, "TABLES", changed)


@fault(
    "the map is in the order of the alphabet",
    noticed_by=tests.test_children_come_before_their_parents,
    schema="a family",
)
def order_of_the_alphabet(patch: MonkeyPatch) -> None:
    patch.setattr(
        foreign_keys, "_ordered", lambda tables, _: tuple((table,) for table in sorted(tables))
    )


@fault("a cycle is no group", noticed_by=tests.test_tables_that_need_each_other_are_one_group)
def cycle_is_no_group(patch: MonkeyPatch) -> None:
    given = foreign_keys._ordered
    patch.setattr(
        foreign_keys,
        "_ordered",
        lambda *arguments: tuple((table,) for group in given(*arguments) for table in group),
    )


@fault("partitions are tables", noticed_by=tests.test_a_partition_belongs_to_its_table)
def partitions_are_tables(patch: MonkeyPatch) -> None:
    changed = catalog.TABLES.replace("AND NOT c.relispartition", "")
    patch.setattr(catalog, "TABLES", changed)


@fault(
    "the version table is a table like others",
    noticed_by=tests.test_what_the_migrations_and_other_sessions_keep_is_left_out,
)
def version_table_is_a_table(patch: MonkeyPatch) -> None:
    patch.setattr(foreign_keys, "ALWAYS_IGNORED", "")


@fault(
    "temporary tables are tables like others",
    noticed_by=tests.test_what_the_migrations_and_other_sessions_keep_is_left_out,
)
def temporary_tables_are_tables(patch: MonkeyPatch) -> None:
    changed = catalog.TABLES.replace("AND c.relpersistence <> 't'", "").replace(
        "AND n.nspname NOT LIKE 'pg\\_%'", "AND n.nspname <> 'pg_catalog'"
    )
    patch.setattr(catalog, "TABLES", changed)


@fault(
    "an extension's tables are the application's",
    noticed_by=tests.test_what_is_not_a_table_of_the_application_is_left_out,
)
def tables_of_extensions(patch: MonkeyPatch) -> None:
    changed = catalog.TABLES.replace("e.deptype = 'e'", "false")
    patch.setattr(catalog, "TABLES", changed)
