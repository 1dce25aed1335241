"""A stream on which text is printed above a line that moves, if the stream is a terminal."""

import atexit
import io
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, RLock, Thread, current_thread
from typing import Final, Protocol

from rich.console import Console
from rich.text import Text

from pgharness.core import exits
from pgharness.results.terminal.wording import Signs

ERASE: Final = "\r\x1b[K"
"""Go to the begin of the line, and clear it."""
NO_WRAP: Final = "\x1b[?7l"
WRAP: Final = "\x1b[?7h"
"""Between them, what exceeds the width is not shown: emoji may be wider than expected."""
UNLIMITED: Final = 100_000
"""Columns of a stream that is no terminal: its lines are not cut."""
USUAL: Final = 80
"""Columns of a terminal that does not tell."""
UNABLE: Final = ("dumb", "unknown")
"""Values of `TERM` for terminals without colours, in which no line can be written again."""


@dataclass(frozen=True)
class Look:
    """How a run is shown, and when."""

    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    """`NO_COLOR`, `FORCE_COLOR`, `CI`, `TERM` and `COLUMNS` are read."""
    colours: bool | None = None
    """None: on a terminal unless `NO_COLOR` is set; elsewhere only if `FORCE_COLOR` is."""
    live: bool = True
    """False if the steps write on the terminal themselves. A line that moves needs a terminal,
    and that `CI` is not set."""
    clock: Callable[[], float] = time.monotonic
    """Returns seconds since any moment."""
    workers: int = 1
    """The number of processes that execute cases."""
    refresh: float | None = 0.2
    """Seconds between two drawings of the line that moves; None: only when asked."""


class Stream(Protocol):
    """What is needed of a stream; behave's are wrapped ones."""

    def write(self, text: str, /) -> object:
        """Write text."""

    def flush(self) -> object:
        """Write what is buffered."""


class Screen:
    """Prints on a stream. It may be used by several threads."""

    def __init__(self, stream: Stream, look: Look) -> None:
        self._stream = stream
        self._refresh = look.refresh
        given = look.environment
        self.is_terminal = is_terminal(stream)
        able = self.is_terminal and given.get("TERM", "") not in UNABLE
        self.is_live = able and look.live and not _is_on(given.get("CI"))
        self.encoding: str = getattr(stream, "encoding", None) or "utf-8"
        self.signs = Signs.of(self.encoding)
        self._columns = given.get("COLUMNS", "")
        colours = look.colours
        if colours is None:
            colours = (able or _is_on(given.get("FORCE_COLOR"))) and not given.get("NO_COLOR")
        self._console = Console(
            file=io.StringIO(),
            force_terminal=colours,
            color_system="standard" if colours else None,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
            _environ={},
        )
        self._lock = RLock()
        self._line = ""
        """The line that moves, as it was drawn."""
        self._is_drawn = False
        self._was_erased = False
        """Whether another text is about to be written."""
        self._ticker: Ticker | None = None
        self._is_closed = False

    @property
    def width(self) -> int:
        """The number of columns, also after the terminal has been resized."""
        if not self.is_terminal:
            return UNLIMITED
        with suppress(OSError, ValueError):
            columns = os.get_terminal_size(self._stream.fileno()).columns  # type: ignore[attr-defined]
            return columns or _number(self._columns) or USUAL
        return _number(self._columns) or USUAL

    def open(self, draw: Callable[[], None]) -> None:
        """Call `draw` in a thread again and again, until it is closed."""
        if not self.is_live:
            return
        exits.before_output.append(self.erase)
        atexit.register(self.close)
        if self._refresh is not None:
            self._ticker = Ticker(lambda: self._tick(draw), self._refresh)
            self._ticker.start()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let no thread draw in this block, and no line be drawn."""
        ticker = self._ticker
        if ticker is None:
            yield
            return
        ticker.stop()
        with self._lock:
            self.erase()
        self._was_erased = False
        yield
        self._ticker = ticker.again()

    def print(self, *lines: Text) -> None:
        """Print lines; the line that moves stays below them."""
        text = "".join(map(self._rendered, lines))
        with self._lock:
            below = self._line if self._is_drawn else ""
            self._write(f"{ERASE if self._is_drawn else ''}{text}{below}")

    def draw(self, line: Text) -> None:
        """Draw the line that moves, in place of the former one."""
        if not self.is_live or self._is_closed:
            return
        text = self._rendered(line).rstrip("\n")
        drawn = f"\r{NO_WRAP}{text}\x1b[K{WRAP}"
        with self._lock:
            if not self._is_closed and not (self._is_drawn and drawn == self._line):
                self._line = drawn
                self._write(drawn)
                self._is_drawn = True

    def erase(self) -> None:
        """Erase the line that moves, until it is drawn again.

        It takes no lock and is not buffered: a signal handler may call it at any moment.
        """
        if self._is_drawn:
            self._is_drawn = False
            self._was_erased = True
            with suppress(OSError, ValueError):
                os.write(self._stream.fileno(), ERASE.encode())  # type: ignore[attr-defined]

    def close(self) -> None:
        """Erase the line that moves, and draw no other."""
        self._is_closed = True
        if self._ticker is not None:
            self._ticker.stop()
            self._ticker = None
        with self._lock:
            self.erase()
        with suppress(ValueError):
            exits.before_output.remove(self.erase)
        atexit.unregister(self.close)

    def _tick(self, draw: Callable[[], None]) -> None:
        """Draw the line, but not between its removal and the text for which it was removed."""
        if self._was_erased:
            self._was_erased = False
        else:
            draw()

    def _rendered(self, line: Text) -> str:
        with self._console.capture() as captured:
            self._console.print(line, soft_wrap=True)
        text = captured.get().encode(self.encoding, "backslashreplace")
        return text.decode(self.encoding)

    def _write(self, text: str) -> None:
        was_drawn, self._is_drawn = self._is_drawn, False  # else the stream erases it
        self._stream.write(text)
        self._stream.flush()
        self._is_drawn = was_drawn


class Ticker(Thread):
    """Calls a function again and again."""

    def __init__(self, act: Callable[[], None], seconds: float) -> None:
        super().__init__(name="progress", daemon=True)
        self._act = act
        self._seconds = seconds
        self._stopped = Event()

    def run(self) -> None:
        """Call the function until it is stopped, or the terminal is gone."""
        with suppress(OSError):
            while not self._stopped.wait(self._seconds):
                self._act()

    def again(self) -> "Ticker":
        """Start another one that does the same."""
        ticker = Ticker(self._act, self._seconds)
        ticker.start()
        return ticker

    def stop(self) -> None:
        """Stop it, and wait until it has: for a second at most, as a terminal may be held."""
        self._stopped.set()
        if current_thread() is not self and self.is_alive():
            self.join(1)


def is_terminal(stream: object) -> bool:
    """Return whether a stream is a terminal."""
    try:
        return bool(stream.isatty() and stream.fileno() >= 0)  # type: ignore[attr-defined]
    except (AttributeError, OSError, ValueError):
        return False


def _is_on(value: str | None) -> bool:
    """Return whether an environment variable is set to anything but no."""
    return (value or "").lower() not in {"", "0", "false", "no"}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
