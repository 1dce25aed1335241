"""What every scenario begins with, unless it is about that: time, keys and settings."""

from datetime import UTC, datetime
from typing import Final

from domain import Settings
from domain.settings import Argon2Cost, KeyRing, TokenRules

NOON: Final = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""The time at which every scenario begins."""

KEYS: Final = KeyRing(
    "2026-03", {"2026-03": b"the key of March 2026, for tests", "2026-02": b"F" * 32}
)
"""The keys of all scenarios that are not about keys."""


class UncheckedCost(Argon2Cost):
    """A cost that may be below the service's minimum."""

    def __post_init__(self) -> None:
        """Accept every value."""


CHEAPEST: Final = UncheckedCost(memory_kib=8, passes=1, lanes=1)
"""The least that Argon2 allows, for scenarios that are not about hashing."""

CHEAP: Final = Settings(argon2=CHEAPEST, tokens=TokenRules(keys=KEYS))
"""The settings of all scenarios that are not about the settings."""
