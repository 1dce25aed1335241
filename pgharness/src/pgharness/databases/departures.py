"""Sessions that have left a database, but whose server processes have not ended yet."""

import time
from typing import Final

import psycopg

INSIDE: Final = "SELECT FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"

PATIENCE: Final = 0.1
"""Seconds. DROP DATABASE and CREATE DATABASE … TEMPLATE sleep this long at a time while a session
is in the database; the process of a closed connection ends within milliseconds."""


def wait_until_left(server: psycopg.Connection, database: str, patience: float = PATIENCE) -> bool:
    """Return True once no session is in a database, or False after `patience` seconds."""
    deadline = time.monotonic() + patience
    while server.execute(INSIDE, [database]).rowcount:
        if time.monotonic() >= deadline:
            return False
    return True
