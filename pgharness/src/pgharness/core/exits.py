"""How a process ends early: by a signal, or because its output cannot be written any more.

Both raise `Interrupted` once, in the main thread. It unwinds the stack, so that all cleanups run,
and nothing interrupts these. The exit code follows the convention of shells, 128 plus the number
of the signal; a closed pipe counts as SIGPIPE (141), which Python itself ignores.
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
"""The signals that end a process by default, and that a program can handle.

A step may have left a timer that sends one. A crash (SIGSEGV, SIGABRT), SIGKILL and `os._exit`
cannot be handled: the next run cleans up.
"""
UNHANDLED: Final = (signal.SIG_DFL, signal.default_int_handler)
"""Only these handlers are replaced: a signal that `nohup` or a shell ignores stays ignored."""
SIGNALLED: Final = 128
"""The exit code of a signal is its number plus this."""

before_output: Final[list[Callable[[], None]]] = []
"""Called before anything is written on a standard stream, also in a signal handler.

They erase a line that shows progress, so that no other text is written into it.
"""


@dataclass(frozen=True)
class Interruption:
    """Why a process ends early, and its exit code."""

    reason: str
    exit_code: int

    @classmethod
    def by(cls, number: int) -> Self:
        """Return the interruption by a signal of this number."""
        return cls(signal.Signals(number).name, SIGNALLED + number)

    @classmethod
    def output_lost(cls, error: OSError) -> Self:
        """Return the interruption by output that cannot be written."""
        if isinstance(error, BrokenPipeError):
            return cls("the output was closed", SIGNALLED + signal.SIGPIPE)
        return cls(f"the output cannot be written: {error.strerror}", 1)


class Interrupted(KeyboardInterrupt):
    """Unwinds the stack of a process that was interrupted."""

    def __init__(self, by: Interruption) -> None:
        super().__init__(f"the run was interrupted ({by.reason})")


class Interruptions:
    """Handles the signals of this process; its forks handle them by default."""

    def __init__(self) -> None:
        self.first: Interruption | None = None
        """What interrupted the process; later signals are ignored."""
        self._is_quiet = False
        self._pid = 0
        self._holds = 0
        self._raising = False
        """Whether an interruption may raise: not before the run begins, nor while it cleans up."""
        self._has_raised = False
        self._former: dict[signal.Signals, Any] = {}

    def continue_in_fork(self) -> None:
        """Handle signals in this fork, too, quietly: its parent reports an interruption."""
        self._pid = os.getpid()
        self._is_quiet = True
        self._holds = 0
        self._raising = False

    def handle_signals(self) -> None:
        """Handle the signals `ENDING`, unless another handler is set or they are ignored."""
        self._pid = os.getpid()
        if threading.current_thread() is threading.main_thread():
            for number in ENDING:
                if signal.getsignal(number) in UNHANDLED:
                    self._former[number] = signal.signal(number, self._on_signal)

    def restore_signals(self) -> None:
        """Restore the former handlers, unless the process was interrupted."""
        if self.first is None:
            for number, handler in self._former.items():
                signal.signal(number, handler)

    def interrupt(self, interruption: Interruption) -> None:
        """Report it and raise `Interrupted`: at once, or when it is no longer held back."""
        if self.first is None:
            self.first = interruption
            if not self._is_quiet:
                say("")
                say(f"Interrupted: cleaning up … ({interruption.reason})")
        self._raise_if_due()

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Delay interruptions until the end of this block."""
        self._holds += 1
        try:
            yield
        finally:
            self._holds -= 1
        self._raise_if_due()

    @contextmanager
    def not_lost(self) -> Iterator[None]:
        """Raise an interruption of this block at its end, whatever the block made of it.

        A driver may turn it into an error of its own, and a test may expect any exception.
        """
        has_raised = self._has_raised
        try:
            yield
        except Exception as error:
            if self.first is not None and self._has_raised and not has_raised:
                raise Interrupted(self.first) from error
            raise
        if self.first is not None and self._has_raised and not has_raised:
            raise Interrupted(self.first)

    def begin_raising(self) -> None:
        """Raise interruptions from now on, including an earlier one."""
        self._raising = True
        self._raise_if_due()

    def raise_no_more(self) -> None:
        """From now on only record interruptions: the process cleans up, then ends."""
        self._raising = False

    def _raise_if_due(self) -> None:
        """Raise `Interrupted` unless it is held back or was raised before."""
        if self.first is None or self._holds or not self._raising:
            return
        if threading.current_thread() is threading.main_thread():
            self._raising = False
            self._has_raised = True
            raise Interrupted(self.first)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if os.getpid() == self._pid:
            self.interrupt(Interruption.by(number))
        else:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)


class Output:
    """A standard stream that interrupts the process if it cannot be written."""

    def __init__(self, stream: TextIO, interruptions: Interruptions) -> None:
        self._stream = stream
        self._interruptions = interruptions

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write the text; after a failure, all further text is discarded."""
        _prepare_output()
        with self._watched():
            self._stream.write(text)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write the lines, as `write` does."""
        self.write("".join(lines))

    def flush(self) -> None:
        """Flush the buffer, as `write` does."""
        with self._watched():
            self._stream.flush()

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            # The buffer must remain writable, or Python prints an error when it exits.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)
            self._interruptions.interrupt(Interruption.output_lost(error))


interruptions: Final = Interruptions()
"""The interruptions of this process."""


def watch_outputs() -> Mapping[str, TextIO | None]:
    """Replace both standard streams by `Output`; return the former ones by name.

    A stream that was closed from the start is replaced by one to `os.devnull`.
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
    """Print a line on the terminal even while output is captured; safe in a signal handler.

    Errors are ignored. It is not buffered: a signal may interrupt the write of a buffered stream.
    """
    if (terminal := sys.__stderr__) is not None:
        _prepare_output()
        line = f"{masked(text)}\n".encode(terminal.encoding, "backslashreplace")
        with suppress(OSError):
            os.write(terminal.fileno(), line)


def _prepare_output() -> None:
    for prepare in tuple(before_output):
        prepare()


@contextmanager
def interruptible() -> Iterator[None]:
    """Turn an interruption of this block into `SystemExit` with its exit code."""
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
    """Run a script and exit with its code; an interrupted script cleans up first."""
    interruptions.handle_signals()
    watch_outputs()
    with interruptible():
        code = main()
    sys.exit(code)
