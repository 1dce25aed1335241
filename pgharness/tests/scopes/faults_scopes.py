"""Faults of scopes: what they leave, what they lose, and what they share with others."""

import dataclasses
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any, Final

import psycopg
from _pytest.monkeypatch import MonkeyPatch
from behave.runner import Context
from psycopg import sql

import test_scopes as scopes
import test_scopes_in_projects as projects
import test_scopes_within as within
from behave_projects import OURS
from breaking import fault
from pgharness.adapters.behave import environment, scope_tags
from pgharness.adapters.test_run import Harness
from pgharness.isolation import snapshots, stored_tables
from pgharness.isolation.snapshots import Snapshot
from pgharness.isolation.test_database import Database
from pgharness.reset import large_objects, sequences
from pgharness.reset.catalog import Name
from pgharness.reset.foreign_keys import DependencyMap
from scope_model import Element

CHANGES: Final = scopes.test_what_a_scenario_changes_for_itself_is_as_it_was_for_the_others
WITHIN: Final = within.test_a_rule_within_a_feature_adds_to_it_as_long_as_it_lasts
OF_THE_RUN: Final = within.test_what_is_kept_to_the_end_of_the_run_is_shared_by_those_that_ask


def skip_the_check(patch: MonkeyPatch) -> None:
    """Check nothing of what was put back: a later scenario must find it."""
    patch.setattr(Snapshot, "differences", lambda *_: [])


def never_end(patch: MonkeyPatch, width: str) -> None:
    """End the scopes of one width, and put nothing back."""
    given = scope_tags.begin

    def begin(context: Context, element: Element) -> None:
        given(context, element)
        if f"fixture.cleanup.{width}" in element.tags:
            context.harness._scopes._open[-1].end = lambda: None

    patch.setattr(scope_tags, "begin", begin)


@fault(
    "what a scenario leaves is not removed",
    noticed_by=scopes.test_without_a_tag_scenarios_share_nothing,
)
def nothing_is_removed(patch: MonkeyPatch) -> None:
    patch.setattr(Database, "empty", lambda _, **__: None)


@fault("the clean-up of a scenario's scope is missing", noticed_by=CHANGES, tag="cleanup.scenario")
def scenario_never_ends(patch: MonkeyPatch) -> None:
    never_end(patch, "scenario")


@fault("the clean-up of a rule's scope is missing", noticed_by=WITHIN)
def rule_never_ends(patch: MonkeyPatch) -> None:
    never_end(patch, "rule")


@fault("a rule shares with the scenarios before it", noticed_by=WITHIN)
def rule_is_ignored(patch: MonkeyPatch) -> None:
    given = scope_tags.widths
    patch.setattr(scope_tags, "widths", lambda element: (w for w in given(element) if w != "rule"))


@fault("rows kept to the end of the run are in the database of other tests", noticed_by=OF_THE_RUN)
def kept_for_all(patch: MonkeyPatch) -> None:
    given = Harness.scope_of_the_run

    def scope_of_the_run(self: Harness[Any]) -> Any:
        if self._kept_database is None:
            self._kept_database = self._database
            self._scopes.open(self._database)
        return given(self)

    patch.setattr(Harness, "scope_of_the_run", scope_of_the_run)


@fault("what is kept to the end of the run is kept for one rule only", noticed_by=OF_THE_RUN)
def kept_for_one_rule(patch: MonkeyPatch) -> None:
    given = Harness.scope_of_the_run

    def scope_of_the_run(self: Harness[Any]) -> Any:
        self._kept_database = None
        return given(self)

    patch.setattr(Harness, "scope_of_the_run", scope_of_the_run)


@fault("a snapshot forgets a table", noticed_by=CHANGES, tag="cleanup.scenario")
def table_is_forgotten(patch: MonkeyPatch) -> None:
    given = Snapshot.take

    def take(connection: psycopg.Connection) -> Snapshot:
        taken = given(connection)
        rows, digests = dict(taken.rows), dict(taken.digests)
        for found in (rows, digests):
            found.pop(("public", "journal"), None)
        return dataclasses.replace(taken, rows=rows, digests=digests)

    patch.setattr(Snapshot, "take", take)


@fault(
    "a table is missing among those that are looked at", noticed_by=CHANGES, tag="cleanup.scenario"
)
def table_is_overlooked(patch: MonkeyPatch) -> None:
    overlooked = ("public", "titles")

    class Overlooking(DependencyMap):
        @classmethod
        def read(cls, connection: psycopg.Connection) -> Any:
            given = DependencyMap.read(connection)
            keys = (key for key in given.references if overlooked not in (key.child, key.parent))
            groups = tuple(group for group in given.groups if overlooked not in group)
            return dataclasses.replace(given, groups=groups, references=tuple(keys))

    patch.setattr(stored_tables, "DependencyMap", Overlooking)


@fault(
    "changed rows are not restored, and the result is not verified",
    noticed_by=CHANGES,
    tag="cleanup.scenario",
)
def changed_rows_stay(patch: MonkeyPatch) -> None:
    skip_the_check(patch)
    patch.setattr(snapshots, "_is_only_added_to", lambda *_: True)


