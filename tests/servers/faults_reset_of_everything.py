"""What a reset might forget besides rows of tables."""

from _pytest.monkeypatch import MonkeyPatch

from breaking import fault
from pgharness.isolation.snapshots import Snapshot
from pgharness.reset import function, large_objects, materialized_views
from pgharness.reset.catalog import Name
from pgharness.reset.sequences import Sequence
from tests.servers import test_reset_of_everything as tests


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


@fault("large objects are kept", noticed_by=tests.test_large_objects_go_with_all_tables)
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
    "what a trigger draws in a refused reset counts as somebody else's",
    noticed_by=tests.test_no_sequence_stays_moved_by_a_reset_that_is_refused,
    writer="TRIGGER",
    keeper="notes ENABLE ALWAYS TRIGGER",
    notes="0 CACHE 1",
)
def draws_are_kept(patch: MonkeyPatch) -> None:
    patch.setattr(Sequence, "drawn_here", lambda *_: "false")


@fault(
    "only a sequence that was restarted is put back",
    noticed_by=tests.test_no_sequence_stays_moved_by_a_reset_that_is_refused,
    writer="RULE",
    keeper="people ENABLE ALWAYS TRIGGER",
    notes="0 CACHE 1",
)
def only_restarted_come_back(patch: MonkeyPatch) -> None:
    put_back = function.PUT_BACK.replace("OR by_now <> positions[{number}]", "")
    patch.setattr(function, "PUT_BACK", put_back)
