"""What a test may require of its server or its role, by the tags of a scenario."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

TAG_PREFIX: Final = "requires."
OWN_SERVER: Final = "fixture.server"


class Need(StrEnum):
    """A capability that not every server or role has."""

    CRASH = "crash"
    """The test may kill all processes of the server (SIGKILL)."""
    RESTART = "restart"
    """The test may start the server again on the same data."""
    SMALL_DISK = "small_disk"
    """The server has a tablespace on a file system of a few MiB."""
    TRIGGERS_OFF = "triggers_off"
    """The harness's role may set `session_replication_role`, as superusers may."""
    SUPERUSER = "superuser"
    """The harness's role is a superuser."""


def read_from(tags: Iterable[str]) -> Iterator[Need]:
    """Yield the needs that tags name; a server of its own implies `CRASH`."""
    for tag in tags:
        if tag == OWN_SERVER:
            yield Need.CRASH
        if tag.startswith(TAG_PREFIX):
            yield Need(tag.removeprefix(TAG_PREFIX))
