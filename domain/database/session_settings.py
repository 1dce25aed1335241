"""What a connection sets for its session, whatever the server, the database or the role is set to.

A role may have been given settings for other programs (`ALTER ROLE … SET …`). Those that change
what a statement means, or how its result is read, are set at the start of each connection.
`transaction_timeout` is not among them: servers before PostgreSQL 17 refuse what they do not know.
"""

import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy import URL

ENCODING: Final = "UTF8"
"""The connection parameter `client_encoding`: the driver reads text of another one as bytes."""

SESSION: Final[Mapping[str, str]] = MappingProxyType(
    {
        "DateStyle": "ISO, MDY",
        "IntervalStyle": "postgres",
        "TimeZone": "UTC",
        "default_transaction_deferrable": "off",
        "default_transaction_isolation": "read committed",
        "default_transaction_read_only": "off",
        "extra_float_digits": "1",
        "quote_all_identifiers": "off",
        "row_security": "on",
        "search_path": "public, pg_temp",
        "standard_conforming_strings": "on",
        "transform_null_equals": "off",
    }
)
"""PostgreSQL's own defaults, but for a time zone that is the same everywhere, and a search path.

Where the path does not name it, `pg_temp` is searched first, and a temporary table `projects` takes
the place of the table. A schema of the role's own name is not searched at all.
"""


def options(settings: Mapping[str, str]) -> str:
    """Return settings as the connection parameter `options`, where a space ends an argument."""
    escaped = {ord("\\"): r"\\", ord(" "): r"\ "}
    return " ".join(f"-c {name}={value.translate(escaped)}" for name, value in settings.items())


def session_parameters(url: URL, settings: Mapping[str, str] = SESSION) -> dict[str, str]:
    """Return the connection parameters that set a session.

    Options of the URL, or else of libpq's variable PGOPTIONS, go first: a proxy may route by them.
    Of two values of a setting the later one counts.
    """
    given = url.query.get("options") or os.environ.get("PGOPTIONS", "")
    return {"client_encoding": ENCODING, "options": f"{given} {options(settings)}".strip()}
