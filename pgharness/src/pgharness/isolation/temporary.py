"""`temporary_database`: a database with a schema, for a script or a notebook.

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
from pgharness.databases.templates import Databases
from pgharness.servers import embedded, provision


@dataclass(frozen=True)
class TemporaryDatabase:
    """A database that lasts as long as the block in which it was made."""

    url: URL
    """With the password, and with SQLAlchemy's driver psycopg."""


@contextmanager
def temporary_database(
    migrator: Migrator,
    *,
    options: Options | None = None,
    requirements: Requirements = MINIMAL,
) -> Iterator[TemporaryDatabase]:
    """Start a server, build the schema, and remove everything at the end of the block.

    Without `options` the environment chooses the server, as it does for a run of tests. What a
    killed process leaves behind, the next run on this machine removes. Raises `HarnessError`.
    """
    if options is None:
        options = Options.read_from({})
    with ExitStack() as cleanups:
        run = Run.begin()
        cleanups.callback(run.close)
        embedded.sweep()
        with provision.refusals():
            server, _ = provision.start_and_check(options, run, cleanups, requirements)
            databases = Databases(server.url, run.id, migrator)
            databases.open(cleanups)
            url = databases.clone("temporary", cleanups)
        yield TemporaryDatabase(url)
