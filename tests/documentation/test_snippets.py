"""Whatever a reader of the guides copies works."""

import re
import shlex
import tomllib
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import psycopg
import pytest
from behave.configuration import Configuration
from sqlalchemy import URL

from benchmarks.__main__ import options as options_of_benchmarks
from features.support.service import ROOT
from pgharness.adapters.pytest_plugin import read
from pgharness.core.options import Options
from pgharness.databases.templates import RunDatabases
from pgharness.servers import psql
from pgharness.servers.embedded import EmbeddedServer
from tests.support.forked import Preloaded
from tests.support.guides import Snippet, snippets
from tests.support.running import Running, behave, pytest_over

OUR_STEPS: Final = f"""
from behave.runner_util import load_step_modules
load_step_modules([{str(ROOT / "features" / "steps")!r}])
"""

OPTIONS: Final = {
    "-k": 1,
    "-m": 1,
    "--faults": 1,
    "--strength": 0,
    "--collect-only": 0,
    "--quiet": 0,
}
"""Options of pytest that need not be looked at, as pytest refuses wrong ones, and their values."""


def test_every_snippet_is_of_a_kind_that_is_tried() -> None:
    kinds = {snippet.language for snippet in snippets()}
    assert kinds == {"gherkin", "python", "sh", "sql", ""}


def test_snippets_of_gherkin_pass(tmp_path: Path) -> None:
    suite = tmp_path / "suite"
    (suite / "steps").mkdir(parents=True)
    (suite / "environment.py").write_text("from features.environment import *\n", "utf-8")
    (suite / "steps" / "ours.py").write_text(OUR_STEPS, "utf-8")
    for snippet in snippets("python"):
        if snippet.file.startswith("features/steps/"):
            (suite / "steps" / Path(snippet.file).name).write_text(snippet.text, "utf-8")
    features = snippets("gherkin")
    for snippet in features:
        name = f"{snippet.page}_{snippet.number}.feature"
        (suite / name).write_text(snippet.as_feature(), "utf-8")
    ended = behave("-D", "postgres=embedded", str(suite), reports=tmp_path / "reports")
    assert ended.exit_code == 0, ended.output
    assert len(ended.cases) >= len(features)
    assert ended.verdicts() == {"passed"}, ended.output


def test_snippets_of_python_pass(url: URL, template: RunDatabases, tmp_path: Path) -> None:
    assert template, "no run has to build it"
    files = [snippet for snippet in snippets("python") if snippet.file.startswith("tests/")]
    assert len({snippet.file for snippet in files}) == len(files), "two are one file"
    (tmp_path / "tests").mkdir()
    for snippet in files:
        (tmp_path / snippet.file).write_text(snippet.text, "utf-8")
    ended = pytest_over(tmp_path / "tests", reports=tmp_path / "reports", url=url)
    assert ended.exit_code == 0, ended.output
    tested = [snippet for snippet in files if "def test_" in snippet.text]
    assert len(ended.cases) >= len(tested) > 0
    assert ended.verdicts() == {"passed"}


def test_every_snippet_of_python_is_tried_somewhere() -> None:
    for snippet in snippets("python"):
        assert snippet.file.startswith(("features/steps/", "tests/")), snippet.name


def test_snippets_of_sql_are_taken_by_the_server(admin: psycopg.Connection) -> None:
    for snippet in snippets("sql"):
        with admin.transaction(force_rollback=True):
            admin.execute(snippet.text.encode())


def commands() -> list[tuple[Snippet, str]]:
    """Return the lines of all snippets that are typed into a shell."""
    return [(snippet, line) for snippet in snippets("sh") for line in snippet.text.splitlines()]


@pytest.mark.parametrize("command", [line for _, line in commands()])
def test_commands_are_understood(
    command: str, server: EmbeddedServer, loaded: Preloaded, tmp_path: Path
) -> None:
    words = [word for word in shlex.split(command) if not re.match(r"\d?>", word)]
    environment = {}
    while re.fullmatch(r"[A-Z_]+=.*", words[0]):
        name, _, environment[name] = words.pop(0).partition("=")
    match words:
        case [word, *_] if word.endswith("/psql"):
            check_psql(command, server, tmp_path)
        case ["uv", "sync", "--locked"]:
            pass
        case ["uv", "run", "poe", task]:
            tasks = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["poe"][
                "tasks"
            ]
            assert task in tasks
        case ["uv", "run", "python", "-m", "pgharness.results", *_]:
            pass  # test_ci_commands executes these in their order
        case ["uv", "run", "python", "-m", "benchmarks", *arguments]:
            options_of_benchmarks(arguments)
        case ["uv", "run", "python", "-m", module]:
            assert find_spec(module), f"there is no module {module}"
        case ["uv", "run", "behave", *arguments]:
            check_behave(arguments, environment)
            check_run(arguments, loaded, tmp_path / "run")
        case ["uv", "run", "pytest", *arguments]:
            run_pytest(arguments, tmp_path)
        case _:
            raise AssertionError("no test knows how to execute this command")


