"""Find the line of a test, a step or an application that opened something, or that failed."""

import inspect
import os
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from traceback import walk_tb
from types import FrameType
from typing import Final

HARNESS: Final = Path(__file__).parents[1]
UNKNOWN: Final = "an unknown place"

MACHINERY: Final[list[str]] = [
    *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
    *(sysconfig.get_path("scripts"), str(HARNESS), "<frozen", "<sqlalchemy"),
]
"""Path prefixes of files that are skipped: Python, installed packages and the harness."""


def hide(folder: Path) -> None:
    """Skip the files of a folder, too: `place` never returns one of them."""
    MACHINERY.append(f"{folder}{os.sep}")


def place() -> str:
    """Return `FILE:LINE` of the nearest caller outside of `MACHINERY`.

    Asynchronous sessions of SQLAlchemy run in a greenlet, whose own stack ends with it; the caller
    is on the stack of its parent.
    """
    frame = _nearest(inspect.currentframe())
    if frame is None:
        frame = next(filter(None, map(_nearest, _waiting())), None)
    if frame is None:
        return UNKNOWN
    return _written(frame.f_code.co_filename, frame.f_lineno)


def place_of(error: Exception) -> str | None:
    """Return `FILE:LINE` of the innermost frame of an error outside of `MACHINERY`, or None.

    A file with a syntax error has no frame; a frame of generated code has no file.
    """
    if isinstance(error, SyntaxError) and error.lineno and Path(error.filename or "").is_file():
        return _written(str(error.filename), error.lineno)
    places = [
        (frame.f_code.co_filename, line)
        for frame, line in walk_tb(error.__traceback__)
        if not _is_machinery(frame) and not frame.f_code.co_filename.startswith("<")
    ]
    return _written(*places[-1]) if places else None


def _written(name: str, line: int) -> str:
    with suppress(FileNotFoundError):  # the folder in which this process works
        name = _from(Path.cwd(), name)
    return f"{name}:{line}"


@cache
def _from(here: Path, name: str) -> str:
    """Return the path of a file, relative to this folder if it is in it."""
    file = Path(name)
    return str(file.relative_to(here) if file.is_relative_to(here) else file)


def _waiting() -> Iterator[FrameType | None]:
    """Yield the innermost frame of each stack that waits for this greenlet, if it is one."""
    if (greenlet := sys.modules.get("greenlet")) is not None:
        within = greenlet.getcurrent()
        while (within := within.parent) is not None:
            yield within.gr_frame


def _nearest(frame: FrameType | None) -> FrameType | None:
    while frame is not None and _is_machinery(frame):
        frame = frame.f_back
    return frame


def _is_machinery(frame: FrameType) -> bool:
    return _begins_with_any(frame.f_code.co_filename, len(MACHINERY))


@cache
def _begins_with_any(name: str, number: int) -> bool:
    """Tell whether a file is skipped, by this number of prefixes: all that there are."""
    return name.startswith(tuple(MACHINERY[:number]))
