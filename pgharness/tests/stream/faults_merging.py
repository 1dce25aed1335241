"""Faults of merged streams: ids that collide, and results that replace better ones."""

from typing import Any

from _pytest.monkeypatch import MonkeyPatch

import test_merging as tests
from breaking import fault
from pgharness.results.stream import merging
from pgharness.results.stream.ids import Message, Names


@fault("ids of two streams collide", noticed_by=tests.test_streams_of_all_samples_are_one)
def ids_collide(patch: MonkeyPatch) -> None:
    patch.setattr(Names, "new", lambda _, name: name)


@fault(
    "what streams have in common is written once for each",
    noticed_by=tests.test_a_rerun_adds_attempts_only,
    name="rules",
)
def nothing_is_shared(patch: MonkeyPatch) -> None:
    real = merging._Merger._share

    def alone(self: merging._Merger, *given: Any) -> Message | None:
        self.shared.clear()
        return real(self, *given)

    patch.setattr(merging._Merger, "_share", alone)


@fault(
    "the stream that is named last counts, not the later one",
    noticed_by=tests.test_the_later_run_of_a_case_counts_however_they_are_named,
)
def order_is_that_of_names(patch: MonkeyPatch) -> None:
    patch.setattr(merging, "sorted", lambda streams, **_: list(streams), raising=False)


@fault(
    "a rerun that passed does not make up for the failure",
    noticed_by=tests.test_the_later_run_of_a_case_counts_however_they_are_named,
)
def failures_remain(patch: MonkeyPatch) -> None:
    patch.setattr(merging._Merger, "_holds", lambda _self, _number, end: end["success"])


@fault(
    "a failure that no case shows is forgotten",
    noticed_by=tests.test_a_failure_without_a_failed_case_remains,
)
def other_failures_are_forgotten(patch: MonkeyPatch) -> None:
    real = merging._Merger._holds

    def forgotten(self: merging._Merger, number: int, end: dict[str, Any]) -> bool:
        return real(self, number, end | {"message": ""})

    patch.setattr(merging._Merger, "_holds", forgotten)


@fault(
    "a case that was cut off replaces its earlier result",
    noticed_by=tests.test_a_case_that_was_cut_off_does_not_replace_one_that_was_not,
)
def cut_off_cases_count(patch: MonkeyPatch) -> None:
    patch.setattr(merging._Merger, "count", lambda _: None)


@fault(
    "a merged stream has an end though one of its streams has none",
    noticed_by=tests.test_a_stream_without_an_end_leaves_the_merged_one_without,
)
def ends_are_made_up(patch: MonkeyPatch) -> None:
    real = merging._Merger.end

    def made_up(self: merging._Merger, streams: list[merging.Stream], *rest: str) -> list[Message]:
        return real(self, [stream for stream in streams if stream.is_finished], *rest)

    patch.setattr(merging._Merger, "end", made_up)


@fault(
    "two versions of a feature are mixed",
    noticed_by=tests.test_two_versions_of_a_feature_are_not_merged,
)
def versions_are_mixed(patch: MonkeyPatch) -> None:
    patch.setattr(merging._Merger, "_check_version", lambda *_: None)
