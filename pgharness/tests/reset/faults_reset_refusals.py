"""Faults of refusals: half of a reset, a misread name, an incomplete message."""

from collections.abc import Iterable

import psycopg
from _pytest.monkeypatch import MonkeyPatch

import test_reset_locks as locks
import test_reset_refusals as refusals
import test_reset_sequences as sequences
import test_reset_triggers as triggers
from breaking import fault
from pgharness.core.errors import HarnessError
from pgharness.reset import function, reset
from pgharness.reset.catalog import Name
from pgharness.reset.execute import Execution, FunctionResult
from pgharness.reset.reset import Reset
from pgharness.reset.sequences import SequenceDefinition


@fault(
    "it is not seen whether it worked",
    noticed_by=triggers.test_rows_that_a_trigger_keeps_silently_are_noticed,
)
def result_is_not_checked(patch: MonkeyPatch) -> None:
    patch.setattr(function, "BODY", function.BODY.replace("IF NOT ({clean})", "IF false"))


@fault(
    "what was deleted before an error stays deleted",
    noticed_by=triggers.test_a_trigger_that_is_always_enabled_may_refuse_the_reset,
)
def half_is_committed(patch: MonkeyPatch) -> None:
    given = Execution.__call__

    def call(self: Execution, truncated: Iterable[Name] | None = None) -> FunctionResult:
        self._connection.execute("DELETE FROM tasks")
        return given(self, truncated)

    patch.setattr(Execution, "__call__", call)


@fault(
    "sequences are not put back after an error",
    noticed_by=triggers.test_rows_that_a_trigger_keeps_silently_are_noticed,
)
def sequences_stay_restarted(patch: MonkeyPatch) -> None:
    patch.setattr(SequenceDefinition, "put_back", lambda *_: "NULL")


@fault(
    "sequences are not put back when a reset is canceled",
    noticed_by=locks.test_a_canceled_reset_leaves_everything_as_it_was,
)
def cancellation_is_not_caught(patch: MonkeyPatch) -> None:
    patch.setattr(function, "BODY", function.BODY.replace("OR query_canceled ", ""))


@fault(
    "a role filtered by policies deletes nothing, without an error",
    noticed_by=triggers.test_a_role_from_which_policies_hide_rows_is_refused,
    hidden_from="the owner",
)
def policies_filter(patch: MonkeyPatch) -> None:
    body = function.BODY.replace("'row_security', 'off'", "'row_security', 'on'")
    patch.setattr(function, "BODY", body)


@fault(
    "what a trigger writes elsewhere stays",
    noticed_by=triggers.test_rows_that_a_trigger_writes_elsewhere_are_deleted_too,
)
def one_pass_only(patch: MonkeyPatch) -> None:
    patch.setattr(function, "PASSES", 1)


@fault(
    "triggers keep what they keep",
    noticed_by=triggers.test_a_trigger_that_is_not_always_enabled_does_not_fire,
)
def triggers_are_on(patch: MonkeyPatch) -> None:
    patch.setattr(reset, "TRIGGERS_OFF", {})


@fault(
    "triggers are off where rows stay",
    noticed_by=triggers.test_triggers_fire_where_some_rows_stay_because_foreign_keys_must_be_checked,
)
def triggers_stay_off(patch: MonkeyPatch) -> None:
    patch.setattr(function, "BODY", function.BODY.replace("{keep_references}", ""))


@fault(
    "the error does not name the trigger",
    noticed_by=triggers.test_a_trigger_may_refuse_a_role_that_cannot_switch_triggers_off,
)
def trigger_is_not_named(patch: MonkeyPatch) -> None:
    patch.setattr(reset, "INTERFERING", reset.INTERFERING.replace("WHERE", "WHERE false AND"))


@fault(
    "values drawn by a trigger in a refused reset count as those of another connection",
    noticed_by=sequences.test_no_sequence_stays_moved_by_a_reset_that_is_refused,
    writer="TRIGGER",
    keeper="notes ENABLE ALWAYS TRIGGER",
    notes="0 CACHE 1",
)
def draws_are_kept(patch: MonkeyPatch) -> None:
    patch.setattr(SequenceDefinition, "drawn_here", lambda *_: "false")


@fault(
    "only a sequence that was restarted is put back",
    noticed_by=sequences.test_no_sequence_stays_moved_by_a_reset_that_is_refused,
    writer="RULE",
    keeper="people ENABLE ALWAYS TRIGGER",
    notes="0 CACHE 1",
)
def only_restarted_come_back(patch: MonkeyPatch) -> None:
    put_back = function.PUT_BACK.replace("OR by_now <> positions[{number}]", "")
    patch.setattr(function, "PUT_BACK", put_back)


@fault(
    "a failed reset waits again for a sequence that another transaction has locked",
    noticed_by=locks.test_a_reset_that_waits_too_long_leaves_everything_as_it_was,
    hold="BEGIN; ALTER SEQUENCE a INCREMENT 2",
)
def waits_again(patch: MonkeyPatch) -> None:
    put_back = function.PUT_BACK.replace("lock_not_available", "unique_violation")
    patch.setattr(function, "PUT_BACK", put_back)


@fault(
    "a name by itself is another name",
    noticed_by=refusals.test_a_refusal_for_an_unknown_name_is_one_sentence,
)
def letters_are_names(patch: MonkeyPatch) -> None:
    def as_names(names: str | Iterable[str | Name]) -> tuple[str | Name, ...]:
        return tuple(names)

    patch.setattr(reset, "as_names", as_names)


@fault(
    "a refusal within a refusal ends twice",
    noticed_by=refusals.test_a_refusal_for_an_unknown_name_is_one_sentence,
)
def it_ends_twice(patch: MonkeyPatch) -> None:
    given = Reset._reason

    def reason(self: Reset, error: HarnessError | psycopg.Error) -> str:
        return str(error) if isinstance(error, HarnessError) else given(self, error)

    patch.setattr(Reset, "_reason", reason)


@fault(
    "a prepared transaction has no name",
    noticed_by=locks.test_a_prepared_transaction_that_holds_a_table_is_named,
)
def it_has_no_name(patch: MonkeyPatch) -> None:
    holders = reset.HOLDERS.replace("x.transaction = t.transactionid", "false")
    patch.setattr(reset, "HOLDERS", holders)
