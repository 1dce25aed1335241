"""What the harness is told of the service: its migrations, its engines, its roles."""

from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Engine

from domain import engine_for
from domain.connections import engine_options
from domain.schema import Role
from features.support.defaults import CHEAP
from features.support.world import World
from pgharness.core.application import Application, Requirements
from pgharness.databases.migrators import Alembic

ROOT: Final = Path(__file__).parents[2]
"""The repository."""

MIGRATIONS: Final = Alembic(ROOT / "pyproject.toml")


def _engine(url: URL) -> Engine:
    return engine_for(url, CHEAP)


def _options(url: URL) -> dict[str, Any]:
    return engine_options(url, CHEAP)


SERVICE: Final = Application(
    migrator=MIGRATIONS,
    engine=_engine,
    engine_options=_options,
    world=World,
    requirements=Requirements(
        attributes=("CREATEDB", "CREATEROLE", "BYPASSRLS"),
        group_roles=[role.value for role in Role],
    ),
)