@fault(
    "added rows stay, and the result is not verified", noticed_by=CHANGES, tag="cleanup.scenario"
)
def added_rows_stay(patch: MonkeyPatch) -> None:
    skip_the_check(patch)
    given = snapshots._removal

    def removal(table: sql.SQL, was: sql.Identifier, *, all_: bool) -> sql.SQL | sql.Composed:
        return given(table, was, all_=True) if all_ else sql.SQL("SELECT")

    patch.setattr(snapshots, "_removal", removal)


@fault(
    "deleted rows are not restored, and the result is not verified",
    noticed_by=CHANGES,
    tag="cleanup.scenario",
)
def deleted_rows_are_lost(patch: MonkeyPatch) -> None:
    skip_the_check(patch)
    patch.setattr(snapshots, "_return", lambda *_: sql.SQL("SELECT"))


@fault(
    "rows that refer to a replaced row are lost, and the result is not verified",
    noticed_by=CHANGES,
    tag="cleanup.scenario",
)
def cascaded_rows_are_lost(patch: MonkeyPatch) -> None:
    skip_the_check(patch)
    patch.setattr(DependencyMap, "dependents", lambda _, names: frozenset(names))


@fault(
    "large objects are not restored, and the result is not verified",
    noticed_by=CHANGES,
    tag="cleanup.scenario",
)
def large_objects_are_lost(patch: MonkeyPatch) -> None:
    skip_the_check(patch)
    patch.setattr(large_objects, "put_back", lambda *_: None)


@fault(
    "materialized views are not refreshed, and the result is not verified",
    noticed_by=CHANGES,
    tag="cleanup.scenario",
)
def views_are_stale(patch: MonkeyPatch) -> None:
    skip_the_check(patch)
    patch.setattr(Snapshot, "_refresh_views", lambda *_: None)


@fault("sequences are not put back", noticed_by=CHANGES, tag="cleanup.scenario")
def sequences_stay(patch: MonkeyPatch) -> None:
    patch.setattr(sequences, "moved", lambda _: {})
    patch.setattr(sequences, "put_back", lambda *_: None)


@fault(
    "a sequence that was set, and has given out nothing, is not put back",
    noticed_by=scopes.test_a_number_that_is_chosen_is_put_back_though_none_came_out,
    tag="cleanup.scenario",
)
def chosen_number_stays(patch: MonkeyPatch) -> None:
    given = sequences._positions
    patch.setattr(
        sequences, "_positions", lambda c: [(one, at) for one, at in given(c) if at.is_called]
    )


@fault(
    "a sequence that a rolled-back scenario has set is not put back",
    noticed_by=scopes.test_a_number_that_is_chosen_is_put_back_though_none_came_out,
    tag="rollback",
)
def chosen_number_is_not_rolled_back(patch: MonkeyPatch) -> None:
    patch.setattr(Database, "put_sequences_back", lambda _: None)


@fault(
    "what a rolled-back scenario has drawn from shared sequences is gone",
    noticed_by=within.test_a_scenario_that_is_rolled_back_may_be_the_first_or_the_last,
)
def drawn_numbers_are_gone(patch: MonkeyPatch) -> None:
    patch.setattr(Database, "put_sequences_back", lambda _: None)


@fault("within a scope, nothing is rolled back", noticed_by=CHANGES, tag="rollback")
def nothing_is_rolled_back(patch: MonkeyPatch) -> None:
    patch.setattr(Harness, "rolled_back", lambda _: nullcontext())


@fault("triggers stay off", noticed_by=CHANGES, tag="cleanup.scenario")
def triggers_stay_off(patch: MonkeyPatch) -> None:
    given = snapshots._switch

    def switch(connection: psycopg.Connection, how: Any, table: Name, trigger: str) -> None:
        if "DIS" in how:
            given(connection, how, table, trigger)

    patch.setattr(snapshots, "_switch", switch)


PROJECT: Final = projects.test_scopes_within_each_other_and_across_features


@fault("the hook before a feature begins no scope", noticed_by=PROJECT, settings=OURS)
def hook_of_a_feature_does_nothing(patch: MonkeyPatch) -> None:
    patch.setattr(environment, "before_feature", lambda *_: None)


@fault("the hook before a rule begins no scope", noticed_by=PROJECT, settings="")
def hook_of_a_rule_does_nothing(patch: MonkeyPatch) -> None:
    patch.setattr(environment, "before_rule", lambda *_: None)


@fault(
    "a narrower scope beside that of the run depends on the order of their tags",
    noticed_by=within.test_a_rule_within_the_scope_of_the_run_may_have_its_tags_in_any_order,
    tags=("rule", "run"),
)
def tags_have_an_order(patch: MonkeyPatch) -> None:
    def widths(element: Element) -> Iterator[str]:
        for tag in element.tags:
            if tag.startswith(scope_tags.PREFIX):
                yield tag.removeprefix(scope_tags.PREFIX)

    patch.setattr(scope_tags, "widths", widths)
