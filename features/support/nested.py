"""A small suite that is run within a scenario, as `behave` runs any, on databases of its own."""

import contextlib
import os
import re
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final

from behave.configuration import Configuration
from behave.model import Feature, Scenario
from behave.parser import parse_feature
from behave.runner import Context, ModelRunner

from pgharness.adapters.behave import hooks, scope_tags
from pgharness.adapters.behave.junit import JUnit
from pgharness.adapters.behave.scope_tags import Element
from pgharness.adapters.test_run import Harness

QUIET: Final = ("--no-capture", "--no-capture-stderr", "--no-logcapture", "--no-capture-hooks")

NEXT_FEATURE: Final = re.compile(r"\n\n(?=(?:@.*\n)?Feature:)")


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


def run(around: Harness[Any], suite: str, breaking: Mapping[str, str]) -> Ended:
    """Run features' text; `breaking` names hooks that fail, each with the title it is around."""
    with tempfile.TemporaryDirectory() as folder, around.another_run() as inner:
        config = Configuration([*QUIET, "--junit", "--junit-directory", folder], load_config=False)
        config.base_dir = os.curdir
        config.reporters = [JUnit(config)]
        runner = ModelRunner(config, features_in(suite))
        runner.hooks = _hooks_of(inner, breaking)
        failed = runner.run_model()
        return Ended(failed, _verdicts(sorted(Path(folder).glob("*.xml"))))


def features_in(suite: str) -> list[Feature]:
    """Return the features that a text is of, each after an empty line."""
    return [
        parse_feature(text, filename=f"suite_{number}.feature")
        for number, text in enumerate(NEXT_FEATURE.split(suite), 1)
    ]


def _hooks_of(inner: Harness[Any], breaking: Mapping[str, str]) -> dict[str, Any]:
    def before_all(context: Context) -> None:
        context.harness = inner

    def before(context: Context, element: Element) -> None:
        scope_tags.begin(context, element)
        if isinstance(element, Scenario):
            hooks.before_scenario(context, element)
        _break(breaking, "before", element)

    def after(context: Context, element: Element) -> None:
        with contextlib.ExitStack() as cleanups:
            if isinstance(element, Scenario):
                cleanups.callback(hooks.after_scenario, context, element)
            _break(breaking, "after", element)

    kinds = ("feature", "rule", "scenario")
    return {
        "before_all": before_all,
        "before_tag": hooks.before_tag,
        **{f"before_{kind}": before for kind in kinds},
        **{f"after_{kind}": after for kind in kinds},
    }


def _break(breaking: Mapping[str, str], when: str, element: Element) -> None:
    if breaking.get(when) == element.name:
        raise RuntimeError(f"the hook {when} {element.name!r} fails")


def _verdicts(files: Iterable[Path]) -> dict[str, Verdict]:
    verdicts = {}
    roots = [ET.parse(file).getroot() for file in files]  # noqa: S314 (our own)
    for case in chain.from_iterable(root.iter("testcase") for root in roots):
        found = [child for child in case if child.tag in ("failure", "error", "skipped")]
        verdicts[case.get("name", "")] = (
            Verdict(found[0].tag, found[0].get("message", "")) if found else Verdict("passed", "")
        )
    return verdicts
