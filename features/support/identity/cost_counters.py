"""Counters of work: statements, hashing, lines of Python."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from features.support.identity.recorded import ObservedState
from features.support.world import World
from pgharness.databases.leaks import checked_out
from pgharness.observe import statement_recorder


class LineLimitReached(Exception):
    """Ends work that runs more lines than are counted."""


@contextmanager
def counted(world: World) -> Iterator[None]:
    """Count statements and hashing; the counts are in the state and in the world's hasher."""
    state = world.state(ObservedState)
    with statement_recorder.watched(world.engine) as state.statements:
        world.hasher.start_counting(state.statements, lambda: checked_out(world.engine))
        yield


@contextmanager
def lines_counted(world: World, at_most: int) -> Iterator[None]:
    """Count the lines of Python that the block's calls run; the block ends beyond `at_most`."""
    state = world.state(ObservedState)
    state.lines_run = 0

    def note(_frame: FrameType, happened: str, _argument: Any) -> Any:
        state.lines_run += happened == "line"
        if state.lines_run > at_most:
            raise LineLimitReached
        return note

    before = sys.gettrace()
    sys.settrace(note)
    try:
        with suppress(LineLimitReached):
            yield
    finally:
        sys.settrace(before)
