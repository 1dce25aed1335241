"""The names of all options, and what they mean; it imports little, for pytest loads it always."""

import re
from typing import Final

SCHEMA: Final = {
    "migrations": "alembic.ini, or a pyproject.toml with [tool.alembic]",
    "metadata": "SQLAlchemy metadata, as in app.models:Base.metadata",
    "schema": "a folder of *.sql files",
    "application": "a pgharness Application, as in app.testing:APPLICATION",
}
"""Of these exactly one is given."""

OPTIONS: Final = {
    **SCHEMA,
    "image": "the image of a container, postgres:18.6 for example",
    "isolation": "what a test is given by default: rollback, reset, database, empty_database or"
    " server",
    "keep": "what is left after the run: nothing, or failed",
    "postgres": "auto, container, embedded, or the URL of a server",
    "sql": "on: log every statement",
    "timing": "on: say what the harness took",
}

HEADING: Final = re.compile(r"^\s*\[\s*tool\s*\.\s*pgharness\s*\]", re.MULTILINE)
"""What the settings of a project begin with in its pyproject.toml."""
