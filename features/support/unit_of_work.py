"""The session and the connection of a unit of work, which the service itself does not give out."""

import psycopg
from sqlalchemy.orm import Session

from domain.transactions import TenantWork
from pgharness.faults.statement_faults import driver_of


def session_of(tx: TenantWork) -> Session:
    """Return the session of a unit of work, to go past the service."""
    return tx.tasks._session  # noqa: SLF001 (nothing else outside the domain needs it)


def connection_of(tx: TenantWork) -> psycopg.Connection:
    """Return the driver's connection of a unit of work."""
    return driver_of(session_of(tx).connection())
