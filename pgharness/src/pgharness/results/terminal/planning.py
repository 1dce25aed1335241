"""What a run is going to execute."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class PlannedCase:
    """A case that was selected."""

    place: str
    """`file:line`; identifies the case in this run."""
    uri: str
    """The feature's file, relative to the project."""
    capability: str
    """See `model.Feature.capability`."""
    feature: str
    """The name of the feature."""
    rule: str
    """The name of the rule; empty if it is in none."""
    key: str
    """Identifies the case in all runs, see `history.key_of`."""
