"""Faults of the log of statements, and of looking for secrets in what is logged."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import Connection

import test_log_capture
import test_sql_log
from breaking import fault
from pgharness.observe import log_capture, sql_log
from pgharness.observe.log_capture import LogCapture
from pgharness.observe.sql_log import SqlLog


@fault("the log of statements has values", noticed_by=test_sql_log.test_no_value_is_written)
def values_written(patch: MonkeyPatch) -> None:
    def statement(
        self: SqlLog, connection: Connection, _: object, text: str, parameters: object, *__: object
    ) -> None:
        self._write(connection, f"{text} {parameters}")

    patch.setattr(SqlLog, "_statement", statement)


@fault(
    "the log of statements has the first one of each kind only",
    noticed_by=test_sql_log.test_every_statement_is_written_in_order_with_its_sender,
)
def first_of_each_kind(patch: MonkeyPatch) -> None:
    given = SqlLog._write
    seen: set[str] = set()

    def write(self: SqlLog, connection: Connection, statement: str) -> None:
        kind = statement.split(maxsplit=1)[0]
        if kind not in seen:
            given(self, connection, statement)
        seen.add(kind)

    patch.setattr(SqlLog, "_write", write)


@fault(
    "the log of statements does not say who sends them",
    noticed_by=test_sql_log.test_the_last_line_is_the_statement_that_waits,
)
def nameless(patch: MonkeyPatch) -> None:
    patch.setattr(sql_log, "_name", lambda _: "shop")


@fault(
    "the log of statements does not name the scenario",
    noticed_by=test_sql_log.test_the_heading_stands_once_above_what_is_written,
)
def no_heading(patch: MonkeyPatch) -> None:
    given = SqlLog.begin
    patch.setattr(SqlLog, "begin", lambda self, _: given(self, ""))


@fault(
    "the log of statements goes on between scenarios",
    noticed_by=test_sql_log.test_the_heading_stands_once_above_what_is_written,
)
def never_silent(patch: MonkeyPatch) -> None:
    patch.setattr(SqlLog, "end", lambda _: None)


@fault(
    "the log of statements does not say what the database refused",
    noticed_by=test_sql_log.test_a_refusal_of_the_database_is_written_and_that_all_is_undone,
)
def refusals_unsaid(patch: MonkeyPatch) -> None:
    patch.setattr(SqlLog, "_error", lambda *_: None)


@fault(
    "a secret in another spelling is not found",
    noticed_by=test_log_capture.test_a_secret_is_found_in_any_spelling,
    spelt="c2VjcmV0IGtleSE",
)
def one_spelling(patch: MonkeyPatch) -> None:
    patch.setattr(log_capture, "_BASE64", ())


@fault(
    "what a quiet logger says is not captured",
    noticed_by=test_log_capture.test_everything_is_captured_and_nothing_is_changed_for_good,
)
def quiet_loggers(patch: MonkeyPatch) -> None:
    @contextmanager
    def capture() -> Iterator[LogCapture]:
        captured = LogCapture()
        logging.getLogger().addHandler(captured)
        yield captured
        logging.getLogger().removeHandler(captured)

    patch.setattr(log_capture, "capture_everything", capture)


@fault(
    "the statements that are kept have no steps",
    noticed_by=test_sql_log.test_the_lines_of_a_test_are_kept_below_its_steps,
)
def no_steps(patch: MonkeyPatch) -> None:
    given = SqlLog.begin
    patch.setattr(SqlLog, "begin", lambda self, scenario, *_: given(self, scenario))


@fault(
    "the first statements are kept, and not the last",
    noticed_by=test_sql_log.test_the_last_lines_are_kept,
    more=1,
    note="-- 1 earlier line is left out",
)
def first_are_kept(patch: MonkeyPatch) -> None:
    patch.setattr(sql_log, "deque", FirstOnes)


class FirstOnes(list[tuple[str, str]]):
    """Has no room for more than its first elements."""

    def __init__(self, maxlen: int) -> None:
        super().__init__()
        self._most = maxlen

    def append(self, one: tuple[str, str]) -> None:
        """Add an element if there is room."""
        if len(self) < self._most:
            super().append(one)


@fault(
    "a value whose end the server has cut off is shown",
    noticed_by=test_sql_log.test_a_statement_is_readable,
    statement="SELECT 1, 'it is cut he",
    shown="SELECT 1, '…'",
)
def cut_values(patch: MonkeyPatch) -> None:
    whole = re.compile(sql_log.TEXT.pattern.replace(r"(?:'|\Z)", "'"), re.DOTALL)
    patch.setattr(sql_log, "TEXT", whole)
