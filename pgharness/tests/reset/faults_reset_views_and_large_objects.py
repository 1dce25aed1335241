"""What a reset might forget besides rows of tables."""

from _pytest.monkeypatch import MonkeyPatch

import test_reset_views_and_large_objects as tests
from breaking import fault
from pgharness.isolation.snapshots import Snapshot
from pgharness.reset import catalog, large_objects, materialized_views
from pgharness.reset.catalog import Name


@fault(
    "materialized views keep their rows",
    noticed_by=tests.test_materialized_views_are_as_if_nothing_had_been_stored,
    how="",
)
def views_are_kept(patch: MonkeyPatch) -> None:
    patch.setattr(materialized_views, "read", lambda _: ())


@fault(
    "only a view that has a new file counts as refreshed",
    noticed_by=tests.test_materialized_views_are_as_if_nothing_had_been_stored,
    how="CONCURRENTLY",
)
def concurrent_refresh_is_missed(patch: MonkeyPatch) -> None:
    def filenode(view: Name) -> str:
        return f"pg_relation_filenode('{view[1]}'::regclass)"

    patch.setattr(materialized_views, "version", filenode)


@fault(
    "large objects are kept",
    noticed_by=tests.test_large_objects_go_with_all_tables_and_with_no_choice_of_them,
)
def objects_are_kept(patch: MonkeyPatch) -> None:
    patch.setattr(large_objects, "ANY", "false")


@fault(
    "a scope puts back nothing but rows",
    noticed_by=tests.test_a_scope_puts_views_and_large_objects_back,
)
def scope_forgets(patch: MonkeyPatch) -> None:
    patch.setattr(Snapshot, "_refresh_views", lambda *_: None)
    patch.setattr(large_objects, "put_back", lambda *_: None)


@fault(
    "a refreshed view counts as a change of the schema",
    noticed_by=tests.test_a_refresh_is_not_taken_for_a_change_of_the_schema,
)
def toast_tables_count(patch: MonkeyPatch) -> None:
    stamp = catalog.RELATIONS_STAMP.replace("AND relnamespace <> 'pg_toast'::regnamespace", "")
    patch.setattr(catalog, "RELATIONS_STAMP", stamp)
