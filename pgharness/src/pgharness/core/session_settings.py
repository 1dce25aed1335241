"""What a connection of the harness sets for its session, whatever else the session is set to.

A role may have been given settings for other programs (`ALTER ROLE … SET …`). Those that change
what a statement means, or how its result is read, are set at the start of each connection.
`transaction_timeout` is not among them: servers before PostgreSQL 17 refuse what they do not know.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

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
        "search_path": '"$user", public',
        "standard_conforming_strings": "on",
        "transform_null_equals": "off",
    }
)
"""PostgreSQL's own defaults, but for a time zone that is the same everywhere."""

WITHOUT_LIMITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "idle_in_transaction_session_timeout": "0",
        "idle_session_timeout": "0",
        "lock_timeout": "0",
        "statement_timeout": "0",
    }
)
"""No time limit but those that a statement or a unit of work sets itself."""


def options(settings: Mapping[str, str]) -> str:
    """Return settings as the connection parameter `options`, where a space ends an argument."""
    escaped = {ord("\\"): r"\\", ord(" "): r"\ "}
    return " ".join(f"-c {name}={value.translate(escaped)}" for name, value in settings.items())
