"""A small suite whose runs are divided among shards, and what is the same for all its runs."""

import dataclasses
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

from pgharness.results.history import case_key
from pgharness.results.model import Run
from recorded_projects import STEPS, write

PROJECT: Final = """\
[tool.behave]
runner = "pgharness.adapters.starting:Runner"
default_format = "pgharness.results:Terminal"
junit = true
junit_directory = "reports/junit"
[tool.pgharness]
reports = "reports"
durations = "durations.json"
workers = "1"
[tool.pgharness.report]
command = "make check"
"""
ENVIRONMENT: Final = """\
def before_all(context):
    context.attach("text/plain", "it begins")

def after_scenario(context, scenario):
    context.attach("text/plain", scenario.name)
"""
ONE: Final = r"""
@pets
Feature: Pets
  Background:
    Given it passes

  @pets-{n}1
  Rule: Cats are fed
    Example: A cat
      When it passes for a cat
    Scenario Outline: <name>
      When it passes for <name>
      Examples:
        | name   |
        | Tom    |
        | "a\nb" |
        | Kit    |

  @fixture.bowl
  Rule: Dogs share a bowl
    Example: Rex
      When it passes for Rex
    Example: Max
      When it passes for Max

  @slow
  Rule: Birds
    Example: It sings
      When it {passes}
    Example: Nothing is known of it
"""
FEATURES: Final = {
    "features/pets/b.feature": ONE.format(n=1, passes="passes"),
    "features/pets/a.feature": ONE.format(n=2, passes="fails"),
    "features/z.feature": ONE.format(n=3, passes="skips the rest"),
    "features/birds/c.feature": "Feature: Birds\n  Scenario: It sings\n    Given it passes\n"
    "  Scenario: It has no steps\n",
}
SCENARIOS: Final = 3 * 8 + 2
UNITS: Final = SCENARIOS - 3
"""The dogs of a feature share a fixture."""


def build(folder: Path) -> None:
    """Write the suite."""
    write(
        folder,
        {
            "pyproject.toml": PROJECT,
            "features/environment.py": ENVIRONMENT,
            "features/steps/steps.py": STEPS,
            **FEATURES,
        },
    )


def durations(run: Run) -> str:
    """Return a file of durations for the cases of a run: each second unit takes long."""
    listed: dict[str, list[Any]] = {}
    units = 0
    for _, rule in run.rules:
        for case in rule.cases:
            is_rest = case.name == "Max"
            units += not is_rest
            seconds = 0.01 if is_rest else (1, 10)[units % 2] + units / 100
            listed[case_key(rule, case)] = [seconds, case.name]
    return json.dumps({"format": 1, "median": 0.5, "cases": listed})


def result(run: Run) -> dict[str, Any]:
    """Return what of a run is the same, whenever it took place and in how many parts."""
    hooks = {hook.name: hook.status for hook in run.hooks}
    environment = dataclasses.replace(run.environment, revision="")
    return {
        "holds": run.holds,
        "success": run.success,
        "message": run.message,
        "environment": environment,
        "hooks": hooks,
        "features": _without_times(run.features),
    }


def _without_times(value: Any) -> Any:
    match value:
        case tuple():
            return [_without_times(one) for one in value]
        case float() | datetime():
            return 0
        case _ if dataclasses.is_dataclass(value):
            found = {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
            return {name: _without_times(one) for name, one in found.items() if name != "worker"}
    return value


def junit(folder: Path) -> dict[str, str]:
    """Return JUnit files by their names, without times."""
    return {file.name: "\n".join(_elements(file)) for file in sorted(folder.glob("TESTS-*.xml"))}


def _elements(file: Path) -> Iterator[str]:
    for element in ElementTree.parse(file).iter():  # noqa: S314 (our own)
        if element.get("name") == "started":
            continue
        given = {k: v for k, v in element.attrib.items() if k not in {"time", "timestamp"}}
        yield f"{element.tag} {given} {_untimed(element.text or '')}"


def _untimed(text: str) -> str:
    return "\n".join(line.rpartition(" in ")[0] or line for line in text.splitlines())
