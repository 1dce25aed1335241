"""Common parts of the servers that a run starts: role, password, and waiting for the start."""

import secrets
import time
from collections.abc import Callable
from typing import Any, Final

import psycopg
from sqlalchemy import URL

from pgharness.core import masking
from pgharness.core.database_url import parameters

ROLE: Final = "acceptance"
"""The name of the superuser."""

SMALL_DISK_MIB: Final = 8
"""The size of the file system that a disk-full test fills."""

CONNECT_TIMEOUT: Final = 3
"""Seconds."""


class NotReady(Exception):
    """The server accepts no connections in time, or has ended."""


def new_password() -> str:
    """Return a random password that is masked in all output."""
    password = secrets.token_urlsafe(24)
    masking.know_passwords([password])
    return password


def maintenance_url(password: str, **where: Any) -> URL:
    """Return the URL of the database `postgres`; `where` is the host and port, or a query."""
    return URL.create(
        "postgresql+psycopg", username=ROLE, password=password, database="postgres", **where
    )


def wait_until_ready(
    find: Callable[[], URL], ended: Callable[[], str | None], patience: float
) -> URL:
    """Return the server's URL as soon as it accepts connections.

    `find` returns the URL or raises `OSError`; `ended` waits a moment and returns why the server
    has ended, or None while it runs. `patience` is in seconds. Raises `NotReady`.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            url = find()
            psycopg.connect(**{**parameters(url), "connect_timeout": CONNECT_TIMEOUT}).close()
        except (psycopg.OperationalError, OSError) as error:
            answer = " ".join(str(error).split())
        else:
            return url
        if (reason := ended()) is not None:
            raise NotReady(reason)
        if time.monotonic() > deadline:
            raise NotReady(f"it takes no connections ({masking.masked(answer)})")
