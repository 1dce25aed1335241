"""Shared pytest plugins of all tests in this repository, and the ids of their parameters."""

from collections.abc import Mapping
from datetime import date, tzinfo
from enum import Enum
from pathlib import PurePath

pytest_plugins = ["docker_engine", "packages", "server_fixtures"]

LONGEST = 60
"""Characters of a parameter in an id; the end of a longer one is cut off."""


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Return the id of a parameter: its value, where pytest would number it or show a bare number.

    None leaves it to pytest, which names functions and classes and escapes what is not ASCII.
    """
    match val:
        case Enum():
            text = val.name
        case bool() | None:
            return None
        case int() | float():
            text = f"{argname}={val}"
        case str():
            text = " ".join(val.split())
        case list() | tuple() | set() | frozenset() | Mapping():
            text = ascii(val)
        case date() | tzinfo() | PurePath():
            text = str(val)
        case _:
            return None
    if not (text.isascii() and text.isprintable()):
        return None
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
