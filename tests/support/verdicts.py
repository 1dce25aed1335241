"""Records which examples failed while `behave` runs, and ends the run when enough of them have."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

from _pytest.monkeypatch import MonkeyPatch
from behave.model import Rule, Scenario
from behave.model_type import Status
from behave.step_registry import registry

from tests.support.repository import ROOT

UNLOADABLE: Final = 3
"""The exit code of a run that could not load a mutant."""

ERRORS_ENOUGH: Final = 5
"""Examples that have ended by an error, until none is expected to end by an assertion."""


@dataclass(frozen=True)
class FailedExample:
    """An example that failed: where it is, and by what."""

    feature: str
    """The file, relative to the repository."""
    rule: str
    """The rule's title."""
    tags: tuple[str, ...]
    """Of the rule."""
    title: str
    asserted: bool
    """An assertion failed; else something raised another error."""
    step: str
    """The text of the step that failed, or nothing if it was a hook."""
    definition: str
    """The function that defines the step, as `file:function`."""

    @classmethod
    def of(cls, scenario: Scenario) -> Self:
        """Return what there is to say of a scenario that has failed."""
        rule = next(_rules(scenario), None)
        step = next((each for each in scenario.all_steps if each.status.has_failed()), None)
        match = registry.find_match(step) if step else None
        code = match.func.__code__ if match else None
        return cls(
            feature=_relative(scenario.filename),
            rule=rule.name if rule else "",
            tags=tuple(str(tag) for tag in rule.tags) if rule else (),
            title=scenario.name,
            asserted=scenario.status is Status.failed,
            step=f"{step.keyword} {step.name}" if step else "",
            definition=f"{_relative(code.co_filename)}:{code.co_name}" if code else "",
        )


def _rules(scenario: Scenario) -> Iterator[Rule]:
    parent = scenario.parent
    while parent is not None:
        if isinstance(parent, Rule):
            yield parent
        parent = getattr(parent, "parent", None)


def _relative(file: str) -> str:
    path = Path(file)
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.as_posix()


def record(patch: MonkeyPatch, file: Path, until: int) -> None:
    """Write each example that fails to a file; stop when assertions of `until` rules have failed.

    Examples that end by errors do not stop the run unless there are many.
    """
    original = Scenario.run
    noticed: set[tuple[str, str]] = set()
    errors = 0

    def run(self: Scenario, runner: Any) -> bool:
        nonlocal errors
        failed = bool(original(self, runner))
        if failed:
            example = FailedExample.of(self)
            with file.open("a", encoding="utf-8") as lines:
                print(json.dumps(asdict(example)), file=lines)
            if example.asserted:
                noticed.add((example.feature, example.rule))
            else:
                errors += 1
            if len(noticed) >= until or (errors >= ERRORS_ENOUGH and not noticed):
                runner.config.stop = True
        return failed

    patch.setattr(Scenario, "run", run)


def read(file: Path) -> list[FailedExample]:
    """Return what was recorded: nothing if no example has failed."""
    if not file.exists():
        return []
    found = map(json.loads, file.read_text("utf-8").splitlines())
    return [FailedExample(**{**each, "tags": tuple(each["tags"])}) for each in found]
