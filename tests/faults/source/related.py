"""Which capabilities are about a file of the service: others notice its faults weakly."""

from collections.abc import Mapping
from typing import Final

CROSS_CUTTING: Final = ("transactions", "concurrency", "tenancy")
"""Capabilities about whatever the service does."""

IDENTITY: Final = ("sessions", "passwords", "accounts")

RELATED: Final[Mapping[str, tuple[str, ...]]] = {
    "domain/identity/account": ("accounts", "passwords", "sessions", *CROSS_CUTTING),
    "domain/identity/common_passwords": ("passwords", "accounts"),
    "domain/identity/guessing": ("passwords", "accounts"),
    "domain/identity/hashing": ("passwords", "accounts", "sessions"),
    "domain/identity/keyboards": ("passwords", "accounts"),
    "domain/identity/pass": ("passwords", "accounts", "sessions", *CROSS_CUTTING),
    "domain/identity/stored_hashes": ("passwords", "accounts", "sessions", *CROSS_CUTTING),
    "domain/identity/temporary": ("passwords", "sessions", "accounts", *CROSS_CUTTING),
    "domain/identity/": (*IDENTITY, *CROSS_CUTTING),
    "domain/work/objectives": ("objectives", *CROSS_CUTTING),
    "domain/work/task": ("tasks", *CROSS_CUTTING),
    "domain/work/": ("workspace", *CROSS_CUTTING),
    "domain/database/tenancy": ("tenancy", "transactions", "concurrency"),
    "migrations/": ("migrations", "tenancy"),
}
"""By how the names of files begin, the likeliest to notice first; the first that fits counts."""


def capabilities(file: str) -> tuple[str, ...]:
    """Return the capabilities that are about a file: none if all are."""
    names = next((names for prefix, names in RELATED.items() if file.startswith(prefix)), ())
    return (*names, "migrations/parity") if names else ()
