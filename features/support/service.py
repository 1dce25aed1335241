"""What the harness is told of the service: its migrations, its engines, its roles."""

from pathlib import Path
from typing import Final

from domain.database.schema import Role
from features.support import connecting
from features.support.world import World
from pgharness.core.application import Application, Requirements
from pgharness.core.callers import hide
from pgharness.databases.migrators import Alembic

ROOT: Final = Path(__file__).parents[2]
"""The repository."""

MIGRATIONS: Final = Alembic(ROOT / "pyproject.toml")


SERVICE: Final = Application(
    migrator=MIGRATIONS,
    engine=connecting.engine,
    engine_options=connecting.options,
    world=World,
    explain=connecting.explain,
    requirements=Requirements(
        attributes=("CREATEDB", "CREATEROLE", "BYPASSRLS"),
        group_roles=[role.value for role in Role],
    ),
)

hide(ROOT / "domain")
