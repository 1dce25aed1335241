"""`-D sql=on`: the statements that the application sends to the database, without values.

Parameters are written by name only: values may be hashes, ids of tokens and addresses. String
literals in a statement are replaced by `'…'`.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Final, TextIO

from sqlalchemy import Connection, Engine, ExceptionContext, event

WIDTH: Final = 8
"""Columns for the name of the connection."""

KEPT: Final = 500
"""How many lines of a test are kept for `SqlLog.text`: its last ones."""

OUTSIDE: Final = "outside of the steps"

TEXT: Final = re.compile(
    r""""[^"]*"|(?i:\bE)'(?:[^'\\]|\\.|'')*(?:'|\\?\Z)|'[^']*(?:'|\Z)|\$(\w*)\$.*?(?:\$\1\$|\Z)""",
    re.DOTALL,
)
"""A quoted name, or a string literal: `E'…'`, `'…'` or dollar-quoted. Its end may be cut off."""

PARAMETER: Final = re.compile(
    r"""(?:%\((\w+)\)s|(\$\d+))(?:::[\w"]+(?: WITH(?:OUT)? TIME ZONE)?(?:\[\])?)?"""
)
"""How SQLAlchemy writes a parameter for psycopg, and psycopg for the server, with its type."""

Listener = Callable[..., None]


class SqlLog:
    """Writes each statement of every SQLAlchemy engine to `output` while a test runs.

    A line is the connection's `application_name` and one statement; a heading names the test. A
    statement is written before it is sent: the last line is the one that the server executes.
    """

    def __init__(self, output: TextIO) -> None:
        self._output = output
        self._heading: str | None = None
        self._under_way = False
        self._step: Callable[[], str] = str
        self._lock = RLock()
        self._kept: deque[tuple[str, str]] = deque(maxlen=KEPT)
        """The last lines of the test, each with its step."""
        self._count = 0

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Listen to all engines, including those created later."""
        listeners: dict[str, Listener] = {
            "before_cursor_execute": self._statement,
            "begin": lambda connection: self._write(connection, "BEGIN"),
            "commit": lambda connection: self._write(connection, "COMMIT"),
            "rollback": lambda connection: self._write(connection, "ROLLBACK"),
            "handle_error": self._error,
        }
        for name, listener in listeners.items():
            event.listen(Engine, name, listener)
        try:
            yield
        finally:
            for name, listener in listeners.items():
                event.remove(Engine, name, listener)

    def begin(self, scenario: str, step: Callable[[], str] = str) -> None:
        """Write statements from now on, with the test's name as the heading.

        `step` returns the step that is being executed, or an empty text, for `text`.
        """
        with self._lock:
            self._kept.clear()
            self._count, self._step = 0, step
        self._heading, self._under_way = scenario, True

    def end(self) -> None:
        """Write nothing until the next `begin`."""
        self._under_way = False

    def text(self) -> str:
        """Return the last `KEPT` lines since `begin`, with a heading above those of each step.

        It is empty if there were none.
        """
        with self._lock:
            kept, left_out = list(self._kept), self._count - len(self._kept)
        lines, above = [], ""
        if left_out:
            lines.append(
                f"-- {left_out} earlier {'line is' if left_out == 1 else 'lines are'} left out"
            )
        for step, line in kept:
            if step != above:
                lines.append(f"-- {step or OUTSIDE}")
                above = step
            lines.append(line)
        return "\n".join(lines)

    def _statement(
        self, connection: Connection, _cursor: object, statement: str, *_: object
    ) -> None:
        self._write(connection, readable(statement))

    def _error(self, context: ExceptionContext) -> None:
        if context.connection is not None:
            state = getattr(context.original_exception, "sqlstate", None) or "no SQLSTATE"
            kind = type(context.original_exception).__name__
            self._write(context.connection, f"-- {kind} ({state})")

    def _write(self, connection: Connection, statement: str) -> None:
        if not self._under_way:
            return
        heading, self._heading = self._heading, None
        above = f"\n--- {heading}\n" if heading else ""
        line = f"{_name(connection):{WIDTH}} {statement}"
        with self._lock:
            self._kept.append((self._step(), line))
            self._count += 1
        self._output.write(f"{above}{line}\n")


def readable(statement: str) -> str:
    """Return a statement in one line, with parameters by name and without string literals."""
    return PARAMETER.sub(_untyped, TEXT.sub(_hidden, " ".join(statement.split())))


def _untyped(found: re.Match[str]) -> str:
    return f":{found[1]}" if found[1] else found[2]


def _hidden(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith('"') else "'…'"


def _name(connection: Connection) -> str:
    """Return the connection's `application_name`, or why it has none."""
    if connection.invalidated:
        return "(lost)"
    driver = connection.connection.driver_connection
    if driver is None or driver.closed:
        return "(closed)"
    return str(driver.info.get_parameters().get("application_name", "unnamed"))
