"""What a scenario may need of its server, or of its role there, that not every one has: by tag."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

PREFIX: Final = "requires."
OWN_SERVER: Final = "fixture.server"


class Need(StrEnum):
    """Something that is done to the server from outside, or is done by few roles."""

    CRASH = "crash"
    """All its processes are killed at once (SIGKILL)."""
    RESTART = "restart"
    """It is started again on the same data."""
    SMALL_DISK = "small_disk"
    """Some of its data is on a file system that is soon full."""
    TRIGGERS_OFF = "triggers_off"
    """The harness's role may switch triggers off, as superusers may."""
    SUPERUSER = "superuser"
    """The harness's role is a superuser, who may take from all roles what PostgreSQL gives them."""


def read_from(tags: Iterable[str]) -> Iterator[Need]:
    """Yield what the tags among these ask for; a server of its own is there to be killed."""
    for tag in tags:
        if tag == OWN_SERVER:
            yield Need.CRASH
        if tag.startswith(PREFIX):
            yield Need(tag.removeprefix(PREFIX))
