"""Shared pytest plugins of all tests in this repository, and the ids of their parameters."""

from collections.abc import Iterator, Mapping
from datetime import date, tzinfo
from enum import Enum
from pathlib import PurePath

import pytest

from pgharness.core import masking

pytest_plugins = ["docker_engine", "packages", "fork_server", "server_fixtures"]

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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    """Forget the passwords and hosts that a test has taught the masking.

    Test passwords are short: a later test of the process would find them in its own sentences.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(masking, "_known", set(masking._known))  # noqa: SLF001 (no other code forgets)
        patch.setattr(masking, "_hosts", set(masking._hosts))  # noqa: SLF001
        yield
