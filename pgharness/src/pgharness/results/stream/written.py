"""What the documents of a run contain: its rules, scenarios and steps as written."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cucumber_messages import (
    Background,
    Examples,
    GherkinDocument,
    Rule,
    Scenario,
    Step,
    TableRow,
    Tag,
)

from pgharness.results import model
from pgharness.results.stream.numbering import numbers


@dataclass
class Written:
    """A scenario as its file has it."""

    scenario: Scenario
    rule: Rule | None
    rows: dict[str, tuple[Examples, TableRow]] = field(default_factory=dict)


class Index:
    """Finds by their ids what pickles refer to."""

    def __init__(self) -> None:
        self.nodes: dict[str, Step] = {}
        self.backgrounds: set[str] = set()
        """Ids of the steps of backgrounds."""
        self.written: dict[str, Written] = {}
        self.numbers: dict[str, int] = {}
        """Which one of those of its name each scenario or row is."""
        self._known: set[str] = set()

    def add(self, documents: Mapping[str, GherkinDocument]) -> None:
        """Add the documents, by their uris, that have come since the last time."""
        for uri in documents.keys() - self._known:
            self._add(documents[uri])
            self._known.add(uri)

    def _add(self, document: GherkinDocument) -> None:
        scenarios = [
            (rule.id if rule else "", child)
            for rule, child in _children(document)
            if isinstance(child, Scenario)
        ]
        self.numbers.update(numbers(scenarios))
        for rule, child in _children(document):
            if isinstance(child, Background):
                self.backgrounds.update(step.id for step in child.steps)
            else:
                written = self.written[child.id] = Written(child, rule)
                for examples in child.examples:
                    written.rows.update({row.id: (examples, row) for row in examples.table_body})
            self.nodes.update({step.id: step for step in child.steps})


def _children(document: GherkinDocument) -> Iterator[tuple[Rule | None, Background | Scenario]]:
    """Yield backgrounds and scenarios, each with its rule."""
    for child in document.feature.children if document.feature else ():
        if child.rule is not None:
            for one in child.rule.children:
                if (element := one.background or one.scenario) is not None:
                    yield child.rule, element
        elif (element := child.background or child.scenario) is not None:
            yield None, element


def rule_of(written: Rule | None, cases: list[model.Case]) -> model.Rule:
    """Return a rule, or what is outside of any rule (None), with its cases."""
    if written is None:
        return model.Rule(cases=tuple(cases))
    return model.Rule(
        name=written.name,
        keyword=written.keyword,
        line=written.location.line,
        tags=names_of(written.tags),
        description=text_of(written.description),
        cases=tuple(cases),
    )


def names_of(tags: Iterable[Tag]) -> tuple[str, ...]:
    """Return the names of tags, with `@`."""
    return tuple(tag.name for tag in tags)


def text_of(description: str | None) -> str:
    """Return a description without indentation."""
    return "\n".join(line.strip() for line in (description or "").strip().splitlines())


def cells_of(examples: Examples | None, row: TableRow | None) -> tuple[tuple[str, str], ...]:
    """Return the headings and cells of a row of examples."""
    if examples is None or row is None or examples.table_header is None:
        return ()
    headings = [cell.value for cell in examples.table_header.cells]
    return tuple(zip(headings, (cell.value for cell in row.cells), strict=False))


def rows_of(rows: Iterable[Any]) -> tuple[tuple[str, ...], ...]:
    """Return the cells of a data table."""
    return tuple(tuple(cell.value for cell in row.cells) for row in rows)
