"""Settings that each connection of the harness makes for its session.

A role may have settings for other programs (`ALTER ROLE … SET …`). Those that change the meaning
of a statement or the format of its result are overridden when a connection starts.
`transaction_timeout` is not overridden: servers before PostgreSQL 17 refuse unknown settings.
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
"""PostgreSQL's defaults, except for a time zone that is the same on all machines."""

WITHOUT_LIMITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "idle_in_transaction_session_timeout": "0",
        "idle_session_timeout": "0",
        "lock_timeout": "0",
        "statement_timeout": "0",
    }
)
"""Switches off the time limits that roles or databases may set."""


def options(settings: Mapping[str, str]) -> str:
    """Return settings in the syntax of the connection parameter `options`."""
    escaped = {ord("\\"): r"\\", ord(" "): r"\ "}
    return " ".join(f"-c {name}={value.translate(escaped)}" for name, value in settings.items())
