"""The examples for CI servers: each is accepted by its own linter, and its commands work."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from behave.parser import parse_file

from features.support.service import ROOT
from pgharness.results.stream.reading import read
from tests.support.forked import Preloaded
from tests.support.guides import page, snippets
from tests.support.running import SHORT, SHORT_SCENARIOS

EXAMPLES: Final = ROOT / "docs" / "ci"
PROGRAMS: Final = Path(sys.executable).parent
GROOVY_LINT: Final = "npm-groovy-lint@15.2.1"
"""The last version that runs on Node 20."""
NODE: Final = 20
"""The oldest version that it runs on."""
PATIENCE: Final = 300

JENKINS: Final = {
    "": {"pipeline"},
    "pipeline": {"agent", "environment", "options", "post", "stages", "tools", "triggers"},
    "stages": {"stage"},
    "stage": {"agent", "environment", "options", "post", "stages", "steps", "when"},
    "post": {"always", "changed", "cleanup", "failure", "success", "unstable"},
    "options": set(),
    "steps": {"dir", "retry", "timeout", "withEnv"},
    "always": set(),
}
"""The blocks of a declarative pipeline that may be in each block."""
CALLING: Final = {"always", "options", "steps"}
"""The blocks that have steps or options."""
STEPS: Final = {"archiveArtifacts", "junit", "publishHTML", "sh", "timeout"}
"""The steps and options that are used, of Jenkins and the two plugins."""

run = partial(
    subprocess.run,
    stdout=subprocess.PIPE,
    stderr=subprocess.STDOUT,
    encoding="utf-8",
    timeout=PATIENCE,
    check=False,
)


def text(name: str) -> str:
    return (EXAMPLES / name).read_text("utf-8")


def changed(name: str, old: str, new: str, folder: Path) -> Path:
    """Return a copy of an example in which something is wrong."""
    assert old in text(name)
    file = folder / name
    file.write_text(text(name).replace(old, new), "utf-8")
    return file


def actionlint(file: Path) -> str:
    return str(run([str(PROGRAMS / "actionlint"), "-no-color", str(file)]).stdout)


def gitlab_schema(file: Path) -> str:
    schema = ("--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci")
    program = str(PROGRAMS / "check-jsonschema")
    ended = run([program, "--color=never", *schema, str(file)])
    return "" if ended.returncode == 0 else str(ended.stdout)


def test_every_example_is_on_the_page() -> None:
    listed = re.findall(r"\]\(ci/(.+?)\)", page("ci"))
    assert sorted(listed) == sorted(file.name for file in EXAMPLES.iterdir())


def test_the_example_for_github_is_accepted() -> None:
    assert actionlint(EXAMPLES / "github.yml") == ""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("needs: criteria", "needs: criterias", 'needs job "criterias" which does not exist'),
        ("${{ always() }}", "${{ allways() }}", 'undefined function "allways"'),
        ("matrix.shard", "matrix.shart", 'property "shart" is not defined'),
        ("runs-on: ubuntu-latest", "runs-on: ubuntu-lates", 'label "ubuntu-lates" is unknown'),
    ],
)
def test_mistakes_in_it_are_noticed(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in actionlint(changed("github.yml", old, new, tmp_path))


def test_its_actions_are_those_of_our_workflows() -> None:
    workflows = (ROOT / ".github" / "workflows").iterdir()
    ours = {use for file in workflows for use in uses(file.read_text("utf-8"))}
    others = uses(text("github.yml")) - ours
    assert len(others) == 1, "what our workflows do not use is only this one"
    (other,) = others
    assert re.fullmatch(r"actions/download-artifact@[0-9a-f]{40} # v\d+\.\d+\.\d+", other)


def uses(workflow: str) -> set[str]:
    return set(re.findall(r"uses: (.+)", workflow))


def test_the_example_for_gitlab_is_accepted() -> None:
    assert gitlab_schema(EXAMPLES / "gitlab-ci.yml") == ""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("when: always\n    expire_in", "when: allways\n    expire_in"),
        ("junit: reports", "xunit: reports"),
        ("script:", "scripts:"),
        ("pages: true", "pages: public"),
    ],
)
def test_mistakes_in_that_are_noticed(tmp_path: Path, old: str, new: str) -> None:
    assert "Schema validation errors" in gitlab_schema(changed("gitlab-ci.yml", old, new, tmp_path))


@pytest.fixture(scope="module")
def groovy_lint(request: pytest.FixtureRequest) -> list[str]:
    """The linter of Groovy, as a command: Jenkins' own needs a running Jenkins.

    It parses the file, and has rules of its own for a `Jenkinsfile`. pytest's cache keeps it.
    """
    for program in ("node", "npm", "java"):
        if not shutil.which(program):
            pytest.skip(f"the linter of Jenkinsfiles needs {program}")
    found = run(["node", "--version"]).stdout
    if int(re.findall(r"\d+", found)[0]) < NODE:
        pytest.skip(f"the linter of Jenkinsfiles needs Node {NODE}, and here is {found}")
    folder: Path = request.config.cache.mkdir(GROOVY_LINT.replace("@", "-"))
    linter = folder / "node_modules" / ".bin" / "npm-groovy-lint"
    if not linter.exists():
        install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", GROOVY_LINT]
        ended = run(install, cwd=folder)
        if ended.returncode:
            pytest.skip(f"npm cannot install {GROOVY_LINT}: {ended.stdout.splitlines()[0]}")
    return [
        str(linter),
        *("--noserver", "--loglevel", "warning", "--failon", "warning", "--output", "json"),
    ]


GROOVY_MISTAKES: Final = {
    "brace": ("agent any\n", "agent any\n}\n"),
    "quote": ("sh 'uv run behave'", "sh 'uv run behave"),
    "comma": ("'Acceptance',", "'Acceptance'"),
}


def test_the_example_for_jenkins_is_accepted_and_mistakes_in_it_are_not(
    groovy_lint: list[str], tmp_path: Path
) -> None:
    for folder, (old, new) in {"none": ("", ""), **GROOVY_MISTAKES}.items():
        (tmp_path / folder).mkdir()
        changed("Jenkinsfile", old, new, tmp_path / folder)
    linted = run([*groovy_lint, "**/Jenkinsfile"], cwd=tmp_path).stdout
    files = json.loads(linted[linted.index("{") :])["files"]
    found = {Path(name).parent.name: file["errors"] for name, file in files.items()}
    errors = {
        name: [error["rule"] for error in errors if error["severity"] != "info"]
        for name, errors in found.items()
    }
    assert errors.pop("none") == []
    assert errors == {name: ["NglParseError"] for name in GROOVY_MISTAKES}


def test_the_pipeline_for_jenkins_is_declarative() -> None:
    assert undeclared(text("Jenkinsfile")) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("always {", "allways {", "post: allways"),
        ("    post {", "    stages {", "stages: always"),
        ("junit '", "xunit '", "always: xunit"),
    ],
)
def test_other_blocks_and_steps_are_noticed(old: str, new: str, said: str) -> None:
    assert undeclared(text("Jenkinsfile").replace(old, new))[0] == said


def undeclared(pipeline: str) -> list[str]:
    """Return each block and step of a pipeline that may not be where it is, as `place: name`."""
    within = [""]
    found = []
    for name, rest in re.findall(r"^ *(?:(\w+)\b)?(.*)$", pipeline, re.MULTILINE):
        if rest.endswith("{"):
            if name not in JENKINS.get(within[-1], set()):
                found.append(f"{within[-1]}: {name}")
            within.append(name)
        elif rest == "}":
            within.pop()
        elif name and within[-1] in CALLING and not rest.startswith(":") and name not in STEPS:
            found.append(f"{within[-1]}: {name}")
    return found


def shards() -> list[str]:
    """Return the numbers of the shards in the example for GitHub."""
    (listed,) = re.findall(r"shard: \[(.+)\]", text("github.yml"))
    return str(listed).split(", ")


def commands() -> Iterator[str]:
    """Yield each command of the examples, as a shell gets it."""
    numbers = shards()
    for line in re.findall(r"^ +(?:- )?run: (.+)$", text("github.yml"), re.MULTILINE):
        total = line.replace("${{ strategy.job-total }}", str(len(numbers)))
        yield from (total.replace("${{ matrix.shard }}", number) for number in numbers)
    for block in re.findall(r"script:\n((?: +- .+\n)+)", text("gitlab-ci.yml")):
        yield from re.findall(r"- (.+)", block)
    yield from re.findall(r"\bsh '(.+)'", text("Jenkinsfile"))


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
    ended = loaded.run(*arguments, "--dry-run", "--no-junit", reports=reports)
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


@pytest.fixture
def streams(loaded: Preloaded, tmp_path: Path) -> dict[str, Path]:
    """The streams of all shards of two features, by the files in which the example has them."""
    found = {}
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
    del streams[f"shards/shard-{lost}/messages.ndjson"]
    folder = tmp_path / "checkout"
    codes = {line.split()[5]: ran.returncode for line, ran in results(given, streams, folder)}
    assert codes == {"merge": 1, "junit": 0, "html": 0, "summary": 0, "show": 1}
    said = f"shard {lost} of {len(shards())} is missing"
    files = ("reports/acceptance.html", "summary", "reports/junit/TESTS-.run.xml")
    assert all(said in (folder / file).read_text("utf-8").lower() for file in files)
