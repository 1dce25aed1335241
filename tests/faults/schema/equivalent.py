"""Mutants whose effect no client can observe, each with the reason."""

from collections.abc import Mapping
from typing import Final

NOTHING_TO_INHERIT: Final = "the role is a member of no other, so it has nothing to inherit"

EQUIVALENT: Final[Mapping[str, str]] = {
    "ALTER ROLE app_identity NOINHERIT": NOTHING_TO_INHERIT,
    "ALTER ROLE app_tenant NOINHERIT": NOTHING_TO_INHERIT,
    "ALTER ROLE app_worker NOINHERIT": NOTHING_TO_INHERIT,
}
"""The reasons, by the statements."""
