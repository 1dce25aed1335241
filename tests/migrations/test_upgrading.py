"""What is frozen stays; pytest-alembic agrees with our history."""

import shutil
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Event

import psycopg
import pytest
import pytest_alembic
from alembic.script import ScriptDirectory
from psycopg.errors import LockNotAvailable
from pytest_alembic.config import Config
from pytest_alembic.runner import MigrationContext
from pytest_alembic.tests import (
    test_model_definitions_match_ddl,
    test_single_head_revision,
    test_up_down_consistency,
    test_upgrade,
)
from sqlalchemy import URL, create_engine

from features.support.migrations import alembic_commands
from features.support.service import ROOT
from migrations import holders, records
from migrations.holders import WAITING
from migrations.records import Record
from pgharness.servers import provision

__all__ = [
    "test_model_definitions_match_ddl",
    "test_single_head_revision",
    "test_up_down_consistency",
    "test_upgrade",
]
"""pytest-alembic's own, over our history."""


@pytest.fixture
def alembic_config() -> Config:
    """Where the revisions are."""
    return Config(config_options={"script_location": str(ROOT / "migrations")})


@pytest.fixture
def alembic_runner(
    admin: psycopg.Connection, url: URL, alembic_config: Config
) -> Iterator[MigrationContext]:
    """The arguments of pytest-alembic's tests, for a database that was never migrated."""
    admin.execute("CREATE DATABASE climbing")
    engine = create_engine(url.set(database="climbing"))
    with pytest_alembic.runner(alembic_config, engine) as runner:
        yield runner
    engine.dispose()
    admin.execute("DROP DATABASE climbing WITH (FORCE)")


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ScriptDirectory:
    """A copy of the revisions and of what is on record of them."""
    folder = tmp_path / "migrations"
    shutil.copytree(ROOT / "migrations", folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(records, "FOLDER", folder / "records")
    return ScriptDirectory(str(folder))


def head(history: ScriptDirectory) -> Path:
    return Path(records.history(history)[-1].path)


def test_every_revision_is_as_it_was_frozen(history: ScriptDirectory) -> None:
    assert list(records.problems(history)) == []


def test_a_frozen_revision_that_is_changed_is_named(history: ScriptDirectory) -> None:
    with head(history).open("a", encoding="utf-8") as file:
        file.write("# Only a comment.\n")
    (problem,) = records.problems(history)
    assert problem.startswith(f"{head(history).name} was changed since it was frozen")
    assert "write a new revision" in problem


def test_a_revision_that_is_not_frozen_is_named(history: ScriptDirectory) -> None:
    (records.FOLDER / f"{alembic_commands.head()}.json").unlink()
    (problem,) = records.problems(history)
    assert problem == f"{head(history).name} is not frozen yet: uv run poe freeze"


def test_a_frozen_revision_that_is_gone_is_named(history: ScriptDirectory) -> None:
    Record("0", {}, {}).write("9999")
    (problem,) = records.problems(history)
    assert problem.startswith("9999.json is the record of no revision")


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        ("COMMIT", "COMMIT"),
        ("SELECT *\n  FROM users", "SELECT * FROM users"),
        ("UPDATE users SET email = 'a@b'", "UPDATE users SET email = …"),
        ("SELECT $1, 'C:\\', 'x'", "SELECT $1, …"),
        ("SELECT E'it\\'s', 1", "SELECT E …"),
        ("SELECT $$secret$$", "SELECT …"),
        ("SELECT $a$secret$a$", "SELECT …"),
        ("SELECT id FROM t1 WHERE pin = 1234", "SELECT id FROM t1 WHERE pin = …"),
        ("SELECT pin /* 1234 */", "SELECT pin …"),
        ("SELECT pin -- 'secret'", "SELECT pin …"),
    ],
)
def test_a_statement_is_shown_without_its_values(statement: str, shown: str) -> None:
    assert holders.without_values(statement) == shown


def test_a_holder_is_always_named_with_what_it_holds(unmarked: URL) -> None:
    """Waits begin and end between the looks, and between the readings of one look."""
    looks = 3_000
    with (
        provision.connect(unmarked) as holder,
        provision.connect(unmarked) as waiting,
        provision.connect(unmarked) as looking,
        ThreadPoolExecutor(1) as pool,
    ):
        holder.execute("CREATE TABLE users ()")
        holder.execute("BEGIN; LOCK users")
        waiting.execute("SET lock_timeout = '2ms'")
        ended = Event()

        def wait_again_and_again() -> None:
            while not ended.is_set():
                with suppress(LockNotAvailable):
                    waiting.execute("TABLE users")

        waits = pool.submit(wait_again_and_again)
        try:
            held = Counter(
                row[-1]
                for _ in range(looks)
                for row in looking.execute(WAITING, {"waiting": waiting.info.backend_pid})
            )
        finally:
            ended.set()
        waits.result()
    assert held.keys() == {"users"}
