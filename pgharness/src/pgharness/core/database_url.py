"""The URL of a database, as a person gives it: read, judged, and turned into parameters.

A driver is never given a URL as text: its own rules for what must be percent-encoded differ from
those of SQLAlchemy, and it quotes what it does not understand, with the password in it.
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
"""A URL with no more than one @ that parts something: the rest of a password would be a host."""

PARAMETERS: Final = frozenset(option.keyword.decode() for option in Conninfo.get_defaults())
"""The connection parameters that libpq knows."""

NAME: Final = re.compile("[A-Za-z_]{1,40}")
"""What looks like the name of a parameter; anything else may be a part of a password."""

PLACES: Final = {"user": "username", "password": "password", "dbname": "database", "port": "port"}
"""What a URL may say behind its question mark as well as before it, by libpq's names."""

SEVERAL: Final = "host"
"""The parameter that may be given more than once: SQLAlchemy's form of several servers."""


class MalformedURL(ValueError):
    """The text is no URL of PostgreSQL."""


class AnotherBackend(MalformedURL):
    """The URL is for another kind of database. The text is its name."""


class RepeatedParameter(MalformedURL):
    """The URL says something more than once. The text is the parameter's name."""


class UnknownParameter(ValueError):
    """The URL has a parameter that libpq does not know. The text is its name, or `…`."""


def read(text: str, *, default_database: str | None = None, any_driver: bool = False) -> URL:
    """Return the URL in a text, with the psycopg driver; its password is masked from now on.

    White space around it is not part of it. A folder in the place of the host, percent-encoded,
    is that of a socket. With `any_driver` the text may name another driver, which is not used.
    Raises `MalformedURL` or `UnknownParameter`, which repeat nothing of it but a name.
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
        raise UnknownParameter(name if NAME.fullmatch(name) else "…")
    for name, values in sorted(url.normalized_query.items()):
        if len(values) > 1 and name != SEVERAL:
            raise RepeatedParameter(name)
    url = _in_their_places(url)
    return url.set(drivername=DRIVER, database=url.database or default_database)


def _in_their_places(url: URL) -> URL:
    """Return the same URL with everything where SQLAlchemy looks for it. Raises `MalformedURL`."""
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
    """Return what the URL says as keyword arguments of `psycopg.connect`."""
    dialect: Any = PGDialect_psycopg
    _, keywords = dialect().create_connect_args(url)
    return dict(keywords)


def session_parameters(url: URL, settings: Mapping[str, str] = SESSION) -> dict[str, str]:
    """Return the parameters by which a connection sets its session.

    What the URL, or libpq's own variable, gives as options goes first: a proxy may find its
    server by them. Of two values of a setting the later counts.
    """
    given = url.query.get("options") or os.environ.get("PGOPTIONS", "")
    return {"client_encoding": ENCODING, "options": f"{given} {options(settings)}".strip()}
