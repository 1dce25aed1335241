"""The same catalogue for what the criteria say of the harness: their factories, and the SQL log."""

from typing import Final

from tests.faults import Catalogue

HARNESS_DATA: Final[Catalogue] = {
    "features/harness/factories.feature": {
        "a model has no factory": (
            "import features.support.factories as f\n"
            "from domain.workspace import Turn\n"
            "del f.FACTORIES[Turn]"
        ),
    },
    "features/harness/statements.feature": {
        "the log of statements has their parameters": (
            "from pgharness.observe.sql_log import SqlLog\n"
            "def statement(self, connection, cursor, text, parameters, *rest):\n"
            "    self._write(connection, f'{text} {parameters}')\n"
            "SqlLog._statement = statement"
        ),
    },
}
