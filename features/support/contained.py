"""Steps, hooks and clean-ups may fail, but not end the run, nor run on in a fork of it.

Behave handles an `Exception`. Whatever else is raised ends it without a report: `SystemExit`, a
`KeyboardInterrupt` that no signal has caused, `asyncio.CancelledError`, the outcomes of pytest.
"""

import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, NoReturn

from behave.model import Scenario
from behave.runner import Context

from features.support import reports
from pgharness.core.exits import Interrupted, interruptions


class WouldEndRun(Exception):
    """Says what was raised in place of an error."""

    def __init__(self, raised: BaseException) -> None:
        super().__init__(
            f"{raised!r} was raised here, which would end the whole run:"
            " raise an Exception, or fail by an assertion."
        )


class OneProcess:
    """Ends a fork of the process that comes back out of what is in here."""

    def __init__(self) -> None:
        self._pid = os.getpid()

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, _: type[BaseException] | None, raised: BaseException | None, __: TracebackType | None
    ) -> None:
        if os.getpid() != self._pid:
            _end_fork(raised)


class Contained(OneProcess):
    """Turns what would end the run into an error, too."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        super().__exit__(kind, raised, trace)
        if raised is not None and not isinstance(raised, Exception | Interrupted):
            raise WouldEndRun(raised).with_traceback(raised.__traceback__) from None


def _end_fork(raised: BaseException | None) -> NoReturn:
    """End a fork as a process of its own, before it cleans up or reports for the run."""
    code: Any = 1
    if isinstance(raised, SystemExit):
        code = raised.code or 0
    elif raised is not None:
        traceback.print_exception(raised, file=sys.__stderr__)
    os._exit(code if isinstance(code, int) else 1)


@dataclass(frozen=True)
class Cleanup:
    """A contained clean-up function; equal to another of the same, as behave compares them."""

    function: Callable[..., Any]

    @property
    def __name__(self) -> str:
        """What behave calls it when it fails."""
        return getattr(self.function, "__name__", repr(self.function))

    def __call__(self, *arguments: Any, **named: Any) -> None:
        """Clean up."""
        with Contained():
            self.function(*arguments, **named)


class ContainingContext(Context):  # type: ignore[misc]
    """Behave's context; what it calls of ours is contained."""

    @contextmanager
    def use_with_user_mode(self) -> Iterator[None]:
        """Run a step or a hook."""
        with super().use_with_user_mode(), Contained():
            yield

    def add_cleanup(self, cleanup_func: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """Have something done when the layer ends."""
        super().add_cleanup(Cleanup(cleanup_func), *args, **kwargs)

    def _pop(self, capture_sink: Any = None) -> None:
        """End a layer; an interruption waits, or the rest of its clean-ups would be lost.

        Behave reports that a clean-up failed, but not how.
        """
        element = getattr(self, self._stack[0]["@layer"])
        with interruptions.held_back():
            try:
                super()._pop(capture_sink=capture_sink)
            except Exception as error:
                said = f"CLEANUP-ERROR: {error}"
                if isinstance(element, Scenario):
                    reports.report(element, error, said)
                else:
                    element.hook_failed = True
                    element.store_exception_context(error)
                    element.error_message = said
                raise
