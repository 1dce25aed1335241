"""What a person sees in the terminal, or in the log of CI, while a run goes on."""

from pgharness.results.terminal.planning import PlannedCase
from pgharness.results.terminal.reporting import Terminal
from pgharness.results.terminal.screen import Look

__all__ = ["Look", "PlannedCase", "Terminal"]
