"""A fault: something done wrong on purpose, and the features that must notice.

They must notice by an assertion, not by falling over.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing done wrong, and the features that must turn red."""

    name: str
    features: str
    """Arguments of `behave`: the one feature that is about it, and no more than is needed."""
    code: str = ""
    """Python that runs before the service and the features are loaded."""
    statement: str = ""
    """SQL that changes every database that is made by the migrations."""


Catalogue = Mapping[str, Mapping[str, str]]
"""What runs before the service is loaded, by the name of the fault, by who must notice."""


def faults(catalogue: Catalogue) -> list[Fault]:
    """Return all faults of a catalogue."""
    return [
        Fault(name, features, code)
        for features, codes in catalogue.items()
        for name, code in codes.items()
    ]
