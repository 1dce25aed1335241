"""GitHub's workflows run what `.ci/run` runs, on the versions that are supported."""

import json
import re
import tomllib
from pathlib import Path
from typing import Final

import pytest
import stages
from sqlalchemy import URL

import fork_server
from features.support.service import ROOT
from pgharness.core.options import DEFAULT_IMAGE
from pgharness.servers.server_check import OLDEST_SUPPORTED
from tests.faults import strength
from tests.support.running import SERVICE, SHORT, Running

WORKFLOWS: Final = sorted((ROOT / ".github" / "workflows").iterdir())
TEXT: Final = "\n".join(file.read_text("utf-8") for file in WORKFLOWS)
LINES: Final = re.findall(r"^ +- run: (.+)$", TEXT, re.MULTILINE)
TRIED: Final = "uv run behave"
"""The criteria on the server given by URL, which `.ci/run` does not have."""

SUMMARISED: Final = 'uv run python -m tests.faults.strength --markdown >> "$GITHUB_STEP_SUMMARY"'
"""What became of the faults, for the summary of a job, which `.ci/run` does not have either."""

PARTS: Final = "uv run pytest tests/faults --faults ${{ matrix.part }}/8"
"""All faults, a part on each machine."""

OF_PARTS: Final = SUMMARISED.replace(" >>", " reports/faults-*/faults.ndjson >>")
CONTROLS: Final = "uv run pytest tests/controls -m controls"


def test_every_command_is_on_a_line_that_is_read_here() -> None:
    assert len(LINES) == len(re.findall(r"\brun:", TEXT))


@pytest.mark.parametrize("line", sorted(set(LINES)))
def test_every_command_is_run_elsewhere_too(line: str) -> None:
    commands = {stage.command.replace("RUN", "containers") for stage in stages.STAGES}
    assert line in commands | {TRIED, SUMMARISED, PARTS, OF_PARTS, CONTROLS, "bash .ci/run"}


def test_the_criteria_run_on_the_server_given_by_url(url: URL, tmp_path: Path) -> None:
    assert TRIED in LINES
    given = {"TEST_DATABASE_URL": url.render_as_string(hide_password=False)}
    arguments = TRIED.removeprefix("uv run behave").split()
    ended = Running(*arguments, SHORT, reports=tmp_path, environment=given).wait()
    assert ended.exit_code == 0, ended.output
    assert "external (its URL was given)" in ended.output


def test_what_became_of_the_faults_is_summarised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert SUMMARISED in LINES
    verdict = {"fault": "x", "source": "hand-made", "outcome": "survived", "failed": []}
    verdicts = tmp_path / "faults.ndjson"
    verdicts.write_text(json.dumps({**verdict, "weak": False, "seconds": 1}), "utf-8")
    monkeypatch.setattr(strength, "VERDICTS", verdicts)
    command, _, _ = SUMMARISED.partition(" >> ")
    assert strength.main(command.split()[5:]) == 0
    assert "| hand-made | 1 | 0 |" in capsys.readouterr().out


@pytest.mark.parametrize("line", [PARTS, CONTROLS])
def test_a_command_of_the_night_finds_its_tests(line: str) -> None:
    command = line.replace("${{ matrix.part }}", "8").removeprefix("uv run ").split()
    ended = fork_server.run(*command, "--collect-only", "-q", "-n0", folder=ROOT, preloaded=SERVICE)
    assert ended.returncode == 0, ended.stdout
    assert re.search(r"^\d+/\d+ tests collected", ended.stdout, re.MULTILINE), ended.stdout


def test_every_eighth_of_the_faults_has_a_machine() -> None:
    (parts,) = re.findall(r"part: \[(.+)\]", TEXT)
    assert [int(part) for part in parts.split(",")] == list(range(1, 9))


def test_the_tests_on_containers_get_the_images_that_were_provided() -> None:
    named = re.findall(r"_IMAGE: (\S+)", TEXT)
    provided = [line.split()[-1] for line in LINES if "provide" in line]
    assert sorted(named) == sorted(provided) != []


def test_every_action_is_pinned_by_its_commit() -> None:
    used = re.findall(r"uses: (.+)", TEXT)
    pinned = [use for use in used if re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use)]
    assert used == pinned != []


def test_the_matrix_has_every_supported_python() -> None:
    pythons = re.findall(r'\{ python: "(.+?)"', TEXT)
    for package in (ROOT, ROOT / "pgharness"):
        project = tomllib.loads((package / "pyproject.toml").read_text("utf-8"))["project"]
        classifiers = re.findall(r"Python :: (3\.\d+)", " ".join(project["classifiers"]))
        assert pythons == classifiers
        assert project["requires-python"] == f">={pythons[0]}"


def test_the_matrix_has_every_supported_postgresql() -> None:
    versions = [int(version) for version in re.findall(r'postgres: "(\d+)" \}', TEXT)]
    (newest,) = re.findall(r":(\d+)", DEFAULT_IMAGE)
    assert versions == list(range(OLDEST_SUPPORTED, int(newest) + 1))
    said = (
        f"PostgreSQL {versions[0]} or later, encoded in UTF-8; CI runs on {versions[0]} to {newest}"
    )
    assert said in (ROOT / "README.md").read_text("utf-8")


def test_every_script_is_checked() -> None:
    scripts = {
        str(file.relative_to(ROOT))
        for file in (ROOT / ".ci").rglob("*")
        if file.is_file() and file.read_bytes().startswith(b"#!/bin/bash\n")
    }
    tasks = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["poe"]["tasks"]
    (checked,) = (
        set(command.removeprefix("shellcheck ").split())
        for command in (step["cmd"] for step in tasks["check"]["sequence"])
        if command.startswith("shellcheck ")
    )
    assert checked == scripts
