"""The harness as others get it: built, and installed into an environment that has nothing else."""

import os
import shutil
import subprocess
import sysconfig
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[3]
"""The repository: the workspace of which pgharness is a member."""

UV: Final = shutil.which("uv") or "uv"

PATIENCE: Final = 300
"""Seconds for an installation, or a run."""

KEPT: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")
KEPT_PREFIXES: Final = ("UV_", "PIP_", "SSL_", "HTTP", "NO_PROXY", "http", "no_proxy", "XDG_")
"""What a new environment inherits: how packages are got, nothing of this one's."""


@dataclass(frozen=True)
class Package:
    """What `uv build` has made."""

    wheel: Path
    sdist: Path


@dataclass(frozen=True)
class Environment:
    """A virtual environment."""

    folder: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    def install(self, *requirements: str) -> None:
        """Install packages; of ours only what is given as a file."""
        uv("pip", "install", "--quiet", "--python", str(self.python), *requirements)

    def run(
        self, *arguments: str, cwd: Path, environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run its interpreter in a folder."""
        return subprocess.run(
            [str(self.python), *arguments],
            cwd=cwd,
            env={**inherited(), **(environment or {})},
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )


def inherited() -> dict[str, str]:
    """Return the variables that a process of another environment gets."""
    return {
        name: value
        for name, value in os.environ.items()
        if name in KEPT or name.startswith(KEPT_PREFIXES)
    }


def uv(*arguments: str) -> None:
    """Run uv. Fails with what it said."""
    done = subprocess.run(
        [UV, *arguments],
        cwd=ROOT,
        env=inherited(),
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def new_environment(folder: Path, *requirements: str) -> Environment:
    """Make an environment with these packages and what they need."""
    uv("venv", "--quiet", str(folder))
    made = Environment(folder)
    made.install(*requirements)
    copy_bytecode(made)
    return made


def copy_bytecode(environment: Environment) -> None:
    """Copy our bytecode of the modules that an environment has, to compile only the others there.

    Each file names the size and the time of its source: Python compiles a module of which it has
    another version.
    """
    ours = Path(sysconfig.get_path("purelib"))
    (theirs,) = environment.folder.glob("lib/python*/site-packages")
    for source in theirs.rglob("*.py"):
        file = Path(cache_from_source(str(source)))
        compiled = ours / file.relative_to(theirs)
        if compiled.is_file():
            file.parent.mkdir(exist_ok=True)
            shutil.copyfile(compiled, file)


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The built package."""
    folder = tmp_path_factory.mktemp("dist")
    uv("build", "--quiet", "--package", "pgharness", "--out-dir", str(folder))
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return Package(wheel, sdist)
