"""Per-scenario state of the steps about migrations."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from alembic.script import Script
from sqlalchemy import URL

from features.support.migrations.versioned_clients import VersionedClient
from migrations.catalogue import Facts
from pgharness.data.fingerprints import Fingerprint


@dataclass
class DatabaseState:
    """All of a database that a migration may change."""

    revisions: list[str]
    """As recorded in the database's version table."""
    schema: Facts
    rows: Fingerprint


@dataclass
class MigrationState:
    """The database at hand, and the results of migrating it."""

    elsewhere: URL | None = None
    """The database at hand, where it is not the scenario's own."""
    before: DatabaseState | None = None
    """The state before the last migration."""
    is_bulk: bool = False
    """Whether the rows are those of `bulk_rows`, which computes what is expected of them."""
    highest: str = ""
    """The latest revision to which the database was upgraded."""
    span: list[Script] = field(default_factory=list)
    """The revisions that a step has walked through."""
    schemas: dict[str, Facts] = field(default_factory=dict)
    """The schema after each revision, where they were applied one by one."""
    rows_written: dict[str, int] = field(default_factory=dict)
    """By revision and table: the most rows that one of its transactions wrote."""
    clients: list[VersionedClient] = field(default_factory=list)
    """The clients that worked during the upgrade."""
    deadlocks: list[str] = field(default_factory=list)
    """The analyses that were cancelled by a deadlock."""
    remains: dict[str, list[str]] = field(default_factory=dict)
    """By revision: the differences of the schema after its downgrade."""
    repeated: dict[str, list[str]] = field(default_factory=dict)
    """By revision: the differences of the schema after its second upgrade."""
    failures: dict[str, int] = field(default_factory=dict)
    """By revision: the number of statements that were made to fail."""
    damage: list[str] = field(default_factory=list)
    """The differences after those failures."""


def database_at_hand(state: MigrationState, own: URL) -> URL:
    """Return the database that the steps are about."""
    return state.elsewhere or own


def described(found: Mapping[str, list[str]]) -> str:
    """Return in words the revisions for which something was found."""
    return "; ".join(
        f"{revision}: {', '.join(words)}" for revision, words in found.items() if words
    )
