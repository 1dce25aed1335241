"""Whole runs in locales whose encoding is not UTF-8."""

import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.support.running import behave

STRICT: Final = {
    "PYTHONUTF8": "0",
    "PYTHONWARNDEFAULTENCODING": "1",
    "PYTHONWARNINGS": "error::EncodingWarning",
}
"""With these, text that is read or written in no named encoding is an error."""

UMLAUT: Final = "features/accounts/registration.feature:99"
"""A scenario with an ü in its title."""


@pytest.fixture
def turkish(tmp_path: Path) -> dict[str, str]:
    """The environment of a Turkish locale, in an encoding that has ü, but not the ellipsis."""
    folder = tmp_path / "locales"
    folder.mkdir()
    localedef = shutil.which("localedef")
    if localedef is None:
        pytest.skip("there is no localedef to make a Turkish locale")
    command = [localedef, "-i", "tr_TR", "-f", "ISO-8859-9", str(folder / "tr_TR")]
    made = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if made.returncode != 0:
        pytest.skip(f"no Turkish locale can be made ({made.stderr.splitlines()[0]})")
    return {"LOCPATH": str(folder), "LC_ALL": "tr_TR"}


def test_a_run_in_the_c_locale(tmp_path: Path) -> None:
    passes_and_prints(r"j\xfcrgen@example.org", {"LC_ALL": "C"}, tmp_path)


def test_a_run_in_a_turkish_locale(turkish: dict[str, str], tmp_path: Path) -> None:
    passes_and_prints("j\N{REPLACEMENT CHARACTER}rgen@example.org", turkish, tmp_path)


def passes_and_prints(title: str, environment: dict[str, str], folder: Path) -> None:
    """Run the scenario; `title` is in its output, read as UTF-8."""
    environment = {**STRICT, **environment}
    ended = behave(
        "-D", "postgres=embedded", UMLAUT, reports=folder / "reports", environment=environment
    )
    assert ended.exit_code == 0, ended.output
    assert title in ended.output
    run = [case.name for case in ended.cases if case.verdict == "passed"]
    assert len(run) == 1
    assert "jürgen@example.org" in run[0]
