"""`temporary_database`: a new database with a schema, for a script or a notebook.

```python
with temporary_database(Alembic("alembic.ini")) as database:
    engine = create_engine(database.url)
```
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from sqlalchemy import URL

from pgharness.core.application import MINIMAL, Requirements
from pgharness.core.options import Options
from pgharness.core.protocols import Migrator
from pgharness.core.run_directory import Run
from pgharness.databases.templates import RunDatabases
from pgharness.servers import embedded, provision


@dataclass(frozen=True)
class TemporaryDatabase:
    """A database that exists until the end of its block."""

    url: URL
    """The URL with the password, for SQLAlchemy's driver psycopg."""


@contextmanager
def temporary_database(
    migrator: Migrator,
    *,
    options: Options | None = None,
    requirements: Requirements = MINIMAL,
) -> Iterator[TemporaryDatabase]:
    """Start a server, build the schema, and remove both at the end of the block.

    Without `options` the environment chooses the server, as it does for tests. If the process is
    killed, the next run on this machine cleans up. Raises `HarnessError`.
    """
    if options is None:
        options = Options.read_from({})
    with ExitStack() as cleanups:
        run = Run.begin()
        cleanups.callback(run.close)
        embedded.sweep()
        with provision.refusals():
            server, _ = provision.start_and_check(options, run, cleanups, requirements)
            databases = RunDatabases(server.url, run.id, migrator)
            databases.open(cleanups)
            url = databases.clone("temporary", cleanups)
        yield TemporaryDatabase(url)
