"""Mutants that change nothing that anybody could ever notice, each with the reason."""

from collections.abc import Mapping
from typing import Final

EQUIVALENT: Final[Mapping[str, str]] = {}
"""The reasons, by the statements."""
