"""Faults of what is kept between tests: rows of the migrations, and rows of materialized views."""

from _pytest.monkeypatch import MonkeyPatch

import test_materialized_views
import test_reference_data as tests
from breaking import fault
from pgharness.isolation.snapshots import EMPTY, Snapshot
from pgharness.isolation.test_database import Database
from pgharness.reset import catalog


@fault(
    "what the migrations insert is emptied",
    noticed_by=tests.test_a_scope_starts_from_it_and_ends_with_it,
)
def everything_is_emptied(patch: MonkeyPatch) -> None:
    patch.setattr(Database, "initial", property(lambda _: EMPTY, lambda *_: None), raising=False)


@fault(
    "what the migrations insert stays as a test has changed it",
    noticed_by=tests.test_a_scope_starts_from_it_and_ends_with_it,
)
def changes_stay(patch: MonkeyPatch) -> None:
    patch.setattr(Database, "_make_initial", lambda self: self._reset()())
    patch.setattr(Snapshot, "put_back", lambda *_: None)


@fault(
    "a refreshed view counts as a change of the schema",
    noticed_by=test_materialized_views.test_a_refresh_is_not_taken_for_a_change_of_the_schema,
)
def toast_tables_count(patch: MonkeyPatch) -> None:
    stamp = catalog.RELATIONS_STAMP.replace("AND relnamespace <> 'pg_toast'::regnamespace", "")
    patch.setattr(catalog, "RELATIONS_STAMP", stamp)
