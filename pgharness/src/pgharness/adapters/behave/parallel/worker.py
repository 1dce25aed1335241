"""A forked process, as its parent sees it."""

import os
import signal
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Final

from pgharness.adapters.behave.parallel.following import Following
from pgharness.core.exits import ENDING

FORK: Final = get_context("fork")


class Worker:
    """A process with a pipe."""

    def __init__(
        self, name: str, work: Callable[[str, Connection], None], others: Iterable["Worker"]
    ) -> None:
        """Fork the process. The pipes of other workers are closed in it: each ends with its own."""
        self.name = name
        self.connection, theirs = FORK.Pipe()
        self.batch: Sequence[int] = ()
        """The scenarios that it is executing, by their numbers."""
        self.following = Following()
        foreign = [self.connection, *(other.connection for other in others)]

        def begin() -> None:
            for connection in foreign:
                connection.close()
            work(name, theirs)

        self._process = FORK.Process(target=begin, name=f"worker {name}")
        # Before the fork handles signals, one would end it as a worker that has died.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        try:
            self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        theirs.close()

    def hand_out(self, batch: Sequence[int]) -> None:
        """Let the worker execute a batch; an empty one ends it."""
        self.batch = batch
        with suppress(BrokenPipeError):  # it has died, which its connection tells
            self.connection.send(batch or None)

    @property
    def is_gone(self) -> bool:
        """Whether the process has ended, and all that it has sent was received.

        Its pipe may be open in a fork of a step: to receive from it would be to wait for that.
        """
        return not (self._process.is_alive() or self.connection.poll())

    def interrupt(self, number: int) -> None:
        """Send a signal, unless the process has ended."""
        if self._process.is_alive() and self._process.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, number)

    def join(self) -> None:
        """Wait for the end of the process, which says that it ends."""
        self._process.join()
        self.connection.close()

    def kill(self) -> str:
        """End the process at once, unless it has ended; return how it ended."""
        self._process.kill()
        self.join()
        code = self._process.exitcode or 0
        if code >= 0:
            return f"ended (exit code {code})"
        named = -code in {*signal.Signals}
        return f"was killed ({signal.Signals(-code).name if named else f'signal {-code}'})"
