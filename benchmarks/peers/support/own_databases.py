"""Databases on the server of the benchmarks."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import URL, create_engine, text

from pgharness.core.database_url import read

SERVER: Final = read(os.environ["TEST_DATABASE_URL"])


@contextmanager
def new_database(name: str) -> Iterator[URL]:
    """Create an empty database, and drop it at the end."""
    server = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield SERVER.set(database=name)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()
