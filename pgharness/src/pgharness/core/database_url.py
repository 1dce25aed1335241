"""Parse and validate the URL of a database, and convert it to connection parameters.

libpq never receives the URL as text: its rules of percent-encoding differ from SQLAlchemy's, and
its error messages quote a URL that it cannot parse, with the password.
"""

import os
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

from psycopg.pq import Conninfo
from sqlalchemy import URL, make_url
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import ArgumentError

from pgharness.core import masking
from pgharness.core.session_settings import ENCODING, SESSION, options

FORM: Final = "postgresql://user:password@host:5432/database"
DRIVER: Final = "postgresql+psycopg"
SCHEMES: Final = ("postgresql", "postgres", DRIVER)
BACKENDS: Final = ("postgresql", "postgres")

ONE_AT: Final = re.compile("[^:/]+://([^:/]*(:[^@]*)?@)?[^@]*")
"""A URL with at most one @ as a delimiter: after a second, part of the password would be a host."""

PARAMETERS: Final = frozenset(option.keyword.decode() for option in Conninfo.get_defaults())
"""The connection parameters that libpq knows."""

PARAMETER_NAME: Final = re.compile("[A-Za-z_]{1,40}")
"""A plausible name of a parameter; other text may be part of a password and is not shown."""

PLACES: Final = {"user": "username", "password": "password", "dbname": "database", "port": "port"}
"""Query parameters that replace another part of the URL, by libpq's names."""

SEVERAL: Final = "host"
"""The parameter that may be given more than once: SQLAlchemy's form of several servers."""


class MalformedURL(ValueError):
    """The text is no URL of PostgreSQL."""


class AnotherBackend(MalformedURL):
    """The URL names another database system; the message is its name."""


class RepeatedParameter(MalformedURL):
    """The URL repeats a parameter; the message is its name."""


class UnknownParameter(ValueError):
    """The URL has a parameter that libpq does not know; the message is its name, or `…`."""


def read(text: str, *, default_database: str | None = None, any_driver: bool = False) -> URL:
    """Parse a URL, replace its driver by psycopg, and mask its password in all output.

    A percent-encoded folder as the host is that of a Unix socket. With `any_driver` the text may
    name another driver. Raises `MalformedURL` or `UnknownParameter`, which do not quote the text.
    """
    text = text.strip()
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise MalformedURL from None
    if not ONE_AT.fullmatch(text) or "\0" in unquote(text):
        raise MalformedURL
    if url.get_backend_name() not in BACKENDS:
        raise AnotherBackend(url.get_backend_name())
    if url.drivername not in SCHEMES and not any_driver:
        raise MalformedURL
    masking.know(url)
    for name in sorted(url.query.keys() - PARAMETERS):
        raise UnknownParameter(name if PARAMETER_NAME.fullmatch(name) else "…")
    for name, values in sorted(url.normalized_query.items()):
        if len(values) > 1 and name != SEVERAL:
            raise RepeatedParameter(name)
    url = _in_their_places(url)
    return url.set(drivername=DRIVER, database=url.database or default_database)


def _in_their_places(url: URL) -> URL:
    """Move query parameters such as `user` to their part of the URL. Raises `MalformedURL`."""
    given = {PLACES[name]: url.query[name] for name in PLACES if name in url.query}
    if "port" in given and not str(given["port"]).isdecimal():
        raise MalformedURL
    query = {name: value for name, value in url.query.items() if name not in PLACES}
    host = unquote(url.host or "") or None
    if host is not None and host.startswith(("/", "@")):
        query.setdefault("host", host)
        host = None
    fields: dict[str, Any] = {
        **{name: getattr(url, name) for name in PLACES.values()},
        **{name: int(str(value)) if name == "port" else value for name, value in given.items()},
    }
    return URL.create(url.drivername, host=host, query=query, **fields)


def parameters(url: URL) -> dict[str, Any]:
    """Return the keyword arguments of `psycopg.connect` for a URL."""
    dialect: Any = PGDialect_psycopg
    _, keywords = dialect().create_connect_args(url)
    return dict(keywords)


def session_parameters(url: URL, settings: Mapping[str, str] = SESSION) -> dict[str, str]:
    """Return the connection parameters that set `settings` for the session.

    They follow the `options` of the URL or of PGOPTIONS, by which a proxy may choose its server:
    of two values of a setting the later one counts.
    """
    given = url.query.get("options") or os.environ.get("PGOPTIONS", "")
    return {"client_encoding": ENCODING, "options": f"{given} {options(settings)}".strip()}
