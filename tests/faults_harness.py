"""What a test database would be without each of its guarantees."""

from typing import Final

from tests.faults import Catalogue

DATABASE: Final = "features/harness/test_database.feature"
SHARED: Final = "features/harness/shared_data.feature"
ROLLED_BACK: Final = "features/harness/rolled_back.feature"

HARNESS: Final[Catalogue] = {
    DATABASE: {
        "what a scenario stores is not removed": (
            "from pgharness.isolation.test_database import Database\n"
            "Database.empty = lambda self, **_: None"
        ),
    },
    f"{DATABASE} --tags=@harness-95": {
        "every scenario is rolled back": (
            "from pgharness.isolation.test_database import Database\n"
            "Database.world = Database.rolled_back_world"
        ),
    },
    f"{DATABASE} --tags=@harness-5": {
        "a reset does nothing": (
            "from pgharness.reset.reset import Reset\nReset.__call__ = lambda self: None"
        ),
    },
    f"{DATABASE} --tags=@harness-18": {
        "a reset does not look for a mark": (
            "import pgharness.databases.ownership as o\no.check = lambda connection, found: None"
        ),
    },
    f"{DATABASE} --tags=@harness-96": {
        "a run leaves its database until the next one ends": (
            "from pgharness.databases.templates import RunDatabases\n"
            "given, kept = RunDatabases._drop, []\n"
            "def drop(self, name):\n"
            "    kept.append(name)\n"
            "    for each in kept if len(kept) > 1 else ():\n"
            "        given(self, each)\n"
            "RunDatabases._drop = drop"
        ),
    },
    SHARED: {
        "a rule shares nothing": (
            "import pgharness.adapters.behave.scope_tags as s\ns.widths = lambda element: iter(())"
        ),
        "a rule shares with what comes after it": (
            "from contextlib import contextmanager\n"
            "from pgharness.isolation.scopes import Scopes\n"
            "@contextmanager\n"
            "def opened(self, database):\n"
            "    self.open(database)\n"
            "    yield\n"
            "Scopes.opened = opened"
        ),
    },
    f"{ROLLED_BACK} --tags=@harness-54": {
        "a rolled-back scenario is not one transaction": (
            "from pgharness.isolation.test_database import Database\n"
            "Database.rolled_back_world = Database.world"
        ),
    },
    f"{ROLLED_BACK} --tags=@harness-40": {
        "a test session commits": (
            "import pgharness.sessions.sessions as s\n"
            "s.TestSessionFactory.rolled_back = s.TestSessionFactory.committing"
        ),
        "an asynchronous test session commits": (
            "import pgharness.sessions.sessions_async as a\n"
            "a.AsyncTestSessionFactory.rolled_back = a.AsyncTestSessionFactory.committing"
        ),
    },
    "features/harness/factories.feature": {
        "a model has no factory": (
            "import features.support.arrange.factories as f\n"
            "from domain.work.workspace import Turn\n"
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
