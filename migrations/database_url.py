"""The URL of the database to migrate, as an operator gives it; errors repeat nothing but names."""

import re
from typing import Final
from urllib.parse import unquote

from alembic.util import CommandError
from psycopg.pq import Conninfo
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

FORM: Final = "postgresql://user:password@host:5432/database"

BACKENDS: Final = ("postgresql", "postgres")

ONE_AT: Final = re.compile("[^:/]+://([^:/]*(:[^@]*)?@)?[^@]*")
"""With more than one @, the end of a password would be taken for the host."""

PARAMETERS: Final = frozenset(option.keyword.decode() for option in Conninfo.get_defaults())
"""The connection parameters of libpq."""

NAME: Final = re.compile("[A-Za-z_]{1,40}")
"""The name of a parameter; anything else may be a part of a password."""


def read(text: str) -> URL:
    """Return the URL with the psycopg driver. Raises `CommandError`."""
    text = text.strip()
    malformed = CommandError(f"the URL is malformed: it should look like {FORM}")
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise malformed from None
    if not ONE_AT.fullmatch(text) or "\0" in unquote(text):
        raise malformed
    if url.get_backend_name() not in BACKENDS:
        raise CommandError(f"the URL is for {url.get_backend_name()}, these migrations are not")
    for name, values in sorted(url.normalized_query.items()):
        if name not in PARAMETERS:
            shown = name if NAME.fullmatch(name) else "…"
            raise CommandError(
                f'the URL has the parameter "{shown}", which libpq does not know: leave it out'
            )
        if len(values) > 1 and name != "host":  # SQLAlchemy's form of several servers
            raise CommandError(
                f'the URL has the parameter "{name}" more than once: leave all but one out'
            )
    host = unquote(url.host or "")
    if host.startswith(("/", "@")):  # the folder of a socket
        url = url.update_query_dict({"host": host}).set(host=None)
    return url.set(drivername="postgresql+psycopg")
