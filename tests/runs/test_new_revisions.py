"""A revision that is added to the history breaks no example that is about another one."""

import shutil
from io import StringIO
from pathlib import Path
from typing import Final

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import Script

from features.support.migrations import alembic_commands
from features.support.service import ROOT
from migrations import records
from migrations.records import Record
from tests.support.forked import Preloaded

FEATURES: Final = [f"features/migrations/{name}.feature" for name in ("refusing", "revisions")]
"""Those that depend on which revision is the latest, as far as they take little time."""

MIGRATE_FROM: Final = """
from pathlib import Path

from features.support import service
from features.support.migrations import alembic_commands
from migrations import records

alembic_commands.ROOT = Path({root!r})
service.MIGRATIONS.config_file = alembic_commands.ROOT / "pyproject.toml"
records.FOLDER = alembic_commands.ROOT / "migrations" / "records"
alembic_commands.scripts.cache_clear()
"""


def longer_history(root: Path, patch: pytest.MonkeyPatch) -> None:
    """Copy the migrations to a folder, and freeze one more there that does nothing."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "migrations", root / "migrations", ignore=ignored)
    for settings in ("alembic.ini", "pyproject.toml"):
        shutil.copy(ROOT / settings, root)
    patch.setattr(records, "FOLDER", root / "migrations" / "records")
    added = command.revision(
        Config(root / "alembic.ini", root / "pyproject.toml", stdout=StringIO()),
        "This revision does nothing",
        rev_id=f"{int(alembic_commands.history()[-1].revision) + 1:04}",
    )
    assert isinstance(added, Script)
    Record(records.digest(added), before={}, after={}).write(added.revision)


def test_a_new_revision_breaks_no_example(
    loaded: Preloaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "longer"
    longer_history(root, monkeypatch)
    code = MIGRATE_FROM.format(root=str(root))
    ended = loaded.run("--stop", *FEATURES, reports=tmp_path / "run", code=code)
    assert ended.exit_code == 0, ended.output
    assert ended.verdicts() == {"passed"}
