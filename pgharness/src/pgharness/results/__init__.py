"""The results of a run: one stream of events, and the reports made from it.

A run writes its events in the Cucumber Messages protocol while it executes. JUnit files, the HTML
page, the summary and the list for a rerun are made from this stream, also of an earlier run:
`python -m pgharness.results --help`.

In any project with behave, `behave -f pgharness.results:Messages -o messages.ndjson` writes the
stream, and `-f pgharness.results:Terminal` shows the run.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pgharness.results.recording.formatter import Messages
    from pgharness.results.recording.terminal import Terminal

__all__ = ["Messages", "Terminal"]


def __getattr__(name: str) -> Any:
    """Import a formatter when behave asks for it: reading a stream needs no behave."""
    if name == "Messages":
        from pgharness.results.recording.formatter import Messages

        return Messages
    if name == "Terminal":
        from pgharness.results.recording.terminal import Terminal

        return Terminal
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
