"""Faults of what is kept between tests: what the migrations insert."""

from _pytest.monkeypatch import MonkeyPatch

import test_reference_data as tests
from breaking import fault
from pgharness.isolation.snapshots import EMPTY, Snapshot
from pgharness.isolation.test_database import Database


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
