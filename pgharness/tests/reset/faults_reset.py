"""What a reset may empty wrongly: too little, too much, in the wrong order, or too slowly."""

from _pytest.monkeypatch import MonkeyPatch
from psycopg import sql

import test_reset_choices as choices
import test_reset_schemas as schemas
import test_reset_writes as writes
from breaking import fault
from pgharness.reset import foreign_keys, function, plan, reset
from pgharness.reset.catalog import Name
from pgharness.reset.foreign_keys import DependencyMap
from pgharness.reset.plan import Choice, Plan


@fault(
    "the tables of a cycle go one after the other",
    noticed_by=schemas.test_the_owner_of_all_tables_resets_them_without_any_other_right,
    schema="a cycle",
)
def cycle_is_not_one_statement(patch: MonkeyPatch) -> None:
    given = plan.deletion
    patch.setattr(
        plan, "deletion", lambda sources: "; ".join(given([source]) for source in sources)
    )


@fault(
    "a table with rows is passed over",
    noticed_by=schemas.test_the_owner_of_all_tables_resets_them_without_any_other_right,
    schema="a cascade",
)
def table_is_passed_over(patch: MonkeyPatch) -> None:
    given = vars(Plan)["dirty"].fget
    asked = 'EXISTS (SELECT FROM ONLY "public"."people")'
    patch.setattr(
        Plan,
        "dirty",
        property(lambda self: sql.SQL(given(self).as_string(None).replace(asked, "false"))),
    )


@fault(
    "parents go before their children",
    noticed_by=schemas.test_the_owner_of_all_tables_resets_them_without_any_other_right,
    schema="a strict child",
)
def parents_first(patch: MonkeyPatch) -> None:
    given = foreign_keys._ordered
    patch.setattr(foreign_keys, "_ordered", lambda *arguments: given(*arguments)[::-1])


@fault(
    "what was deferred is checked when all sequences are restarted",
    noticed_by=schemas.test_a_deferred_constraint_is_checked_within_the_reset,
    triggers="off",
)
def deferred_is_late(patch: MonkeyPatch) -> None:
    body = function.BODY.replace("SET CONSTRAINTS ALL IMMEDIATE;", "")
    patch.setattr(function, "BODY", body)


@fault(
    "what is clean is written to",
    noticed_by=writes.test_a_clean_database_is_not_written_to,
)
def clean_is_written_to(patch: MonkeyPatch) -> None:
    patch.setattr(function, "BODY", function.BODY.replace("OR {clean}", "", 1))
    patch.setattr(function, "DELETED", "{deletion};")


@fault(
    "everything is truncated",
    noticed_by=writes.test_only_tables_with_rows_and_sequences_that_moved_are_written_to,
)
def everything_is_truncated(patch: MonkeyPatch) -> None:
    patch.setattr(plan, "TRUNCATE_THRESHOLD_ROWS", {False: 0, True: 0})


@fault(
    "nothing is truncated",
    noticed_by=writes.test_many_rows_are_truncated_together_with_all_tables_that_refer_to_them,
    number=5000,
    expected={writes.TASKS, writes.NOTES},
)
def nothing_is_truncated(patch: MonkeyPatch) -> None:
    patch.setattr(plan, "TRUNCATE_THRESHOLD_ROWS", {False: 10**7, True: 10**7})


@fault(
    "nothing is logged",
    noticed_by=writes.test_a_line_of_the_log_says_what_was_done_and_how_long_it_took,
)
def nothing_is_logged(patch: MonkeyPatch) -> None:
    patch.setattr(reset.LOG, "info", lambda *_: None)


@fault(
    "a choice takes all its dependents with it",
    noticed_by=choices.test_rows_that_could_refer_but_do_not_are_left_alone,
    more=0,
)
def dependents_go_too(patch: MonkeyPatch) -> None:
    given = Choice.tables

    def tables(self: Choice, map_: DependencyMap) -> frozenset[Name]:
        return map_.dependents(given(self, map_))

    patch.setattr(Choice, "tables", tables)


@fault(
    "a choice leaves its dependents out",
    noticed_by=choices.test_only_the_chosen_tables_are_emptied,
    choice={"only": "tasks", "with_dependents": True},
    expected={"tasks", "notes", "tags"},
)
def dependents_stay(patch: MonkeyPatch) -> None:
    patch.setattr(DependencyMap, "dependents", lambda _, tables: frozenset(tables))


@fault(
    "rows that would refer to nothing are not refused",
    noticed_by=choices.test_a_choice_that_cannot_be_emptied_is_refused,
    choice={"only": "tasks"},
    reason="rows of notes refer to tasks",
)
def dangling_is_not_asked(patch: MonkeyPatch) -> None:
    patch.setattr(function, "BODY", function.BODY.replace("ELSIF dangling", "ELSIF false"))


@fault(
    "what is to be ignored is not",
    noticed_by=choices.test_an_ignored_table_keeps_its_rows_and_its_sequence,
)
def ignored_go_too(patch: MonkeyPatch) -> None:
    given = Choice.tables

    def tables(self: Choice, map_: DependencyMap) -> frozenset[Name]:
        return given(Choice(self.only, self.with_dependents), map_)

    patch.setattr(Choice, "tables", tables)
