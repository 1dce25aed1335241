"""The runner that pyproject.toml names, and how Ctrl-C ends a process that is still loading it.

The harness, the service and what they rest on take a second to import. Nothing has been made by
then, so there is nothing to unwind: an import that is interrupted would only end in a traceback.

Nothing but behave imports this module, and it must import little before the signal is handled.
"""

import os
import signal
from types import FrameType
from typing import Final

EXIT_CODE: Final = 128 + signal.SIGINT
"""That of a run which is interrupted later: the shells' convention."""
SENTENCE: Final = "Interrupted before the run began: nothing was started."


def end(_number: int, _frame: FrameType | None) -> None:
    """End the process at once. Of reports, those of an earlier run are still there."""
    os.write(2, f"\n{SENTENCE}\n".encode())
    os._exit(EXIT_CODE)


if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, end)

from pgharness.adapters.behave.runner import Runner  # noqa: E402
from pgharness.core.exits import interruptions  # noqa: E402 (it is what takes the time)

if signal.getsignal(signal.SIGINT) is end:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    interruptions.handle_signals()

__all__ = ["Runner"]
