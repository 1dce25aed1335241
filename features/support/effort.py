"""Work that is counted instead of timed: statements, hashing, the lines of Python that run."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from features.support import statements
from features.support.connections import lent
from features.support.world import World


class TooMuch(Exception):
    """The work was broken off: it runs more lines than it may."""


@contextmanager
def counted(world: World) -> Iterator[None]:
    """Count the statements and the hashing of the block; the world and its hasher have them."""
    with statements.watched(world.engine) as world.statements:
        world.hasher.start_counting(world.statements, lambda: lent(world.engine))
        yield


@contextmanager
def lines_counted(world: World, at_most: int) -> Iterator[None]:
    """Count the lines of Python that the block's calls run, and leave it beyond `at_most`."""
    world.lines_run = 0

    def note(_frame: FrameType, happened: str, _argument: Any) -> Any:
        world.lines_run += happened == "line"
        if world.lines_run > at_most:
            raise TooMuch
        return note

    before = sys.gettrace()
    sys.settrace(note)
    try:
        with suppress(TooMuch):
            yield
    finally:
        sys.settrace(before)
