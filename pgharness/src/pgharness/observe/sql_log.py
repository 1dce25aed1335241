"""`-D sql=on`: what the service sends to the database, without a single value.

Parameters are never written, only their names: they hold hashes, tokens' ids and addresses. Text
that a statement spells out is left out as well.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TextIO

from sqlalchemy import Connection, Engine, ExceptionContext, event

WIDTH: Final = 8
"""Characters for the connection's name."""

TEXT: Final = re.compile(r"""(?i:\bE)'(?:[^'\\]|\\.|'')*'|'[^']*'|\$(\w*)\$.*?\$\1\$""", re.DOTALL)
"""What a statement spells out: in quotes, with escapes or without, or in dollars."""

PARAMETER: Final = re.compile(r"""%\((\w+)\)s(?:::[\w"]+(?: WITH(?:OUT)? TIME ZONE)?(?:\[\])?)?""")
"""How SQLAlchemy writes a parameter for psycopg, with its type."""

Listener = Callable[..., None]


class SqlLog:
    """Writes each statement of every SQLAlchemy engine to `output` while a scenario is under way.

    A line is the connection's `application_name` and one statement; a heading names the scenario.
    A statement is written before it is sent: the last line is the one that waits.
    """

    def __init__(self, output: TextIO) -> None:
        self._output = output
        self._heading: str | None = None
        self._under_way = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear all engines, those that are made later included; savepoints are statements."""
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

    def begin(self, scenario: str) -> None:
        """Write from now on what is sent, under this heading."""
        self._heading, self._under_way = scenario, True

    def end(self) -> None:
        """Write nothing more until the next scenario begins."""
        self._under_way = False

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
        self._output.write(f"{above}{_name(connection):{WIDTH}} {statement}\n")


def readable(statement: str) -> str:
    """Return a statement in one line, its parameters by name and no text that it spells out."""
    return PARAMETER.sub(r":\1", TEXT.sub("'…'", " ".join(statement.split())))


def _name(connection: Connection) -> str:
    """Return the name under which the server knows the connection."""
    if connection.invalidated:
        return "(lost)"
    driver = connection.connection.driver_connection
    if driver is None or driver.closed:
        return "(closed)"
    return str(driver.info.get_parameters().get("application_name", "unnamed"))
