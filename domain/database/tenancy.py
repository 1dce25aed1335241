"""Whom a transaction works for: a role, and a user or nobody; and its limits. All end with it.

The database does the keeping apart: its policies compare every row's owner with the user that is
bound here. Without one they raise or show nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from domain.database.schema import LARGEST_ID, Role
from domain.errors import DomainError, InvalidValue, Violations

NOBODY: Final = ""
"""What is bound when the work is for no tenant in particular; it is no number, so no owner."""

BIND: Final = text(
    "SELECT set_config('role', :role, true), set_config('app.user_id', :user, true),"
    " (SELECT count(set_config(key, value, true)) FROM json_each_text(CAST(:limits AS json)))"
)


@dataclass(eq=False)
class TenantNotFound(DomainError):
    """Nobody with this id has an account, so nothing can be theirs."""

    user_id: int

    sentence = "there is no tenant {user_id}"


def bind(
    connection: Connection | Session,
    role: Role,
    user_id: int | None = None,
    limits: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Take a role, and work for this user within these limits, until the transaction ends."""
    user = NOBODY if user_id is None else str(user_id)
    connection.execute(BIND, {"role": role, "user": user, "limits": json.dumps(dict(limits))})


def tenant_id(user_id: int) -> int:
    """Return the id if it may be a user's. Raises `InvalidValue`."""
    if type(user_id) is not int or not 1 <= user_id <= LARGEST_ID:
        raise InvalidValue("tenant", "is not the id of a user")
    return user_id


def of_nobody(user_id: int | None) -> Violations:
    """Return what the database says when something is stored for a user who is not there."""
    if user_id is None:
        return {}
    return {
        f"fk_{table}_owner_id_users": lambda: TenantNotFound(user_id)
        for table in ("projects", "tasks", "events", "objectives")
    }
