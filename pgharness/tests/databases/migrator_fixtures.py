"""Fixtures: folders of which a schema is made, by Alembic or of files of SQL."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Final

import pytest

from pgharness import Alembic, SqlFiles

INI: Final = "[alembic]\nscript_location = %(here)s/scripts\n"
ENV: Final = """
    from alembic import context
    from sqlalchemy import create_engine

    with create_engine(context.config.get_main_option("sqlalchemy.url")).connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
"""
REVISION: Final = """
    from alembic import op

    revision = "a1b2c3"
    down_revision = None

    def upgrade():
        op.execute("CREATE TABLE people (id int)")
"""
PETS: Final = (
    REVISION.replace("None", '"a1b2c3"')
    .replace('revision = "a1b2c3"', 'revision = "d4e5f6"', 1)
    .replace("people", "pets")
)


@pytest.fixture
def scripts(tmp_path: Path) -> Callable[..., Alembic]:
    """Make a folder of scripts with two revisions, and the configuration that names it."""

    def made(env: str = ENV, ini: str = INI, revisions: dict[str, str] | None = None) -> Alembic:
        versions = tmp_path / "scripts" / "versions"
        versions.mkdir(parents=True)
        (tmp_path / "alembic.ini").write_text(ini, "utf-8")
        (tmp_path / "scripts" / "env.py").write_text(dedent(env), "utf-8")
        for name, revision in (
            {"one": REVISION, "other": PETS} if revisions is None else revisions
        ).items():
            (versions / f"{name}.py").write_text(dedent(revision), "utf-8")
        return Alembic(tmp_path / "alembic.ini")

    return made


@pytest.fixture
def sql_files(tmp_path: Path) -> Callable[..., SqlFiles]:
    """Write files of SQL, `1.sql` and so on."""

    def written(*texts: str | bytes) -> SqlFiles:
        for number, said in enumerate(texts, 1):
            content = said if isinstance(said, bytes) else said.encode()
            (tmp_path / f"{number}.sql").write_bytes(content)
        return SqlFiles(tmp_path)

    return written
