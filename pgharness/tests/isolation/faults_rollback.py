"""Faults of the cases that are rolled back: what is committed, leaks or is not refused."""

from _pytest.monkeypatch import MonkeyPatch

from breaking import fault
from pgharness.isolation import savepoints
from pgharness.isolation.savepoints import BEGIN, COMMIT, OuterTransaction, RolledBackDatabase
from test_rolled_back_cases import (
    test_a_unit_of_work_finds_no_setting_of_an_earlier_one,
    test_a_unit_of_work_is_seen_in_the_case_and_by_no_other_connection,
    test_nothing_of_a_case_is_left_to_the_next_one,
    test_what_needs_more_than_one_transaction_is_refused,
)


@fault(
    "a unit of work is committed",
    noticed_by=test_a_unit_of_work_is_seen_in_the_case_and_by_no_other_connection,
    ending="is committed",
)
def commit_units(patch: MonkeyPatch) -> None:
    patch.setattr(savepoints, "COMMIT", f"COMMIT; {BEGIN}")


@fault(
    "a unit of work that fails is not undone",
    noticed_by=test_a_unit_of_work_is_seen_in_the_case_and_by_no_other_connection,
    ending="fails",
)
def keep_what_failed(patch: MonkeyPatch) -> None:
    kept = "RELEASE SAVEPOINT unit_of_work; SAVEPOINT unit_of_work"
    patch.setattr(savepoints, "ROLLBACK", kept)


@fault(
    "a unit of work that fails takes all before it with it",
    noticed_by=test_a_unit_of_work_is_seen_in_the_case_and_by_no_other_connection,
    ending="fails",
)
def undo_all(patch: MonkeyPatch) -> None:
    patch.setattr(savepoints, "ROLLBACK", f"ROLLBACK; {BEGIN}")


@fault(
    "the role of a unit of work leaks into the next",
    noticed_by=test_a_unit_of_work_finds_no_setting_of_an_earlier_one,
    ending="is committed",
)
def keep_the_role(patch: MonkeyPatch) -> None:
    patch.setattr(savepoints, "COMMIT", COMMIT.replace("RESET ROLE;", ""))


@fault(
    "the tenant of a unit of work leaks into the next",
    noticed_by=test_a_unit_of_work_finds_no_setting_of_an_earlier_one,
    ending="is committed",
)
def keep_the_tenant(patch: MonkeyPatch) -> None:
    patch.setattr(savepoints, "COMMIT", COMMIT.replace("RESET ALL;", ""))


@fault(
    "a scenario is committed at its end",
    noticed_by=test_nothing_of_a_case_is_left_to_the_next_one,
    ending="ends well",
)
def commit_cases(patch: MonkeyPatch) -> None:
    given = OuterTransaction.end

    def end(self: OuterTransaction) -> None:
        assert self._connection is not None
        self._connection.execute("COMMIT")
        given(self)

    patch.setattr(OuterTransaction, "end", end)


@fault(
    "a scenario may have as many connections as it likes",
    noticed_by=test_what_needs_more_than_one_transaction_is_refused,
    wish="a further connection",
)
def give_the_url(patch: MonkeyPatch) -> None:
    patch.setattr(RolledBackDatabase, "url", property(lambda self: self._outermost.engine.url))


@fault(
    "another isolation level is taken for the one there is",
    noticed_by=test_what_needs_more_than_one_transaction_is_refused,
    wish="another isolation level",
)
def ignore_isolation_levels(patch: MonkeyPatch) -> None:
    patch.setattr(savepoints._SavepointConnection, "set_isolation_level", lambda *_: None)


@fault(
    "a unit of work that is open is read as others see it",
    noticed_by=test_what_needs_more_than_one_transaction_is_refused,
    wish="to read while a unit of work is open",
)
def read_open_work(patch: MonkeyPatch) -> None:
    patch.setattr(savepoints, "checked_out", lambda _: 0)
