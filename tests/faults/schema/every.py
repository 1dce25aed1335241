"""All kinds of changes of the schema."""

from typing import Final

from tests.faults.schema import checks, columns, enums, grants, keys, policies, roles, routines

KINDS: Final = (
    *keys.KINDS,
    *checks.KINDS,
    *columns.KINDS,
    *enums.KINDS,
    *policies.KINDS,
    *grants.KINDS,
    *routines.KINDS,
    *roles.KINDS,
)
