"""Faults of how sequences are sent back to their start."""

from _pytest.monkeypatch import MonkeyPatch

import test_sequences as tests
from breaking import fault
from pgharness.reset import catalog, function, plan, sequences
from pgharness.reset.sequences import SequenceDefinition


@fault(
    "one sequence is not restarted",
    noticed_by=tests.test_a_sequence_restarts,
    kind="in steps of 5",
)
@fault(
    "one sequence of many is not restarted",
    noticed_by=tests.test_sequences_of_all_kinds_restart_at_once,
)
def one_is_not_restarted(patch: MonkeyPatch) -> None:
    given = sequences.read
    patch.setattr(
        sequences,
        "read",
        lambda connection: tuple(one for one in given(connection) if one.increment != 5),
    )


@fault("sequences begin at 1", noticed_by=tests.test_a_sequence_restarts, kind="of no table")
def sequences_begin_at_1(patch: MonkeyPatch) -> None:
    changed = catalog.SEQUENCES.replace("s.seqstart", "1::bigint")
    patch.setattr(catalog, "SEQUENCES", changed)


def _position(patch: MonkeyPatch, part: str, instead: str) -> None:
    given = SequenceDefinition.position
    assert isinstance(given, property)
    patch.setattr(
        SequenceDefinition,
        "position",
        property(
            lambda self: str(given.__get__(self)).replace(part, instead.format(start=self.start))
        ),
    )


@fault(
    "a sequence that came round counts as new",
    noticed_by=tests.test_a_sequence_restarts,
    kind="come round to its start",
)
@fault(
    "a sequence of which only the first value came counts as new",
    noticed_by=tests.test_a_sequence_restarts,
    kind="only its first value drawn",
)
def came_round_counts_as_new(patch: MonkeyPatch) -> None:
    _position(patch, "is_called", "false")


@fault(
    "a value that was only set counts as new",
    noticed_by=tests.test_a_sequence_that_was_only_set_is_set_back,
)
def only_set_counts_as_new(patch: MonkeyPatch) -> None:
    _position(patch, "last_value", "CASE WHEN is_called THEN last_value ELSE {start} END")


@fault(
    "numbers taken in advance still come out",
    noticed_by=tests.test_values_that_open_connections_have_cached_are_forgotten,
)
def cached_values_come_out(patch: MonkeyPatch) -> None:
    changed = catalog.SEQUENCES.replace("s.seqcache", "1::bigint")
    patch.setattr(catalog, "SEQUENCES", changed)


@fault(
    "a choice of tables restarts everything",
    noticed_by=tests.test_a_choice_restarts_only_the_sequences_of_its_tables,
)
def choice_restarts_everything(patch: MonkeyPatch) -> None:
    patch.setattr(plan.Choice, "sequences", lambda _, all_, __: tuple(all_))


@fault(
    "a sequence that has not moved is restarted",
    noticed_by=tests.test_only_a_sequence_that_has_moved_is_restarted,
)
def all_are_restarted(patch: MonkeyPatch) -> None:
    changed = function.RESTARTED.replace("stand[{number}] <> {beginning}", "true", 1)
    patch.setattr(function, "RESTARTED", changed)
