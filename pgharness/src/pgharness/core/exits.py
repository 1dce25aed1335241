"""How a process ends early: by a signal, or because its output cannot be written any more.

Either is an `Interrupted`, raised once in the main thread. It unwinds the stack, so that everything
is cleaned up, and nothing interrupts that. The exit code is the shells' convention: 128 and the
number of the signal; a closed pipe counts as SIGPIPE (141), which Python itself ignores.
"""

import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType
from typing import Any, Final, NoReturn, Self, TextIO

from pgharness.core.masking import masked

ENDING: Final = (
    *(signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT),
    *(signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF),
    *(signal.SIGUSR1, signal.SIGUSR2, signal.SIGXCPU),
)
"""The signals that would end the process, and that a program can handle.

Those of timers may come from an alarm that a step has left. Of a crash (SIGSEGV, SIGABRT), of
SIGKILL and of `os._exit` the process learns nothing: the next run cleans up.
"""
UNHANDLED: Final = (signal.SIG_DFL, signal.default_int_handler)
"""What is replaced. An ignored signal stays ignored: that of `nohup`, or of a shell's `&`."""
SIGNALLED: Final = 128
"""What is added to a signal's number to make an exit code."""


@dataclass(frozen=True)
class Interruption:
    """Why a process ends early, and its exit code."""

    reason: str
    exit_code: int

    @classmethod
    def by(cls, number: int) -> Self:
        """Return that a signal has come."""
        return cls(signal.Signals(number).name, SIGNALLED + number)

    @classmethod
    def output_lost(cls, error: OSError) -> Self:
        """Return that the output cannot be written."""
        if isinstance(error, BrokenPipeError):
            return cls("the output was closed", SIGNALLED + signal.SIGPIPE)
        return cls(f"the output cannot be written: {error.strerror}", 1)


class Interrupted(KeyboardInterrupt):
    """Unwinds the stack of a process that was interrupted."""

    def __init__(self, by: Interruption) -> None:
        super().__init__(f"the run was interrupted ({by.reason})")


class Interruptions:
    """Watches over this process, not over its forks, which end as if nobody did."""

    def __init__(self) -> None:
        self.first: Interruption | None = None
        """What interrupted the process; anything later changes nothing."""
        self._pid = 0
        self._holds = 0
        self._raising = False
        """Whether there is something to unwind: not before it begins, nor while it is unwound."""
        self._former: dict[signal.Signals, Any] = {}

    def handle_signals(self) -> None:
        """Be interrupted by the signals that would end the process."""
        self._pid = os.getpid()
        if threading.current_thread() is threading.main_thread():
            for number in ENDING:
                if signal.getsignal(number) in UNHANDLED:
                    self._former[number] = signal.signal(number, self._on_signal)

    def restore_signals(self) -> None:
        """Handle signals as before; what has interrupted the process stays ignored."""
        if self.first is None:
            for number, handler in self._former.items():
                signal.signal(number, handler)

    def interrupt(self, interruption: Interruption) -> None:
        """Say so and raise `Interrupted`: at once, or when it is no longer held back."""
        if self.first is None:
            self.first = interruption
            say("")
            say(f"Interrupted: cleaning up … ({interruption.reason})")
        self._raise_if_due()

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Let an interruption wait until what is in here has been done."""
        self._holds += 1
        try:
            yield
        finally:
            self._holds -= 1
        self._raise_if_due()

    def begin_raising(self) -> None:
        """From now on raise interruptions, also one that has come before."""
        self._raising = True
        self._raise_if_due()

    def raise_no_more(self) -> None:
        """From now on only note interruptions: the process cleans up, and ends."""
        self._raising = False

    def _raise_if_due(self) -> None:
        """Raise `Interrupted` if it was not raised yet, and may be."""
        if self.first is None or self._holds or not self._raising:
            return
        if threading.current_thread() is threading.main_thread():
            self._raising = False
            raise Interrupted(self.first)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if os.getpid() == self._pid:
            self.interrupt(Interruption.by(number))
        else:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)


class Output:
    """A standard stream. If it cannot be written, that interrupts the process; the rest is lost."""

    def __init__(self, stream: TextIO, interruptions: Interruptions) -> None:
        self._stream = stream
        self._interruptions = interruptions

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write the text, as far as anybody reads it."""
        with self._watched():
            self._stream.write(text)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write the lines, likewise."""
        self.write("".join(lines))

    def flush(self) -> None:
        """Write what is buffered, likewise."""
        with self._watched():
            self._stream.flush()

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            # What is still buffered must find a place, or Python complains at its end.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)
            self._interruptions.interrupt(Interruption.output_lost(error))


interruptions: Final = Interruptions()
"""Those of this process."""


def watch_outputs() -> Mapping[str, TextIO | None]:
    """Put `Output` in the place of both standard streams; return what was there, by its name.

    A stream that was closed from the start becomes one to nowhere.
    """
    former = {name: getattr(sys, name) for name in ("stdout", "stderr")}
    for name, stream in former.items():
        given = stream or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
        output = Output(given, interruptions)
        if getattr(sys, f"__{name}__") is stream:
            setattr(sys, f"__{name}__", output)
        setattr(sys, name, output)
    return former


def say(text: str) -> None:
    """Print a line for the terminal, past what captures the output, also from a signal handler.

    Nobody needs to be there to read it. A buffered stream may be in the middle of a write.
    """
    if (terminal := sys.__stderr__) is not None:
        line = f"{masked(text)}\n".encode(terminal.encoding, "backslashreplace")
        with suppress(OSError):
            os.write(terminal.fileno(), line)


@contextmanager
def interruptible() -> Iterator[None]:
    """Unwind what is in here when the process is interrupted; then raise its `SystemExit`."""
    try:
        interruptions.begin_raising()
        yield
    except Interrupted:
        pass
    except Exception:
        if interruptions.first is None:
            raise
        traceback.print_exc(file=sys.__stderr__)
    finally:
        interruptions.raise_no_more()
        sys.stdout.flush()
    if interruptions.first is not None:
        raise SystemExit(interruptions.first.exit_code)


def program(main: Callable[[], int | None]) -> NoReturn:
    """Run a script to its exit code; interrupted, it cleans up."""
    interruptions.handle_signals()
    watch_outputs()
    with interruptible():
        code = main()
    sys.exit(code)
