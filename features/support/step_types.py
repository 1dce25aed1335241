"""The types that step patterns are written with: those of all, and those of each capability."""

from typing import Final

from features.support import shared_step_types
from features.support.concurrency import step_types as concurrency
from features.support.harness import step_types as harness
from features.support.identity import step_types as identity
from features.support.integrity import step_types as integrity
from features.support.migrations import step_types as migrations
from features.support.operations import step_types as operations
from features.support.tasks import step_types as tasks
from features.support.tenancy import step_types as tenancy
from features.support.transactions import step_types as transactions

ALL: Final = (
    shared_step_types,
    identity,
    tasks,
    integrity,
    operations,
    tenancy,
    migrations,
    transactions,
    concurrency,
    harness,
)
"""Shared types, then those of each capability."""


def register() -> None:
    """Teach behave all types; done before any step is defined."""
    for module in ALL:
        module.TYPES.register()
