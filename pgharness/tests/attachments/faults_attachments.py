"""Faults of what explains a failure: it is not attached, says too much, or hides the failure."""

from collections.abc import Iterable
from typing import Any

import psycopg
from _pytest.monkeypatch import MonkeyPatch
from behave.model import Scenario
from behave.runner import Context

import test_attachments as attaching
import test_attachments_refused as refused
import test_pytest_attachments as in_pytest
import test_waits
from breaking import fault
from pgharness.adapters import evidence, pytest_cases
from pgharness.adapters.behave import hooks
from pgharness.adapters.behave.reporting import attaching as adapter
from pgharness.core.attachments import Attachment
from pgharness.data.data_tables import Mismatch
from pgharness.isolation.test_database import Database
from pgharness.observe import waits
from pgharness.servers import psql


@fault(
    "statements are not attached",
    noticed_by=attaching.test_the_statements_of_a_failed_scenario_are_attached,
    settings="",
)
def no_statements(patch: MonkeyPatch) -> None:
    patch.setattr(evidence, "statements", lambda _: iter(()))


@fault(
    "statements are attached to what passes as well",
    noticed_by=attaching.test_the_statements_of_a_failed_scenario_are_attached,
    settings="",
)
def all_scenarios(patch: MonkeyPatch) -> None:
    given = hooks.after_scenario

    def after_scenario(context: Context, scenario: Scenario) -> None:
        adapter.attach(context, context.harness.statements())
        given(context, scenario)

    patch.setattr(hooks, "after_scenario", after_scenario)


@fault(
    "statements are below the step before theirs",
    noticed_by=attaching.test_the_statements_of_a_failed_scenario_are_attached,
    settings="",
)
def steps_before(patch: MonkeyPatch) -> None:
    patch.setattr(hooks, "current_step", lambda scenario: lambda: str(scenario.name))


@fault(
    "who waits is asked when the sessions are closed",
    noticed_by=attaching.test_who_waits_for_whom_is_attached,
    settings="",
)
def asked_too_late(patch: MonkeyPatch) -> None:
    given = adapter.attach

    def attach(context: Context, found: Iterable[Attachment]) -> None:
        context.world.close(failed=True)
        given(context, found)

    patch.setattr(hooks, "attach", attach)


@fault(
    "values of statements are shown with the sessions",
    noticed_by=attaching.test_who_waits_for_whom_is_attached,
    settings="",
)
def values_shown(patch: MonkeyPatch) -> None:
    patch.setattr(waits, "readable", lambda statement: statement)


@fault(
    "the transaction of each test that is rolled back is shown",
    noticed_by=attaching.test_an_open_transaction_is_attached_unless_it_is_that_of_the_test,
)
def own_transaction(patch: MonkeyPatch) -> None:
    given = evidence.waiting
    patch.setattr(evidence, "waiting", lambda database, **_: given(database, only_waits=False))


@fault(
    "the line for a report is that of the terminal",
    noticed_by=attaching.test_the_line_that_opens_the_kept_database_is_attached,
)
def whole_line(patch: MonkeyPatch) -> None:
    patch.setattr(psql, "line_for_reports", lambda url: psql.line(url, None))


@fault(
    "a table that differs is attached as text only",
    noticed_by=attaching.test_the_difference_of_a_table_comes_with_the_steps_error,
)
def no_table(patch: MonkeyPatch) -> None:
    patch.setattr(Mismatch, "attachments", [("text/plain", "")])


@fault(
    "a formatter that fails, fails the scenario",
    noticed_by=refused.test_a_formatter_that_fails_keeps_nothing_from_the_others,
    settings="",
)
def formatters_fail_scenarios(patch: MonkeyPatch) -> None:
    patch.setattr(adapter, "_give", lambda take, *what: take(*what))


@fault(
    "an observer that cannot answer is an error of its own",
    noticed_by=refused.test_an_observer_that_cannot_answer_hides_no_failure,
)
def observers_must_answer(patch: MonkeyPatch) -> None:
    def waiting(database: Database[Any], *, only_waits: bool) -> list[object]:
        return [waits.read(database.observer), only_waits]

    patch.setattr(evidence, "waiting", waiting)


@fault(
    "the run does not say how the server was lost",
    noticed_by=refused.test_a_server_that_is_gone_hides_no_failure,
    settings="",
)
def reason_is_lost(patch: MonkeyPatch) -> None:
    given = evidence.waiting

    def waiting(database: Database[Any], *, only_waits: bool) -> object:
        try:
            return list(given(database, only_waits=only_waits))
        except psycopg.Error:
            return []

    patch.setattr(evidence, "waiting", waiting)


@fault(
    "a test of pytest is not explained",
    noticed_by=in_pytest.test_a_failed_test_of_pytest_shows_the_same,
)
def no_sections(patch: MonkeyPatch) -> None:
    patch.setattr(pytest_cases, "explain", lambda *_: None)


@fault(
    "those who wait are shown before the one they wait for",
    noticed_by=test_waits.test_the_text_has_holders_first,
)
def waiting_first(patch: MonkeyPatch) -> None:
    patch.setattr(waits, "_depths", lambda found: {one.name: 0 for one in found})
