"""What a connection may not notice of a database that has changed since its last reset."""

from _pytest.monkeypatch import MonkeyPatch

import test_reset_changed_schema as tests
from breaking import fault
from pgharness.reset import catalog, function
from pgharness.reset.catalog import Name
from pgharness.reset.execute import FunctionResult, ResetOutcome
from pgharness.reset.reset import Reset


@fault(
    "a function is kept for ever",
    noticed_by=tests.test_the_reset_after_a_change_empties_what_is_there,
    change="a table with a row was added",
)
def function_is_kept(patch: MonkeyPatch) -> None:
    def up_to_date(self: Reset) -> tuple[FunctionResult, frozenset[Name]]:
        if not self._made:
            self._execution.make()
            self._made = True
        return self._tried()

    patch.setattr(Reset, "_up_to_date", up_to_date)


@fault(
    "names are not looked at",
    noticed_by=tests.test_the_reset_after_a_change_empties_what_is_there,
    change="the version table became an ordinary one",
)
def names_are_not_compared(patch: MonkeyPatch) -> None:
    patch.setattr(function, "BODY", function.BODY.replace("{names_hold}, ", "true, "))


@fault(
    "tables that come or change are not noticed",
    noticed_by=tests.test_the_reset_after_a_change_empties_what_is_there,
    change="a table with a row was added",
)
def tables_are_not_compared(patch: MonkeyPatch) -> None:
    patch.setattr(catalog, "RELATIONS_STAMP", "''")


@fault(
    "partitions that come or change are not noticed",
    noticed_by=tests.test_the_reset_after_a_change_empties_what_is_there,
    change="a partition with rows was detached",
)
def partitions_are_not_compared(patch: MonkeyPatch) -> None:
    patch.setattr(catalog, "PARTITIONS_STAMP", "''")


@fault(
    "sequences that come or change are not noticed",
    noticed_by=tests.test_the_reset_after_a_change_empties_what_is_there,
    change="a sequence was given another start",
)
def sequences_are_not_compared(patch: MonkeyPatch) -> None:
    patch.setattr(catalog, "SEQUENCES_STAMP", "''")


@fault(
    "an error of a function that is out of date is the reset's",
    noticed_by=tests.test_the_reset_after_a_change_empties_what_is_there,
    change="a table was dropped",
)
def errors_are_final(patch: MonkeyPatch) -> None:
    def up_to_date(self: Reset) -> tuple[FunctionResult, frozenset[Name]]:
        if self._made:
            found, truncated = self._tried()
            if found.outcome is not ResetOutcome.CHANGED:
                return found, truncated
        self._execution.make()
        self._made = True
        return self._tried()

    patch.setattr(Reset, "_up_to_date", up_to_date)
