"""What changed between two runs, as reports show it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Change:
    """A case that differs between two runs."""

    name: str
    place: str
    """`file:line`."""
    rule: str
    """The id of its rule; empty if it has none."""
    before: str
    """A status, or a duration with its unit, as readers see it."""
    now: str


@dataclass(frozen=True)
class Changes:
    """What changed since an earlier run that was kept."""

    since: datetime
    """When the earlier run started, with time zone."""
    newly_failing: tuple[Change, ...] = ()
    newly_held: tuple[Change, ...] = ()
    """They failed in the earlier run and pass now."""
    slower: tuple[Change, ...] = ()
    """They pass in both runs and take clearly longer now."""

    def __bool__(self) -> bool:
        """Whether there is any change."""
        return bool(self.newly_failing or self.newly_held or self.slower)
