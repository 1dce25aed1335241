"""`docs/steps.md`: the step vocabulary, by step module, and the types of the steps' parameters."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from types import ModuleType
from typing import Final

from behave.model import Feature, Step
from behave.step_registry import registry

from checks.lint import FEATURES
from checks.markdown import code, escaped, table
from features.support import step_types
from features.support.vocabulary import StepTypes

STEPS: Final = FEATURES / "steps"
KEYWORDS: Final = ("given", "when", "then")

_INTRODUCTION: Final = """\
# The step vocabulary

Every step pattern, by the module that defines it; a module's name begins with its capability. A
parameter is written `{name:Type}`; [step types](#step-types) says what each type matches. The
example is a line of a feature; where no feature has the line literally, it is one of an outline,
with the values of its first row. *Used* counts the lines of the features that match."""

Place = tuple[str, int]
"""A line of a feature."""


@dataclass
class Pattern:
    """A step pattern, and the steps that use it."""

    module: str
    line: int
    text: str
    keywords: set[str] = field(default_factory=set)
    used: set[Place] = field(default_factory=set)
    literal: Step | None = None
    """The first step outside of outlines, as it is written."""
    substituted: Step | None = None
    """The first step of an outline, with the values of an example."""

    @property
    def example(self) -> Step | None:
        """The step that shows how the pattern is used."""
        return self.literal or self.substituted


def patterns(features: Iterable[Feature]) -> list[Pattern]:
    """Return all registered patterns, with the steps of these features that match them."""
    found: dict[tuple[str, str], Pattern] = {}
    by_matcher: dict[int, Pattern] = {}
    for keyword, matchers in registry.steps.items():
        for matcher in matchers:
            key = (str(matcher.location), matcher.pattern)
            module = Path(matcher.location.filename).stem
            pattern = found.setdefault(key, Pattern(module, matcher.location.line, key[1]))
            pattern.keywords.add(keyword)
            by_matcher[id(matcher)] = pattern
    matching = cache(partial(_matching, by_matcher))
    for feature in features:
        lines = Path(feature.filename).read_text("utf-8").splitlines()
        for scenario in feature.walk_scenarios():
            for step in scenario.all_steps:
                if (user := matching(step.step_type, step.name)) is not None:
                    written = lines[step.location.line - 1].split(maxsplit=1)[1].rstrip()
                    _use(user, step, literal=written == step.name)
    return sorted(found.values(), key=lambda each: (each.module, each.line, each.text))


def _matching(by_matcher: dict[int, Pattern], kind: str, name: str) -> Pattern | None:
    for matcher in [*registry.steps[kind], *registry.steps["step"]]:
        if matcher.match(name):
            return by_matcher[id(matcher)]
    return None


def _use(pattern: Pattern, step: Step, *, literal: bool) -> None:
    pattern.used.add((step.location.filename, step.location.line))
    if literal:
        pattern.literal = pattern.literal or step
    else:
        pattern.substituted = pattern.substituted or step


def page(features: Iterable[Feature]) -> Iterator[str]:
    """Yield the lines of the page; behave knows the steps already."""
    found = patterns(features)
    used = set().union(*(each.used for each in found))
    once = sum(len(each.used) == 1 for each in found)
    yield from _INTRODUCTION.splitlines()
    yield ""
    yield f"{len(found)} patterns serve {len(used)} steps; {once} are used once."
    for name, group in groupby(found, key=lambda each: each.module):
        summary = _summary(STEPS / f"{name}.py")
        yield from (
            "",
            f"## {name}",
            "",
            f"[{name}.py](../features/steps/{name}.py): {summary}",
            "",
        )
        yield from table(("", "step", "example", "used"), map(_row, group))
    yield from ("", "## Step types", "")
    yield "A type matches a regular expression, or one of the phrases that are listed."
    for module in step_types.ALL:
        yield from ("", f"### {_title(module)}", "")
        yield from table(("type", "matches"), _types(module.TYPES))


def _row(pattern: Pattern) -> tuple[str, ...]:
    keywords = " ".join(word.title() for word in (*KEYWORDS, "step") if word in pattern.keywords)
    example = ""
    if pattern.example is not None:
        file = Path(*Path(pattern.example.location.filename).parts[-2:])
        example = f"{code(pattern.example.name)} ([{file.stem}](../features/{file.as_posix()}))"
    return keywords, code(pattern.text), example, str(len(pattern.used))


def _summary(file: Path) -> str:
    text = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    return escaped(text.partition("\n")[0])


def _title(module: ModuleType) -> str:
    return module.__name__.removeprefix("features.support.").removesuffix(".step_types")


def _types(types: StepTypes) -> Iterator[tuple[str, str]]:
    rows = {name: code(expression) for name, (expression, _) in types.words.items()}
    for closed in (types.phrases, types.meanings):
        for name, phrases in closed.items():
            rows[name] = ", ".join(map(code, phrases))
    yield from ((code(name), matches) for name, matches in sorted(rows.items()))
