"""The settings of the servers that a run starts."""

from collections.abc import Iterator, Mapping
from typing import Final

Settings = Mapping[str, str]

ALWAYS: Final[Settings] = {
    # An interrupted login delays DROP DATABASE for this time.
    "authentication_timeout": "5s",
    # By default a deadlock is detected after a second.
    "deadlock_timeout": "100ms",
    # To compile a query takes longer than a test's query does.
    "jit": "off",
    # initdb copies the machine's time zone; other clients than the harness would use it.
    "timezone": "UTC",
}

WITHOUT_DURABILITY: Final[Settings] = {
    **ALWAYS,
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
}
"""Fast settings, for data that need not survive a crash of the machine."""


def arguments(settings: Settings) -> Iterator[str]:
    """Yield the settings as arguments of `postgres`."""
    for name, value in settings.items():
        yield from ("-c", f"{name}={value}")
