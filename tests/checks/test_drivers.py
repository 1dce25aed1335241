"""The check for other drivers must notice one, however it comes in."""

from pathlib import Path

import pytest

from checks.drivers import others

FAST = "async" + "pg"
OLD = "psycopg" + "2"

PYPROJECT = """
[project]
dependencies = ["psycopg[binary]>=3.3"{more}]
[dependency-groups]
dev = ["pytest"{for_tests}]
"""


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("domain/a.py", f"\nimport {OLD}.extras\n", f":2: {OLD}"),
        ("tests/a.py", f"\nfrom {FAST} import connect\n", f":2: {FAST}"),
        ("features/a.py", f"\ndef a():\n    import {OLD} as psycopg\n", f":3: {OLD}"),
        ("features/a.py", f"\nimport_module('{FAST}')\n", f":2: {FAST}"),
        ("benchmarks/a.py", f"\nurl = 'postgresql+{OLD}://host/db'\n", f":2: {OLD}"),
        ("docs/a.py", f"\nURL.create('postgresql+{FAST}')\n", f":2: {FAST}"),
        ("pyproject.toml", PYPROJECT.format(more=f", '{FAST}>=0.30'", for_tests=""), f": {FAST}"),
        ("pyproject.toml", PYPROJECT.format(more="", for_tests=f", '{OLD}-binary'"), f": {OLD}"),
        ("uv.lock", f"[[package]]\nname = '{OLD}'\nversion = '2.9'\n", f": {OLD}"),
    ],
)
def test_another_driver_is_noticed(tmp_path: Path, name: str, text: str, said: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    (found,) = others(tmp_path)
    assert found.startswith(f"{name}{said}")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("domain/a.py", "import psycopg\nfrom psycopg.rows import dict_row\n"),
        ("features/a.py", "url = 'postgresql+psycopg://host/db'\n"),
        ("features/a.py", f"# not {FAST}\ndef a():\n    'Not {OLD}.'\n"),
        ("pyproject.toml", PYPROJECT.format(more="", for_tests="")),
        ("uv.lock", "[[package]]\nname = 'psycopg'\nversion = '3.3'\n"),
    ],
)
def test_the_one_driver_is_let_through(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    assert list(others(tmp_path)) == []
