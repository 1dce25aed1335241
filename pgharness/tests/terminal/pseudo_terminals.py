"""A real pseudo-terminal, and what is to be seen on it."""

import fcntl
import itertools
import os
import pty
import struct
import termios
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final, TextIO

import pyte

from pgharness.results import history
from pgharness.results.model import Feature, Run, Status
from pgharness.results.terminal import PlannedCase, Terminal

LINES: Final = 24
MOST_LINES: Final = 5000
"""Lines that have left the screen and are kept."""
TERM: Final = {"TERM": "xterm-256color"}


class PseudoTerminal:
    """A terminal of a given width, with an emulator at its other end."""

    def __init__(self, columns: int = 80, encoding: str = "utf-8") -> None:
        self._ours, self.theirs = pty.openpty()
        self.resize(columns)
        self.stream: TextIO = open(self.theirs, "w", encoding=encoding)  # noqa: PTH123, SIM115
        self._screen = pyte.HistoryScreen(columns, LINES, history=MOST_LINES)
        self._emulator = pyte.ByteStream(self._screen)
        self._marks = itertools.count(1)
        self.users = ExitStack()
        """What is closed before the terminal."""
        self.received = b""
        """All that was written."""

    def resize(self, columns: int) -> None:
        """Tell the programs on it that it has so many columns."""
        size = struct.pack("HHHH", LINES, columns, 0, 0)
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, size)

    def receive(self) -> None:
        """Read what was written up to now."""
        mark = f"mark {next(self._marks)}"
        sent = f"\x1b]2;{mark}\x07".encode()
        os.write(self.theirs, sent)
        while self._screen.title != mark:
            data = os.read(self._ours, 4096)
            self.received += data
            self._emulator.feed(data)
        self.received = self.received.removesuffix(sent)

    @property
    def raw(self) -> str:
        """What was written, as text."""
        self.receive()
        return self.received.decode()

    @property
    def lines(self) -> list[str]:
        """The lines on the screen, and those that have left it, without empty ones at the end."""
        self.receive()
        width = self._screen.columns
        gone = [
            "".join(line[column].data for column in range(width)).rstrip()
            for line in self._screen.history.top
        ]
        lines = gone + [line.rstrip() for line in self._screen.display]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)

    @property
    def cursor(self) -> tuple[int, bool]:
        """The column of the cursor, and whether it is hidden."""
        self.receive()
        return self._screen.cursor.x, self._screen.cursor.hidden

    @property
    def colours(self) -> set[str]:
        """The colours of the text on the screen."""
        self.receive()
        cells = (cell for line in self._screen.buffer.values() for cell in line.values())
        return {cell.fg for cell in cells if cell.data != " "}

    @property
    def wraps(self) -> bool:
        """Whether a long line continues on the next one, as usual."""
        self.receive()
        return pyte.modes.DECAWM in self._screen.mode

    def close(self) -> None:
        """Close both ends, and what uses it."""
        self.users.close()
        self.stream.close()
        os.close(self._ours)


@dataclass
class ManualClock:
    """A clock that is set by hand, in seconds."""

    now: float = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@dataclass
class Player:
    """Reports a run that was made by hand as if it went on."""

    terminal: Terminal
    clock: ManualClock = field(default_factory=ManualClock)

    def play(self, run: Run) -> None:
        """Begin the run, and report all its cases; those that were not run never begin."""
        self.terminal.begin(planned(run))
        for feature in run.features:
            self.play_feature(feature)

    def play_feature(self, feature: Feature) -> None:
        """Report the cases of a feature; the clock advances by their durations."""
        for rule in feature.rules:
            for case in rule.cases:
                if case.status is Status.NOT_RUN:
                    continue
                self.terminal.case_started(case.place, case.name)
                self.clock.now += case.duration
                self.terminal.redraw()
                self.terminal.case_finished(case, feature.name, rule.name, rule.id)
        for hook in feature.hooks:
            self.terminal.run_hook_failed(hook, feature.name)


def planned(run: Run) -> Sequence[PlannedCase]:
    """Return the cases of a run as those that were selected."""
    return list(_planned(run))


def _planned(run: Run) -> Iterator[PlannedCase]:
    for feature, rule in run.rules:
        for case in rule.cases:
            yield PlannedCase(
                place=case.place,
                uri=case.uri,
                capability=feature.capability,
                feature=feature.name,
                rule=rule.name,
                key=history.case_key(rule, case),
            )
