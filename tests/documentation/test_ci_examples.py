"""The examples for CI servers: each is accepted by its own linter."""

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Final

import pytest

from features.support.service import ROOT
from tests.support.ci_examples import EXAMPLES, run, text
from tests.support.guides import page

PROGRAMS: Final = Path(sys.executable).parent

GROOVY_LINT: Final = "npm-groovy-lint@15.2.1"
"""The last version that runs on Node 20."""

NODE: Final = 20
"""The oldest version that it runs on."""

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
    assert uses(text("github.yml")) <= ours


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
