"""The same catalogue for what the harness tells of the statements that it sees."""

from typing import Final

from tests.faults import Fault

_LOG: Final = "features/harness/statements.feature --tags=@harness-80"
_SECRETS: Final = "features/harness/statements.feature --tags=@harness-81"

HARNESS_GUIDES: Final = [
    Fault(
        "the log of statements has their parameters",
        _SECRETS,
        "from pgharness.observe.sql_log import SqlLog\n"
        "def statement(self, connection, cursor, text, parameters, *rest):\n"
        "    self._write(connection, f'{text} {parameters}')\n"
        "SqlLog._statement = statement",
    ),
    Fault(
        "the log of statements has the first one of each kind only",
        _LOG,
        "from pgharness.observe.sql_log import SqlLog\n"
        "given, seen = SqlLog._write, set()\n"
        "def write(self, connection, statement):\n"
        "    kind = statement.split()[0]\n"
        "    if kind not in seen: given(self, connection, statement)\n"
        "    seen.add(kind)\n"
        "SqlLog._write = write",
    ),
    Fault(
        "the log of statements does not say who sends them",
        _LOG,
        "from pgharness.observe import sql_log\nsql_log._name = lambda connection: 'domain'",
    ),
    Fault(
        "the log of statements does not name the scenario",
        _LOG,
        "from pgharness.observe.sql_log import SqlLog\n"
        "given = SqlLog.begin\n"
        "SqlLog.begin = lambda self, scenario: given(self, '')",
    ),
    Fault(
        "the log of statements does not say what the database refused",
        _LOG,
        "from pgharness.observe.sql_log import SqlLog\nSqlLog._error = lambda self, context: None",
    ),
]
