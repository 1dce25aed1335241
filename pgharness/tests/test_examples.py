"""The examples: each in an environment that has what it says it needs, and our wheel."""

import re
import shutil
import tomllib
from pathlib import Path
from typing import Final

import psycopg
import pytest
from sqlalchemy import URL

from packages import ROOT, Environment, Package, new_environment

EXAMPLES: Final = ROOT / "examples"
PROGRAMS: Final = {
    "orders": ("behave", "pytest"),
    "orders_metadata": ("pytest",),
    "orders_sql": ("behave", "pytest"),
}
"""What each of them is tested with."""
OURS: Final = "pgharness["


@pytest.fixture(scope="module", params=PROGRAMS)
def example(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def environment(
    example: str, package: Package, tmp_path_factory: pytest.TempPathFactory
) -> Environment:
    """A new environment with what the example needs."""
    toml = tomllib.loads((EXAMPLES / example / "pyproject.toml").read_text("utf-8"))
    needed = [*toml["project"]["dependencies"], *toml["dependency-groups"]["dev"]]
    built = package.wheel.as_uri()
    requirements = [f"{one} @ {built}" if one.startswith(OURS) else one for one in needed]
    assert requirements != needed, "it needs the harness"
    return new_environment(tmp_path_factory.mktemp(example) / "venv", *requirements)


@pytest.fixture
def project(example: str, tmp_path: Path) -> Path:
    """A copy of the example, away from this repository."""
    ignored = shutil.ignore_patterns("__pycache__", ".*_cache")
    return shutil.copytree(EXAMPLES / example, tmp_path / example, ignore=ignored)


def test_it_passes_on_the_embedded_server(
    example: str, environment: Environment, project: Path
) -> None:
    check(example, environment, project, "embedded")


def test_it_passes_on_a_server_given_by_url(
    example: str, environment: Environment, project: Path, url: URL, admin: psycopg.Connection
) -> None:
    before = databases(admin)
    check(example, environment, project, url.render_as_string(hide_password=False))
    assert databases(admin) == before


def test_every_example_is_run() -> None:
    assert {folder.parent.name for folder in EXAMPLES.glob("*/pyproject.toml")} == {*PROGRAMS}


def check(example: str, environment: Environment, project: Path, server: str) -> None:
    """Run all that an example has; nothing of it may be skipped."""
    for program in PROGRAMS[example]:
        ended = environment.run("-m", program, "-D", f"postgres={server}", cwd=project)
        said = ended.stdout + ended.stderr
        assert ended.returncode == 0, said
        if program == "behave":
            assert "scenarios passed, 0 failed, 0 skipped" in said
        else:
            assert re.search(r"^=+ \d+ passed(?!.*skipped)", said, re.MULTILINE), said


def databases(admin: psycopg.Connection) -> set[str]:
    return {name for (name,) in admin.execute("SELECT datname FROM pg_database")}
