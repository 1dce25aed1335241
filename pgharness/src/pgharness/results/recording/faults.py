"""Faults of the recorder itself: they end no run, and no run that has one looks good."""

import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager

from pgharness.core.exits import interruptions


class Faults:
    """Keeps an error of the recorder from what is recorded."""

    def __init__(self, abandon: Callable[[], None]) -> None:
        self.first: Exception | None = None
        self._abandon = abandon
        """Leaves what is being recorded without an end: reports say then that it was not run."""

    def note(self, error: Exception) -> None:
        """Print the first error, and abandon what is being recorded."""
        self._abandon()
        if self.first is None:
            self.first = error
            traceback.print_exception(error, file=sys.__stderr__)

    def __bool__(self) -> bool:
        """Whether there was an error."""
        return self.first is not None

    def __str__(self) -> str:
        """What reports say of the run."""
        kind = type(self.first).__name__
        return f"not everything could be recorded ({kind}, see the output), please report it."

    def sentences(self, lost: Iterable[Exception]) -> Iterator[str]:
        """Yield why reports are not complete; `lost` is why receivers got no more."""
        for error in lost:
            if isinstance(error, OSError):
                yield f"the stream cannot be written ({error.strerror})."
            else:
                yield f"a report could not be made ({error!r}), please report it."
        if self:
            yield str(self)

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note an error in this block, which is of the recorder only."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 (whatever it is, behave goes on)
            self.note(error)

    @contextmanager
    def around(self, recording: AbstractContextManager[None]) -> Iterator[None]:
        """Record this block, which is behave's: its errors pass, those of `recording` are noted.

        No signal interrupts the recording itself.
        """
        entered = False
        try:
            with interruptions.held_back(), self.noted():
                recording.__enter__()
                entered = True
            yield
        except BaseException as raised:
            with interruptions.held_back(), self.noted():
                if entered:
                    _leave(recording, raised)
            raise
        with interruptions.held_back(), self.noted():
            if entered:
                recording.__exit__(None, None, None)


def _leave(recording: AbstractContextManager[None], raised: BaseException) -> None:
    try:
        recording.__exit__(type(raised), raised, raised.__traceback__)
    except BaseException as error:
        if error is not raised:
            raise
