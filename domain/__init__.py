"""A multi-tenant service on PostgreSQL. `Domain` is its entry point."""

from domain.clock import Clock, SystemClock
from domain.database.connections import engine_for
from domain.database.schema import Base
from domain.errors import DomainError
from domain.settings import Settings
from domain.transactions import Domain, Isolation

metadata = Base.metadata
"""Every table of the service: importing this package has mapped them all."""

__all__ = [
    "Clock",
    "Domain",
    "DomainError",
    "Isolation",
    "Settings",
    "SystemClock",
    "engine_for",
    "metadata",
]
