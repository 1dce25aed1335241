"""The names and meanings of all options. It imports little: every pytest process loads it."""

import re
from typing import Final

SCHEMA: Final = {
    "migrations": "alembic.ini, or a pyproject.toml with [tool.alembic]",
    "metadata": "SQLAlchemy metadata, as in app.models:Base.metadata",
    "schema": "a folder of *.sql files",
    "application": "a pgharness Application, as in app.testing:APPLICATION",
}
"""How the schema is created: a project gives exactly one of these options."""

DURATIONS: Final = "durations"
"""An option for behave only: pytest-xdist divides tests while they run."""

REPORTS: Final = "reports"
"""An option for behave only: pytest writes its own reports."""

SHARD: Final = "shard"
"""An option for behave only, and for one run: pytest-xdist has --tx."""

WORKERS: Final = "workers"
"""An option for behave only: pytest-xdist has its own."""

ORDER: Final = "order"
"""An option for behave only."""

OPTIONS: Final = {
    **SCHEMA,
    DURATIONS: "behave only: the file of the scenarios' durations, by which shards are balanced",
    "image": "the image of a container, postgres:18.6 for example",
    "isolation": "the default isolation of a test: rollback, reset, database, empty_database or"
    " server",
    "keep": "which databases are kept after the run: nothing, or failed",
    ORDER: "behave only: random, or the number of a random order that is to be repeated",
    "postgres": "auto, container, embedded, or the URL of a server",
    REPORTS: "behave only: the folder for the reports of a run",
    SHARD: "behave only: which part of the scenarios is run, as in 2/4; for a run, not for a file",
    "sql": "on: log every statement",
    "template": "keep: leave the template on the server that the URL gives, for the next run",
    "timing": "on: print the harness's own time for each test",
    WORKERS: "behave only: the number of processes that execute scenarios, or auto",
}

HEADING: Final = re.compile(r"^\s*\[\s*tool\s*\.\s*pgharness\s*\]", re.MULTILINE)
"""The heading of the settings in pyproject.toml."""
