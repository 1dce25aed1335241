"""Contain steps, hooks and cleanups: they cannot end the run, nor continue it in a fork.

behave handles an `Exception`. Another `BaseException` ends it without a report: `SystemExit`, a
`KeyboardInterrupt` without a signal, `asyncio.CancelledError`, the outcomes of pytest.
"""

import os
import sys
import traceback
from types import TracebackType
from typing import Any, NoReturn

from pgharness.core.exits import Interrupted


class WouldEndRun(Exception):
    """A test raised a `BaseException` that would end the run."""

    def __init__(self, raised: BaseException) -> None:
        super().__init__(
            f"{raised!r} was raised here, which would end the whole run:"
            " raise an Exception, or fail by an assertion."
        )


class OneProcess:
    """Ends a fork of the process that leaves this block."""

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
    """Converts exceptions that would end the run to `WouldEndRun`, and ends forks."""

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
    """Exit from a fork before it runs cleanups or reports of the run."""
    code: Any = 1
    if isinstance(raised, SystemExit):
        code = raised.code or 0
    elif raised is not None:
        traceback.print_exception(raised, file=sys.__stderr__)
    os._exit(code if isinstance(code, int) else 1)
