"""Faults of the file of durations: it changes without need, or is taken for what it is not."""

from _pytest.monkeypatch import MonkeyPatch

import test_durations as tests
from breaking import fault
from pgharness.results import durations
from pgharness.results.durations import Durations


@fault(
    "each measurement changes the file",
    noticed_by=tests.test_what_is_about_the_same_stays_as_it_is,
)
def nothing_lasts(patch: MonkeyPatch) -> None:
    patch.setattr(durations, "_lasting", lambda seconds, _: seconds)


@fault(
    "every scenario is listed",
    noticed_by=tests.test_only_what_takes_much_longer_than_most_is_listed,
)
def all_are_listed(patch: MonkeyPatch) -> None:
    patch.setattr(durations, "TIMES_LISTED", 0.0)


@fault(
    "what was not measured takes no time",
    noticed_by=tests.test_only_what_takes_much_longer_than_most_is_listed,
)
def unknown_ones_take_no_time(patch: MonkeyPatch) -> None:
    patch.setattr(Durations, "of", lambda self, key: self.known.get(key, 0.0))


@fault(
    "earlier runs here do not count for the time left",
    noticed_by=tests.test_shards_know_the_file_only_and_the_time_left_knows_more,
)
def history_is_forgotten(patch: MonkeyPatch) -> None:
    patch.setattr(tests, "durations_of", durations.shared)


@fault(
    "earlier runs here count for shards",
    noticed_by=tests.test_shards_know_the_file_only_and_the_time_left_knows_more,
)
def history_counts_for_shards(patch: MonkeyPatch) -> None:
    patch.setattr(tests, "shared", durations.durations_of)
