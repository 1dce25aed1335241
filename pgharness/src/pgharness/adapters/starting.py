"""The runner for `[tool.behave]`, with a handler for Ctrl-C while it is imported.

The imports take about a second. Nothing has been created by then, so Ctrl-C ends the process at
once; by default it would print the traceback of an import.

Only behave imports this module, which must import little before the signal is handled.

Until the run begins, no garbage is collected: imports leave hardly any, and looking for it again
and again takes a fifth of their time. See `Runner.run_with_paths`.
"""

import gc
import os
import signal
from types import FrameType
from typing import Final

EXIT_CODE: Final = 128 + signal.SIGINT
"""The exit code after SIGINT by the convention of shells, as for a run interrupted later."""
SENTENCE: Final = "Interrupted before the run began: nothing was started."


def end(_number: int, _frame: FrameType | None) -> None:
    """End the process at once; reports of an earlier run stay."""
    os.write(2, f"\n{SENTENCE}\n".encode())
    os._exit(EXIT_CODE)


if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, end)
gc.disable()

from pgharness.adapters.behave.runner import Runner  # noqa: E402
from pgharness.core.exits import interruptions  # noqa: E402 (after the handler is set)

if signal.getsignal(signal.SIGINT) is end:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    interruptions.handle_signals()

__all__ = ["Runner"]
