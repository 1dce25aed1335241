"""The results of a run: one stream of events, and the reports made from it.

A run writes its events in the Cucumber Messages protocol while it executes. JUnit files, the HTML
page, the summary and the list for a rerun are made from this stream, also of an earlier run:
`python -m pgharness.results --help`.

In any project with behave, `behave -f pgharness.results:Messages -o messages.ndjson` writes the
stream, and `-f pgharness.results:Terminal` shows the run.
"""

import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pgharness.results.recording.formatter import Messages
    from pgharness.results.recording.terminal import Terminal

__all__ = ["Messages", "Terminal"]

NEEDED: Final = "{} is not installed: run `pip install 'pgharness[results]'`."


def needed(error: ModuleNotFoundError) -> str:
    """Return what to do if a package is not installed."""
    return NEEDED.format((error.name or "a package").partition(".")[0])


def __getattr__(name: str) -> Any:
    """Import a formatter when behave asks for it: reading a stream needs no behave."""
    try:
        if name == "Messages":
            from pgharness.results.recording.formatter import Messages

            return Messages
        if name == "Terminal":
            from pgharness.results.recording.terminal import Terminal

            return Terminal
    except ModuleNotFoundError as error:  # behave tells nothing but the type
        print(f"pgharness.results:{name}: {needed(error)}", file=sys.stderr)
        raise
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
