"""Changes of the schema, and of the revisions that make it: their files stay as they are."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from alembic import op
from alembic.util import pyfiles
from sqlalchemy import URL

from migrations import fitness, guards
from pgharness.databases.templates import RunDatabases
from pgharness.servers import provision


def change_schema(patch: MonkeyPatch, statements: str) -> None:
    """Have every database that is cloned from the template changed by SQL."""
    original = RunDatabases.clone

    def clone(self: RunDatabases, what_for: str, cleanups: ExitStack) -> URL:
        url = original(self, what_for, cleanups)
        with provision.connect(url) as connection:
            connection.execute(statements.encode())
        return url

    patch.setattr(RunDatabases, "clone", clone)


def change_acting(patch: MonkeyPatch, condition: str) -> None:
    """Change when a session acts as a role, by which all policies judge."""
    change_schema(
        patch,
        "CREATE OR REPLACE FUNCTION acts_as(role name) RETURNS boolean LANGUAGE sql IMMUTABLE"
        f" SET search_path = pg_catalog, pg_temp RETURN {condition}",
    )


def change_revisions(patch: MonkeyPatch, pieces: Mapping[str, str]) -> None:
    """Replace pieces of the SQL that revisions execute.

    A trigger that is another one would be noticed before it has done anything: nothing looks at it.
    """
    run, execute = guards.run, op.execute

    def changed(statement: str) -> str:
        for piece, other in pieces.items():
            statement = statement.replace(piece, other)
        return statement

    def execute_changed(statement: Any, **options: Any) -> None:
        execute(changed(statement) if isinstance(statement, str) else statement, **options)

    patch.setattr(guards, "run", lambda statement: run(changed(statement)))
    patch.setattr(op, "execute", execute_changed)
    patch.setattr(fitness, "check_unaltered", lambda *_: None)


def change_source(patch: MonkeyPatch, file: str, old: str, new: str = "") -> None:
    """Replace text in a file that Alembic loads: a revision or `env.py`."""
    original = pyfiles.load_module_py

    def load(module_id: str, path: str | Path) -> ModuleType:
        if Path(path).name != file:
            return original(module_id, path)
        source = Path(path).read_text("utf-8")
        assert old in source, f"{file} has no such text"
        module = ModuleType(module_id)
        module.__file__ = str(path)
        exec(compile(source.replace(old, new), str(path), "exec"), module.__dict__)  # noqa: S102
        return module

    patch.setattr(pyfiles, "load_module_py", load)
