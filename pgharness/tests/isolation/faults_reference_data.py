"""Faults of what is kept between tests: what the migrations insert."""

from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from _pytest.monkeypatch import MonkeyPatch

import test_reference_data as tests
from breaking import fault
from pgharness.adapters.test_run import Harness
from pgharness.isolation import digests, snapshots
from pgharness.isolation.snapshots import EMPTY, Snapshot
from pgharness.isolation.test_database import Database
from pgharness.reset import sequences


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
    patch.setattr(Snapshot, "_put_rows_back", lambda *_: None)
    patch.setattr(Snapshot, "differences", lambda *_: [])


@fault(
    "a column called t hides all others",
    noticed_by=tests.test_a_value_beside_a_column_called_like_an_alias_is_put_back,
)
def column_hides_others(patch: MonkeyPatch) -> None:
    patch.setattr(digests, "DIGEST", digests.DIGEST.replace("(t.*)::text", "t::text"))


@fault(
    "a trigger of a partition changes what is put back",
    noticed_by=tests.test_reference_data_of_an_unusual_table_are_put_back,
    name="a partition with a trigger of its own",
)
def trigger_of_a_partition_fires(patch: MonkeyPatch) -> None:
    patch.setattr(snapshots, "_switch", lambda *_: None)


@fault(
    "large objects of the migrations are not looked at",
    noticed_by=tests.test_a_large_object_that_is_removed_past_a_rolled_back_test_is_told,
)
def large_objects_are_not_looked_at(patch: MonkeyPatch) -> None:
    patch.setattr(Database, "_check_nothing_committed", lambda _: None)


@fault(
    "cached values come out after a sequence was put back",
    noticed_by=tests.test_a_cached_sequence_goes_on_after_what_the_migrations_have_drawn,
)
def cached_values_come_out(patch: MonkeyPatch) -> None:
    given = sequences._positions
    patch.setattr(
        sequences,
        "_positions",
        lambda connection: [(replace(one, cache=1), at) for one, at in given(connection)],
    )


@fault(
    "a server of its own is to hold what the run's database holds",
    noticed_by=tests.test_a_server_of_its_own_has_what_its_own_migrations_have_inserted,
)
def initial_of_another_server(patch: MonkeyPatch) -> None:
    given = Harness._start_durable

    def started(self: Harness[Any], cleanups: ExitStack) -> Any:
        server, database = given(self, cleanups)
        database._begin_with(self._database.initial)
        return server, database

    patch.setattr(Harness, "_start_durable", started)
