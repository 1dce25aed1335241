"""Work that is counted instead of timed: statements, hashing, the lines of Python that run."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from features.support.identity.recorded import ObservedState
from features.support.world import World
from pgharness.databases.leaks import checked_out
from pgharness.observe import statement_recorder


class TooMuch(Exception):
    """The work was broken off: it runs more lines than it may."""


@contextmanager
def counted(world: World) -> Iterator[None]:
    """Count the statements and the hashing of the block; the world and its hasher have them."""
    state = world.state(ObservedState)
    with statement_recorder.watched(world.engine) as state.statements:
        world.hasher.start_counting(state.statements, lambda: checked_out(world.engine))
        yield


@contextmanager
def lines_counted(world: World, at_most: int) -> Iterator[None]:
    """Count the lines of Python that the block's calls run, and leave it beyond `at_most`."""
    state = world.state(ObservedState)
    state.lines_run = 0

    def note(_frame: FrameType, happened: str, _argument: Any) -> Any:
        state.lines_run += happened == "line"
        if state.lines_run > at_most:
            raise TooMuch
        return note

    before = sys.gettrace()
    sys.settrace(note)
    try:
        with suppress(TooMuch):
            yield
    finally:
        sys.settrace(before)
