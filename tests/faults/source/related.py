"""Which capabilities are about a file of the service: others notice its faults weakly."""

from collections.abc import Mapping
from typing import Final

CROSS_CUTTING: Final = ("concurrency", "tenancy", "transactions")
"""Capabilities about whatever the service does."""

RELATED: Final[Mapping[str, tuple[str, ...]]] = {
    "domain/identity/": ("accounts", "passwords", "sessions", *CROSS_CUTTING),
    "domain/work/objectives": ("objectives", *CROSS_CUTTING),
    "domain/work/task": ("tasks", *CROSS_CUTTING),
    "domain/work/": ("workspace", *CROSS_CUTTING),
    "domain/": (),
    "migrations/": ("migrations",),
}
"""By how the names of files begin; all capabilities where there are none."""


def capabilities(file: str) -> frozenset[str]:
    """Return the capabilities that are about a file: all if there are none."""
    return frozenset(next(names for prefix, names in RELATED.items() if file.startswith(prefix)))
