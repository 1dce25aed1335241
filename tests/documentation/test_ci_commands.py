"""The commands of the examples for CI servers work: every scenario runs once, and is reported."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from behave.parser import parse_file

from features.support.service import ROOT
from pgharness.results.stream.reading import read
from tests.support.ci_examples import commands, run, shards, text
from tests.support.forked import Preloaded
from tests.support.guides import page, snippets
from tests.support.running import SHORT, SHORT_SCENARIOS


def test_every_example_installs_what_is_locked_and_runs_the_criteria() -> None:
    for name in ("github.yml", "gitlab-ci.yml", "Jenkinsfile"):
        assert "uv sync --locked" in text(name)
        assert "uv run behave" in text(name)
    known = r"uv sync --locked|uv run behave\b.*|uv run python -m pgharness\.results .+"
    others = {command for command in commands() if not re.fullmatch(known, command)}
    assert others == {
        "pip install uv",
        "mkdir public",
        "cp reports/acceptance.html public/index.html",
        "rm -rf reports/junit",
    }


def test_each_scenario_is_run_on_exactly_one_machine(loaded: Preloaded, tmp_path: Path) -> None:
    selected = [
        command.removeprefix("uv run behave ")
        for command in dict.fromkeys(commands())
        if command.startswith("uv run behave -")
    ]
    assert all(f"`{option}`" in page("ci") for option in selected)
    counts = [
        scenarios(loaded, tmp_path / str(n), *option.split()) for n, option in enumerate(selected)
    ]
    features = [parse_file(str(file)) for file in ROOT.glob("features/**/*.feature")]
    assert sum(counts) == sum(len(feature.walk_scenarios()) for feature in features)
    assert len(selected) == sum(1 for count in counts if count) > 1


def scenarios(loaded: Preloaded, reports: Path, *arguments: str) -> int:
    """Return how many scenarios behave selects."""
    silent = ("-f", "null")
    ended = loaded.run(*arguments, "--dry-run", "--no-junit", reports=reports, shown=silent)
    (found,) = re.findall(r"^0 scenarios passed.* (\d+) untested", ended.output, re.MULTILINE)
    return int(found)


OTHER: Final = "features/accounts/deactivating.feature"
"""With `SHORT`, the parts of a run in these tests."""

RESULTS: Final = "uv run python -m pgharness.results "


@pytest.fixture
def parts(loaded: Preloaded, tmp_path: Path) -> dict[str, Path]:
    """Two streams, by the feature that was run."""
    found = {}
    for number, feature in enumerate((SHORT, OTHER)):
        reports = tmp_path / f"reports-{number}"
        ended = loaded.run(feature, "-D", f"reports={reports}", reports=tmp_path / str(number))
        assert ended.exit_code == 0, ended.output
        found[feature] = reports / "messages.ndjson"
    return found


def test_the_commands_of_the_page_make_one_run_of_two(
    parts: dict[str, Path], tmp_path: Path
) -> None:
    lines = [line for snippet in snippets("sh") for line in snippet.text.splitlines()]
    given = [line for line in lines if line.startswith(RESULTS)]
    check_merged(given, dict(zip(("a.ndjson", "b.ndjson"), parts.values(), strict=True)), tmp_path)


@pytest.fixture(scope="module")
def streams(loaded: Preloaded, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The streams of all shards of two features, by the files in which the example has them."""
    found = {}
    tmp_path = tmp_path_factory.mktemp("shards")
    for number in shards():
        reports = tmp_path / f"reports-{number}"
        options = ("-D", f"shard={number}/{len(shards())}", "-D", f"reports={reports}")
        ended = loaded.run(SHORT, OTHER, *options, reports=tmp_path / number)
        assert ended.exit_code == 0, ended.output
        found[f"shards/shard-{number}/messages.ndjson"] = reports / "messages.ndjson"
    return found


def test_the_commands_for_github_make_one_run_of_all_shards(
    streams: dict[str, Path], tmp_path: Path
) -> None:
    given = [line for line in commands() if line.startswith(RESULTS)]
    folder = check_merged(list(dict.fromkeys(given)), streams, tmp_path)
    summary = (folder / "summary").read_text("utf-8")
    assert "## The run holds" in summary
    assert "PostgreSQL" in summary
    assert "shard" not in summary
    (number,) = re.findall(r"(\d+) examples: \d+ passed", summary)
    whole = sum(read(stream).counts.total() for stream in streams.values())
    assert int(number) == whole > SHORT_SCENARIOS


def check_merged(lines: list[str], streams: dict[str, Path], tmp_path: Path) -> Path:
    """Check that the commands, one after the other, make a page and JUnit files of all streams."""
    folder = tmp_path / "checkout"
    for line, ended in results(lines, streams, folder):
        assert ended.returncode == 0, f"{line}: {ended.stdout}"
    html = (folder / "reports" / "acceptance.html").read_text("utf-8")
    assert "Listing accounts" in html
    assert "Deactivating an account" in html
    files = {file.name for file in (folder / "reports" / "junit").glob("TESTS-*.xml")}
    assert files == {"TESTS-accounts.listing.xml", "TESTS-accounts.deactivating.xml"}
    return folder


def results(
    lines: list[str], streams: dict[str, Path], folder: Path
) -> Iterator[tuple[str, "subprocess.CompletedProcess[str]"]]:
    """Run commands one after the other in a folder with these streams; yield how each ended."""
    for name, stream in streams.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(stream, folder / name)
    for line in lines:
        yield (
            line,
            run(
                ["bash", "-c", line.replace("uv run python", shlex.quote(sys.executable))],
                cwd=folder,
                env=os.environ | {"GITHUB_STEP_SUMMARY": str(folder / "summary")},
            ),
        )


def test_a_shard_that_is_lost_is_noticed_and_reported(
    streams: dict[str, Path], tmp_path: Path
) -> None:
    lost = shards()[1]
    given = [line for line in dict.fromkeys(commands()) if line.startswith(RESULTS)]
    others = {name: stream for name, stream in streams.items() if f"/shard-{lost}/" not in name}
    assert len(others) == len(streams) - 1
    folder = tmp_path / "checkout"
    codes = {line.split()[5]: ran.returncode for line, ran in results(given, others, folder)}
    assert codes == {"merge": 1, "junit": 0, "html": 0, "summary": 0, "show": 1}
    said = f"shard {lost} of {len(shards())} is missing"
    files = ("reports/acceptance.html", "summary", "reports/junit/TESTS-.run.xml")
    assert all(said in (folder / file).read_text("utf-8").lower() for file in files)
