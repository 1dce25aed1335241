"""What a scenario may need of its server that not every server has, asked for by tag."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

PREFIX: Final = "requires."
OWN_SERVER: Final = "fixture.server"


class Need(StrEnum):
    """Something that is done to the server from outside."""

    CRASH = "crash"
    """All its processes are killed at once (SIGKILL)."""
    RESTART = "restart"
    """It is started again on the same data."""
    SMALL_DISK = "small_disk"
    """Some of its data is on a file system that is soon full."""


def read_from(tags: Iterable[str]) -> Iterator[Need]:
    """Yield what the tags among these ask for; a server of its own is there to be killed."""
    for tag in tags:
        if tag == OWN_SERVER:
            yield Need.CRASH
        if tag.startswith(PREFIX):
            yield Need(tag.removeprefix(PREFIX))
