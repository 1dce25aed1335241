"""Small projects that use pgharness, and pytest run over them as their developers run it."""

import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Final
from xml.etree import ElementTree

from sqlalchemy import URL

import fork_server

MODELS: Final = """
    from sqlalchemy import ForeignKey
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

    class Base(DeclarativeBase):
        pass

    class Customer(Base):
        __tablename__ = "customers"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str] = mapped_column(unique=True)
"""
BY_METADATA: Final = """
    [tool.pgharness]
    metadata = "models:Base.metadata"
"""


@dataclass(frozen=True)
class Ended:
    """A run of pytest that has ended."""

    exit_code: int
    output: str
    cases: Mapping[str, tuple[str, str]]
    """For each test passed, failure, error or skipped, and what is said of it."""

    def verdicts(self) -> dict[str, str]:
        """Return the outcome of each test."""
        return {name: verdict for name, (verdict, _) in self.cases.items()}


@dataclass(frozen=True)
class Project:
    """A folder with a pyproject.toml, and the server that its tests use."""

    folder: Path
    url: URL
    run_module: Callable[..., "subprocess.CompletedProcess[str]"] = fork_server.run

    def write(self, **files: str) -> None:
        """Write Python modules, by their names."""
        for name, text in files.items():
            (self.folder / f"{name}.py").write_text(dedent(text), "utf-8")

    def configure(self, text: str) -> None:
        """Write the pyproject.toml."""
        (self.folder / "pyproject.toml").write_text(dedent(text), "utf-8")

    def run(self, *arguments: str, **environment: str) -> Ended:
        """Run pytest in the folder."""
        report = self.folder / "report.xml"
        report.unlink(missing_ok=True)
        url = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        given = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
        ended = self.run_module(
            "pytest",
            "-q",
            f"--junit-xml={report}",
            f"--basetemp={self.folder / 'tmp'}",
            *arguments,
            folder=self.folder,
            env={**given, "TEST_DATABASE_URL": url, **environment},
        )
        return Ended(ended.returncode, ended.stdout, _cases(report))


def _cases(report: Path) -> dict[str, tuple[str, str]]:
    if not report.is_file():
        return {}
    found = {}
    for case in ElementTree.parse(report).getroot().iter("testcase"):  # noqa: S314 (our own)
        ends = [end for end in case if end.tag in ("failure", "error", "skipped")]
        verdict = ends[0].tag if ends else "passed"
        said = " ".join(f"{end.get('message', '')} {end.text or ''}" for end in ends)
        found[str(case.get("name"))] = verdict, said
    return found
