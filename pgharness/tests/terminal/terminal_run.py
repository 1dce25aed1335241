"""A run in a process of its own, which ends as its argument says."""

import os
import signal
import sys

from pgharness.core import exits
from pgharness.core.exits import interruptions
from pgharness.results.terminal import Look, PlannedCase, Terminal


def main(ending: str) -> int:
    """Begin a run of one case, let the line that moves be drawn, and end."""
    terminal = Terminal(sys.stdout, look=Look(refresh=None))
    place = "features/accounts/listing.feature:7"
    case = PlannedCase(
        place=place, uri=place[:-2], capability="accounts", feature="F", rule="R", key="1"
    )
    terminal.begin([case])
    terminal.case_started(place, "Names are listed")
    terminal.redraw()
    if ending == "error":
        raise RuntimeError("unexpected")
    if ending == "exit":
        sys.exit(3)
    if ending == "print":
        print("a step prints this")
        terminal.redraw()
        print("and this on standard error", file=sys.stderr)
        terminal.redraw()
        return 0
    os.kill(os.getpid(), getattr(signal, ending))
    signal.pause()
    return 0


if __name__ == "__main__":
    interruptions.handle_signals()
    exits.program(lambda: main(sys.argv[1]))
