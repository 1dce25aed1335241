"""The migration guides: what each shows before and after is run, in an environment of its own."""

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
import pytest

from links import broken_links
from packages import PATIENCE, ROOT, Environment, Package, inherited, new_environment
from pgharness.core.options import DEFAULT_IMAGE
from pgharness.core.run_directory import Run, base
from pgharness.servers import embedded, provision
from pgharness.servers.embedded import EmbeddedServer

DOCS: Final = ROOT / "pgharness" / "docs"
README: Final = ROOT / "pgharness" / "README.md"
LONGEST: Final = 80
"""Lines of a guide."""
SECTIONS: Final = ("Before", "After", "What improves", "What is missing or different")

POSTGRESQL: Final = "from-pytest-postgresql"
TESTCONTAINERS: Final = "from-testcontainers"
ON_A_SERVER: Final = ("from-savepoint-fixtures", "from-truncate-fixtures")
"""Guides whose fixtures connect to the server in TEST_DATABASE_URL."""
GUIDES: Final = (POSTGRESQL, TESTCONTAINERS, *ON_A_SERVER)

SECTION: Final = re.compile(r"^## (.+)\n((?:(?!## ).*\n)*)", re.MULTILINE)
INSTALLATION: Final = re.compile(r"^```sh\npip install (.+)\n```$", re.MULTILINE)
FILE: Final = re.compile(r"^```\w+\n# ([\w.]+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
OURS: Final = "pgharness["
PASSED: Final = re.compile(r"^(=+ )?2 passed in ", re.MULTILINE)
"""Each guide has one test, which is run twice: the second finds nothing of the first."""

UNPRIVILEGED: Final = (
    *("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"),
    *("--bounding-set=-all,+dac_read_search", "--inh-caps=+dac_read_search"),
    "--ambient-caps=+dac_read_search",
)
"""Runs a program as the user `nobody`: initdb refuses root."""

Environments = Callable[[str], Environment]


@dataclass(frozen=True)
class Part:
    """What a guide shows as "Before" or as "After"."""

    requirements: str
    files: dict[str, str]

    def write(self, folder: Path) -> None:
        """Write the files, and the tables that all guides use."""
        shutil.copy(DOCS / "shop.py", folder)
        for name, text in self.files.items():
            (folder / name).write_text(text, "utf-8")


def text(guide: str) -> str:
    return (DOCS / f"{guide}.md").read_text("utf-8")


def before(guide: str) -> Part:
    return part(dict(SECTION.findall(text(guide)))["Before"])


def after(guide: str) -> Part:
    """Return what a guide shows last; its test is that of before."""
    found = part(dict(SECTION.findall(text(guide)))["After"])
    assert "`test_orders.py` is unchanged" in text(guide)
    return Part(
        found.requirements,
        {"test_orders.py": before(guide).files["test_orders.py"], **found.files},
    )


def part(section: str) -> Part:
    (requirements,) = INSTALLATION.findall(section)
    files = dict(FILE.findall(section))
    assert section.count("```") == 2 * (len(files) + 1), "a block is of no known kind"
    return Part(requirements, files)


@pytest.fixture(scope="module")
def environments(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Environments:
    """Make environments with what `pip install` is given; one for each such line."""
    made: dict[str, Environment] = {}

    def environment(requirements: str) -> Environment:
        if requirements not in made:
            built = package.wheel.as_uri()
            made[requirements] = new_environment(
                tmp_path_factory.mktemp("migration") / "venv",
                *(f"{one} @ {built}" if OURS in one else one for one in shlex.split(requirements)),
            )
        return made[requirements]

    return environment


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedServer]:
    """A server for those who have one already."""
    with ExitStack() as cleanups:
        run = Run.begin()
        cleanups.callback(run.close)
        yield embedded.start(run, cleanups)


@pytest.fixture
def url(server: EmbeddedServer) -> Iterator[str]:
    """The URL of a database of the user `nobody` on a server that is not changed."""
    with provision.connect(server.url) as admin:
        admin.execute("CREATE DATABASE theirs")
        there_were = databases(admin)
        yield server.url.set(database="theirs").render_as_string(hide_password=False)
        assert databases(admin) == there_were
        admin.execute("DROP DATABASE theirs WITH (FORCE)")


def databases(admin: psycopg.Connection) -> set[str]:
    return {name for (name,) in admin.execute("SELECT datname FROM pg_database")}


def run(
    environment: Environment, shown: Part, folder: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    shown.write(folder)
    return environment.run("-m", "pytest", cwd=folder, environment=variables)


def check(ended: subprocess.CompletedProcess[str]) -> None:
    assert PASSED.search(ended.stdout), ended.stdout + ended.stderr


@pytest.mark.parametrize("guide", GUIDES)
def test_after(guide: str, environments: Environments, tmp_path: Path) -> None:
    shown = after(guide)
    ended = run(environments(shown.requirements), shown, tmp_path)
    check(ended)


@pytest.mark.parametrize("guide", ON_A_SERVER)
def test_before_and_after_on_a_server_given_by_url(
    guide: str, environments: Environments, tmp_path: Path, url: str
) -> None:
    for number, shown in enumerate((before(guide), after(guide))):
        folder = tmp_path / str(number)
        folder.mkdir()
        check(run(environments(shown.requirements), shown, folder, TEST_DATABASE_URL=url))


def test_before_with_pytest_postgresql(
    environments: Environments, server: EmbeddedServer, tmp_path: Path
) -> None:
    shown = before(POSTGRESQL)
    environment = environments(shown.requirements)
    shown.write(tmp_path)
    with folder_of_nobody() as theirs:
        ended = subprocess.run(
            [
                *(UNPRIVILEGED if os.geteuid() == 0 else ()),
                *(environment.python, "-m", "pytest", "-pno:cacheprovider"),
                f"--postgresql-exec={server.binaries / 'pg_ctl'}",
                f"--basetemp={theirs / 'pytest'}",
                f"--rootdir={tmp_path}",
            ],
            cwd=tmp_path,
            env={**inherited(), "TMPDIR": str(theirs), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
    check(ended)


@contextmanager
def folder_of_nobody() -> Iterator[Path]:
    """Make a folder for a process that may not be root's; with a short path, for a socket."""
    with tempfile.TemporaryDirectory(prefix="pa-", dir=base()) as name:
        if os.geteuid() == 0:
            shutil.chown(name, "nobody")
        yield Path(name)


@pytest.mark.docker
def test_before_with_testcontainers(environments: Environments, tmp_path: Path) -> None:
    shown = before(TESTCONTAINERS)
    image = os.environ.get("POSTGRES_IMAGE", DEFAULT_IMAGE)
    assert DEFAULT_IMAGE in shown.files["conftest.py"]
    shown.files["conftest.py"] = shown.files["conftest.py"].replace(DEFAULT_IMAGE, image)
    engine = {
        name: value
        for name, value in os.environ.items()
        if name.startswith(("DOCKER_", "TESTCONTAINERS_"))
    }
    # testcontainers' reaper is an image of its own, which may not be here.
    engine["TESTCONTAINERS_RYUK_DISABLED"] = "true"
    check(run(environments(shown.requirements), shown, tmp_path, **engine))


def test_the_readme_links_every_guide() -> None:
    assert {file.stem for file in DOCS.glob("*.md")} == {*GUIDES}
    for guide in GUIDES:
        assert f"(docs/{guide}.md)" in README.read_text("utf-8")


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_is_one_page(guide: str) -> None:
    assert len(text(guide).splitlines()) <= LONGEST
    assert tuple(dict(SECTION.findall(text(guide)))) == SECTIONS
    assert list(broken_links(DOCS / f"{guide}.md")) == []
