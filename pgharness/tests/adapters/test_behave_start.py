"""What a run does before its first scenario: counted, as times differ from machine to machine."""

import gc
import json
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from behave.configuration import Configuration
from behave.matchers import get_step_matcher_factory
from behave.runner_util import gherkin
from sqlalchemy import URL

from behave_projects import FILES, OURS, BehaveProject
from pgharness.adapters.behave.runner import Runner
from pgharness.adapters.behave.step_matchers import LateParseMatcher

SEEN: Final = """
import gc, json, sys, threading
from pathlib import Path
from behave import step

@step("what is loaded is noted")
def noted(context):
    steps = context._runner.step_registry.steps.values()
    patterns = [matcher for kind in steps for matcher in kind]
    compiled = [one.pattern for one in patterns if one.parser._Parser__match_re is not None]
    Path("seen.json").write_text(json.dumps({
        "modules": sorted(sys.modules),
        "compiled": compiled,
        "patterns": len(patterns),
        "threads": threading.active_count(),
        "collects": gc.isenabled(),
    }))
"""
NEEDLESS: Final = {
    "alembic",
    "behave.cucumber_expression",
    "docker",
    "factory",
    "faker",
    "jinja2",
    "pgharness.observe.waits_svg",
    "pgharness.results.page",
    "pgharness.sessions.sessions_async",
    "pytest",
    "sqlalchemy.ext.asyncio",
    "testcontainers",
}
"""What takes long to import, and a run of a scenario that needs none of it does not."""

STARTED: Final = "Scenario: It starts\n    Given the note a\n    Given what is loaded is noted\n"


@pytest.fixture
def seen(url: URL, tmp_path: Path) -> dict[str, Any]:
    """What a step of the first scenario has seen."""
    project = BehaveProject(tmp_path, url)
    project.write({**FILES, "features/steps/seen.py": SEEN})
    code, output = project.behave(f"  {STARTED}", OURS, alone=True)
    assert code == 0, output
    found: dict[str, Any] = json.loads((tmp_path / "seen.json").read_text("utf-8"))
    return found


def test_what_a_scenario_does_not_need_is_not_loaded(seen: dict[str, Any]) -> None:
    assert "pgharness.adapters.test_run" in seen["modules"]
    assert not NEEDLESS.intersection(seen["modules"])
    assert {*seen["compiled"]} <= {"the note {title}", "what is loaded is noted"}
    assert seen["patterns"] > 10


def test_when_the_run_has_begun_garbage_is_collected_and_forks_are_safe(
    seen: dict[str, Any],
) -> None:
    assert seen["collects"]
    assert seen["threads"] == 1


@pytest.fixture
def behaves_matchers() -> Iterator[None]:
    """Restore what the runner of a run changes for the rest of its process."""
    factory = get_step_matcher_factory()
    mapping, default = dict(factory.step_matcher_class_mapping), factory.default_matcher
    yield
    factory.step_matcher_class_mapping, factory.default_matcher = mapping, default
    factory.use_default_step_matcher()
    gc.unfreeze()


@pytest.mark.usefixtures("behaves_matchers")
def test_each_feature_is_parsed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    features = [tmp_path / f"{name}.feature" for name in "ab"]
    (tmp_path / "steps").mkdir()
    for feature in features:
        feature.write_text(f"Feature: It\n  {STARTED}", "utf-8")
    parsed: Counter[str] = Counter()
    parse = gherkin.parse_file

    def counted(filename: str, **named: Any) -> Any:
        parsed[filename] += 1
        return parse(filename, **named)

    monkeypatch.setattr(gherkin, "parse_file", counted)
    monkeypatch.setattr(Runner, "run_model", lambda *_: False)
    runner = Runner(Configuration(["--format=null", str(tmp_path)]))
    runner.setup_paths()
    assert not runner.run_with_paths()
    assert parsed == {str(feature): 1 for feature in features}
    assert [Path(feature.filename).resolve() for feature in runner.features] == features
    assert get_step_matcher_factory().default_matcher is LateParseMatcher


def test_uv_does_not_compile_and_report_what_is_installed_in_each_run() -> None:
    for folder in Path(__file__).parents[1], Path(__file__).parents[3]:
        if (project := folder / "pyproject.toml").is_file():
            settings = tomllib.loads(project.read_text("utf-8"))
            assert not settings.get("tool", {}).get("uv", {}).get("compile-bytecode")
