"""Step types of the steps about migrations."""

from collections.abc import Callable
from typing import Final

import psycopg
from alembic.script import Script

from features.support.migrations import (
    alembic_commands,
    era_tables,
    executions,
    interruption,
    schema_eras,
)
from features.support.migrations.concurrent_upgrades import STOPS
from features.support.migrations.executions import Direction
from features.support.migrations.lock_holders import HOLDING_STATEMENTS
from features.support.migrations.schema_drift import MANUAL_CHANGES
from features.support.migrations.server_side_channels import SERVER_CHANNELS
from features.support.tenancy.policy_side_channels import POLICY_CHANNELS
from features.support.tenancy.sql_side_channels import SQL_CHANNELS
from features.support.vocabulary import StepTypes

Filling = Callable[[psycopg.Connection, str], None]
"""Inserts rows at a revision."""


def target(text: str) -> str:
    """Return Alembic's name of a revision: its id, `head`, or `base`."""
    named = {"the latest revision": "head", "an empty schema": "base"}
    return named.get(text) or text.split('"')[1]


def revisions(text: str) -> list[Script]:
    """Return the revisions from the first that is named to the last."""
    first, last = text.removeprefix("revisions ").split(" to ")
    return alembic_commands.span(first.strip('"'), target(last))


def owner(text: str) -> str:
    """Return the name in a genitive; nothing for "the", which stands for all."""
    return text.removesuffix("'s") if text.endswith("'s") else ""


def upgrader(text: str) -> str:
    """Return the name of a participant: of a person, or that of the only upgrade."""
    return owner(text) or "upgrade"


def _nothing(_: psycopg.Connection, __: str) -> None:
    """Leave the database empty."""


def _accounts(connection: psycopg.Connection, revision: str) -> None:
    """Insert the accounts 1 and 2."""
    schema_eras.insert(connection, "users", schema_eras.rows("users", revision))


TYPES: Final = StepTypes(
    words={
        "Target": (r'revision "\d{4}"|the latest revision|an empty schema', target),
        "Revisions": (r'revisions "\d{4}" to (?:"\d{4}"|the latest revision)', revisions),
        "Migration": (executions.PATTERN, executions.execution),
        "Encoding": (r"[A-Z]+[0-9]+", str),
        "RowsOf": (r"the|[A-Z][a-z]+'s", owner),
        "Upgrader": (r"an|[A-Z][a-z]+'s", upgrader),
    },
    phrases={
        "Stop": STOPS,
        "Lock": HOLDING_STATEMENTS,
        "ManualChange": MANUAL_CHANGES,
    },
    meanings={
        "Direction": {direction.value: direction for direction in Direction},
        "Command": {direction.subject: direction for direction in Direction},
        "Contents": {
            "": _nothing,
            " with the accounts of Ada and Bram": _accounts,
            " with rows in every table": schema_eras.fill,
        },
        "Interruptible": {
            "commits midway": interruption.commits_midway,
            "builds an index outside of a transaction": interruption.builds_index,
        },
        "RowChange": {
            "adds": era_tables.insert,
            "changes": era_tables.update,
            "deletes": era_tables.delete,
        },
        "SideChannel": POLICY_CHANNELS | SQL_CHANNELS | SERVER_CHANNELS,
    },
)