def run_pytest(arguments: list[str], folder: Path) -> None:
    if "--tx" in arguments:  # tests/faults/runner/test_gateways.py executes it
        return
    if arguments[0].startswith(("tests/faults", "tests/controls")):  # they are judged elsewhere
        arguments = [*arguments, "--collect-only", "--quiet"]
    check_pytest(arguments)
    here = ("-n0", f"--basetemp={folder / 'theirs'}")
    ended = Running(*arguments, *here, reports=folder, module="pytest").wait()
    assert ended.exit_code == 0, ended.output


def check_behave(arguments: list[str], environment: Mapping[str, str]) -> None:
    config = Configuration(arguments, load_config=False)
    Options.read(config.userdata, environment)
    everything = "\n".join(file.read_text("utf-8") for file in ROOT.glob("features/**/*.feature"))
    for place in config.paths:
        name, _, line = str(place).partition(":")
        assert (ROOT / name).exists(), f"{name} is not there"
        if line:
            text = (ROOT / name).read_text("utf-8").splitlines()[int(line) - 1]
            assert re.match(r" +(Example:|Scenario|\|)", text), f"no scenario is at {place}"
    for tag in re.findall(r"@[\w.-]+", " ".join(arguments)):
        assert re.search(rf"{re.escape(tag)}\s", everything), f"no scenario has {tag}"


def check_run(arguments: list[str], loaded: Preloaded, reports: Path) -> None:
    """Check that `behave` finds scenarios, and that they pass.

    They run on the server of the tests, unless a kind is named; in a container they are only found.
    """
    rehearsed = ["--dry-run"] if "postgres=container" in arguments else []
    ended = loaded.run(*arguments, *rehearsed, "--no-junit", reports=reports)
    assert ended.exit_code == 0, ended.output
    passed = (
        r"^0 scenarios passed.* [1-9]\d* untested"
        if "--dry-run" in [*arguments, *rehearsed]
        else r"^[1-9]\d* scenarios? passed, 0 failed"
    )
    assert re.search(passed, ended.output, re.MULTILINE), ended.output


def check_pytest(arguments: list[str]) -> None:
    rest = iter(arguments)
    for argument in rest:
        if argument == "-D":
            read(ROOT, [next(rest)], {})
        elif argument.startswith("-") and argument in OPTIONS:
            for _ in range(OPTIONS[argument]):
                next(rest)
        elif not re.fullmatch(r"-n\d+", argument):
            assert (ROOT / argument).exists(), f"{argument} is not there"


def check_psql(command: str, server: EmbeddedServer, folder: Path) -> None:
    """Check that it is the line that a run prints, but for the run."""
    run = str(server.home.parent)
    url = server.url.set(database=f"acceptance_kept_{run[-16:]}_1")
    program, opened = shlex.split(psql.line(url, folder / "pgpass"))
    (example, written) = shlex.split(command)
    assert program.endswith(example.partition("site-packages")[2])
    printed = opened.replace(str(folder), run).replace(run, "RUN")
    written = re.sub(r"/\S+?/postgres-acceptance-[0-9a-f]{16}", "RUN", written)
    assert re.sub("[0-9a-f]{16}", "ID", written) == re.sub("[0-9a-f]{16}", "ID", printed)


def test_what_is_shown_of_the_log_of_statements_is_written(
    loaded: Preloaded, tmp_path: Path
) -> None:
    (shown,) = snippets("")
    (place,) = re.findall(r"^--- (\S+)", shown.text)
    ended = loaded.run("-D", "sql=on", "--no-junit", place, reports=tmp_path / "run")
    assert ended.output.count("\n--- ") == 1, "what the migrations send is no scenario's"
    for line in shown.text.splitlines():
        assert line.partition("…")[0].rstrip() in ended.output, f"{line!r} is not written"
