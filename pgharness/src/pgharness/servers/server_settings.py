"""The settings of the servers that the suite starts itself, in a container or not."""

from collections.abc import Iterator, Mapping
from typing import Final

Settings = Mapping[str, str]

ALWAYS: Final[Settings] = {
    # An interrupted login would hold up the dropping of databases for as long.
    "authentication_timeout": "5s",
    # Whoever is in a deadlock need not wait a second, as by default, until it is noticed.
    "deadlock_timeout": "100ms",
    # initdb takes over the machine's zone, and connections past ours are in the server's.
    "timezone": "UTC",
}

WITHOUT_DURABILITY: Final[Settings] = {
    **ALWAYS,
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
}
"""The data of a test server need not survive a crash of the machine."""


def arguments(settings: Settings) -> Iterator[str]:
    """Yield the settings as arguments of `postgres`."""
    for name, value in settings.items():
        yield from ("-c", f"{name}={value}")
