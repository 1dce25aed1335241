"""A small suite that is run within a scenario, as `behave` runs any, on databases of its own."""

import contextlib
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from behave.configuration import Configuration
from behave.model import Scenario
from behave.parser import parse_feature
from behave.reporter.junit import JUnitReporter
from behave.runner import Context, ModelRunner

from features.support import hooks, reports, scope_tags
from features.support.harness import Harness

QUIET: Final = ("--no-capture", "--no-capture-stderr", "--no-logcapture", "--no-capture-hooks")


@dataclass(frozen=True)
class Verdict:
    """What JUnit says of one scenario."""

    verdict: str
    message: str


@dataclass(frozen=True)
class Ended:
    """A run that has ended."""

    failed: bool
    """Whether `behave` would exit with 1."""
    verdicts: Mapping[str, Verdict]
    """By the scenario's title."""


def run(around: Harness, suite: str, breaking: Mapping[str, str]) -> Ended:
    """Run a feature's text; `breaking` names hooks that fail, each with a scenario's title."""
    with tempfile.TemporaryDirectory() as folder, around.another_run() as inner:
        config = Configuration([*QUIET, "--junit", "--junit-directory", folder], load_config=False)
        config.base_dir = folder
        config.reporters = [JUnitReporter(config)]
        reports.tell_reasons(config)
        feature = parse_feature(suite, filename="suite.feature")
        runner = ModelRunner(config, [feature])
        runner.hooks = _hooks_of(inner, breaking)
        failed = runner.run_model()
        (file,) = Path(folder).glob("*.xml")
        return Ended(failed, _verdicts(file))


def _hooks_of(inner: Harness, breaking: Mapping[str, str]) -> dict[str, Any]:
    def before_all(context: Context) -> None:
        context.harness = inner

    def before_scenario(context: Context, scenario: Scenario) -> None:
        scope_tags.begin(context, scenario)
        hooks.before_scenario(context, scenario)
        _break(breaking, "before", scenario)

    def after_scenario(context: Context, scenario: Scenario) -> None:
        with contextlib.ExitStack() as cleanups:
            cleanups.callback(hooks.after_scenario, context, scenario)
            _break(breaking, "after", scenario)

    return {
        "before_all": before_all,
        "before_tag": hooks.before_tag,
        "before_feature": scope_tags.begin,
        "before_rule": scope_tags.begin,
        "before_scenario": before_scenario,
        "after_scenario": after_scenario,
    }


def _break(breaking: Mapping[str, str], when: str, scenario: Scenario) -> None:
    if breaking.get(when) == scenario.name:
        raise RuntimeError(f"the hook {when} {scenario.name!r} fails")


def _verdicts(file: Path) -> dict[str, Verdict]:
    verdicts = {}
    for case in ET.parse(file).getroot().iter("testcase"):  # noqa: S314 (our own)
        found = [child for child in case if child.tag in ("failure", "error", "skipped")]
        verdicts[case.get("name", "")] = (
            Verdict(found[0].tag, found[0].get("message", "")) if found else Verdict("passed", "")
        )
    return verdicts
