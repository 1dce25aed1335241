"""The role, the tenant and the limits of a transaction. All end with it.

The database isolates tenants: its policies compare every row's owner with the user that is bound
here. Without one they raise an error or show no row.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from domain.database.error_translation import Constraints
from domain.database.schema import LARGEST_ID, Role
from domain.errors import Entity, InvalidValue, NotFound

NO_TENANT: Final = ""
"""What is bound when the work is for no tenant; it is not a number, so it owns no row."""

BIND: Final = text(
    "SELECT set_config('role', :role, true), set_config('app.user_id', :user, true),"
    " (SELECT count(set_config(key, value, true)) FROM json_each_text(CAST(:limits AS json)))"
)


def bind(
    connection: Connection | Session,
    role: Role,
    user_id: int | None = None,
    limits: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Take a role, and work for this user within these limits, until the transaction ends."""
    user = NO_TENANT if user_id is None else str(user_id)
    connection.execute(BIND, {"role": role, "user": user, "limits": json.dumps(dict(limits))})


def tenant_id(user_id: int) -> int:
    """Return the id if it may be a user's. Raises `InvalidValue`."""
    if type(user_id) is not int or not 1 <= user_id <= LARGEST_ID:
        raise InvalidValue("tenant", "is not the id of a user")
    return user_id


def missing_tenant_violations(user_id: int | None) -> Constraints:
    """Return the constraints that a row violates whose owner has no account."""
    if user_id is None:
        return {}
    return {
        f"fk_{table}_owner_id_users": lambda: NotFound(Entity.TENANT, user_id)
        for table in ("projects", "tasks", "events", "objectives")
    }
