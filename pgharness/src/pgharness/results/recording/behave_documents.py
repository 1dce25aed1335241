"""Make a Gherkin document from behave's model, for a file that only behave's parser accepts.

The dictionaries are those of gherkin-official's parser; lines are right, columns are left out.
"""

from collections.abc import Iterable
from typing import Any, Final

from behave.model import Background, Examples, Feature, Rule, Scenario, ScenarioOutline, Step

from pgharness.results.recording.events import Events

KEYWORD_TYPES: Final = {"given": "Context", "when": "Action", "then": "Outcome"}

Node = dict[str, Any]


def document_of(feature: Feature, events: Events) -> Node:
    """Return the document of a feature."""
    return {"feature": _Maker(events).feature(feature), "comments": []}


class _Maker:
    def __init__(self, events: Events) -> None:
        self._events = events

    def feature(self, feature: Feature) -> Node:
        return {
            **self._titled(feature),
            "language": feature.language or "en",
            "children": [*self._children(feature, feature.background)],
        }

    def _children(self, container: Feature | Rule, background: Background | None) -> Iterable[Node]:
        if background is not None and background.steps:
            yield {"background": self._background(background)}
        for item in container.run_items:
            if isinstance(item, Rule):
                children = [*self._children(item, item.background)]
                yield {"rule": {**self._node(), **self._titled(item), "children": children}}
            else:
                yield {"scenario": self._scenario(item)}

    def _background(self, background: Background) -> Node:
        titled = self._titled(background)
        del titled["tags"]
        return {**self._node(), **titled, "steps": [*map(self._step, background.steps)]}

    def _scenario(self, scenario: Scenario) -> Node:
        examples = scenario.examples if isinstance(scenario, ScenarioOutline) else []
        return {
            **self._node(),
            **self._titled(scenario),
            "steps": [*map(self._step, scenario.steps)],
            "examples": [self._examples(one) for one in examples if one.table is not None],
        }

    def _examples(self, examples: Examples) -> Node:
        table = examples.table
        return {
            **self._node(),
            **self._titled(examples),
            "tableHeader": self._row(table.headings, table.line or examples.line),
            "tableBody": [self._row(row.cells, row.line) for row in table],
        }

    def _step(self, step: Step) -> Node:
        made: Node = {
            **self._node(),
            "location": {"line": step.line},
            "keyword": f"{step.keyword} ",
            "keywordType": KEYWORD_TYPES.get(step.step_type, "Unknown"),
            "text": step.name,
        }
        if step.table is not None:
            lines = [(step.table.headings, step.table.line or step.line)]
            lines += [(row.cells, row.line) for row in step.table]
            rows = [self._row(cells, line) for cells, line in lines]
            made["dataTable"] = {"location": rows[0]["location"], "rows": rows}
        if step.text is not None:
            location = {"line": step.text.line or step.line}
            made["docString"] = {
                "location": location,
                "content": str(step.text),
                "delimiter": '"""',
            }
        return made

    def _row(self, cells: Iterable[str], line: int | None) -> Node:
        location = {"line": line or 1}
        return {
            **self._node(),
            "location": location,
            "cells": [{"location": location, "value": cell} for cell in cells],
        }

    def _titled(self, element: Any) -> Node:
        return {
            "tags": [
                {**self._node(), "location": {"line": tag.line}, "name": f"@{tag}"}
                for tag in getattr(element, "tags", ())
            ],
            "location": {"line": element.location.line},
            "keyword": element.keyword,
            "name": element.name,
            "description": "\n".join(getattr(element, "description", None) or ()),
        }

    def _node(self) -> Node:
        return {"id": self._events.new_id()}
