"""The feature files of a run: their sources, documents, and the pickles of selected scenarios."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from behave.model import Feature, Scenario
from behave.runner import ModelRunner
from cucumber_messages import (
    GherkinDocument,
    Pickle,
    Source,
    SourceMediaType,
)
from gherkin.ast_builder import AstBuilder
from gherkin.errors import CompositeParserException, ParserException
from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler
from gherkin.token_matcher import TokenMatcher

from pgharness.results.recording.behave_documents import document_of
from pgharness.results.recording.events import Events
from pgharness.results.recording.places import Places
from pgharness.results.stream.serialising import message_of

DEFAULT_LANGUAGE: Final = "en"
STAND_IN: Final[Any] = {
    "id": "stand-in",
    "keyword": "* ",
    "keywordType": "Unknown",
    "text": "",
    "location": {"line": 1},
}
BLANK_END: Final = re.compile(r"(?:\n[ \t]*)+\Z")


@dataclass
class Documents:
    """The documents that were sent, and the pickle of each selected scenario."""

    events: Events
    places: Places
    _pickles: dict[int, Pickle] = field(default_factory=dict)

    def send(self, feature: Feature, selected: list[Scenario]) -> None:
        """Send a feature's source and document, and the pickles of its selected scenarios.

        Whatever behave parses is sent: if the reference parser refuses a file, the document is
        made from behave's model.
        """
        uri = self.places.uri(feature.filename)
        data = _source(feature)
        media_type = SourceMediaType.text_x_cucumber_gherkin_plain
        self.events.send(source=Source(uri=uri, data=data, media_type=media_type))
        document, pickles = self._parsed(feature, uri, data)
        self.events.send(gherkin_document=document)
        for scenario in selected:
            if (pickle := pickles.get(scenario.location.line)) is not None:
                self._pickles[id(scenario)] = pickle
                self.events.send(pickle=pickle)

    def pickle(self, scenario: Scenario) -> Pickle | None:
        """Return the pickle of a scenario, or None if it was not selected."""
        return self._pickles.get(id(scenario))

    def _parsed(self, feature: Feature, uri: str, data: str) -> tuple[Any, dict[int, Pickle]]:
        """Return the document, and pickles by line.

        They do not depend on what was selected: shards have the same document.
        """
        try:
            matcher = TokenMatcher(feature.language or DEFAULT_LANGUAGE)
            parsed: Any = Parser(ast_builder=AstBuilder(self.events.ids)).parse(data, matcher)
            pickles = dict(self._compiled(parsed, uri))
        except (CompositeParserException, ParserException):
            pickles = {}
        else:
            _trim(parsed)
        if not all(_agree(scenario, pickles) for scenario in feature.walk_scenarios()):
            parsed = document_of(feature, self.events)
            pickles = dict(self._compiled(parsed, uri))
        return message_of({**parsed, "uri": uri}, GherkinDocument), pickles

    def _compiled(self, document: Any, uri: str) -> Iterator[tuple[int, Pickle]]:
        whole: Any = {**document, "uri": uri}
        with _steps_in_all(_scenarios(document.get("feature") or {})):
            pickles = Compiler(self.events.ids).compile(whole)
        for pickle in pickles:
            made = message_of(pickle, Pickle)
            made.steps = [step for step in made.steps if step.ast_node_ids[0] != STAND_IN["id"]]
            if made.location is not None:
                yield made.location.line, made


@contextmanager
def _steps_in_all(scenarios: Iterable[Any]) -> Iterator[None]:
    """Let each scenario have a step in this block.

    The reference compiler leaves the background out if there is none; behave executes it.
    """
    bare = [scenario["steps"] for scenario in scenarios if not scenario["steps"]]
    for steps in bare:
        steps.append(STAND_IN)
    yield
    for steps in bare:
        steps.clear()


def _scenarios(container: Any) -> Iterator[Any]:
    for child in container.get("children", ()):
        if "scenario" in child:
            yield child["scenario"]
        yield from _scenarios(child.get("rule", {}))


def _agree(scenario: Scenario, pickles: dict[int, Pickle]) -> bool:
    """Whether both parsers have found the same scenario."""
    pickle = pickles.get(scenario.location.line)
    texts = [step.text for step in pickle.steps] if pickle else None
    return texts == [step.name for step in scenario.all_steps]


def _trim(node: Any) -> None:
    """Remove blank lines at the end of descriptions, as parsers in other languages do."""
    if isinstance(node, dict):
        if node.get("description"):
            node["description"] = BLANK_END.sub("", node["description"])
        node = list(node.values())
    if isinstance(node, list):
        for inner in node:
            _trim(inner)


def _source(feature: Feature) -> str:
    try:
        return Path(feature.filename).read_text("utf-8")
    except (OSError, UnicodeDecodeError):  # parsed from a text, or gone
        return ""


def selected_scenarios(feature: Feature, runner: ModelRunner) -> Iterator[Scenario]:
    """Yield the scenarios that will be run, and those that are skipped for a reason."""
    for scenario in feature.walk_scenarios():
        if scenario.should_run(runner.config) or getattr(scenario, "skip_reason", None):
            yield scenario
