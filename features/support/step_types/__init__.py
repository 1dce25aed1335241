"""The types that step patterns are written with, one module per capability."""

from typing import Final

from features.support.step_types import (
    concurrency,
    harness,
    identity,
    migrations,
    shared,
    tasks,
    tenancy,
    transactions,
)

ALL: Final = (shared, identity, tasks, tenancy, migrations, transactions, concurrency, harness)
"""Shared types, then those of each capability."""


def register() -> None:
    """Teach behave all types; done before any step is defined."""
    for module in ALL:
        module.TYPES.register()
