"""Which rules notice which faults: `strength.json`, written from the verdicts of runs of pytest.

uv run pytest tests/faults --strength
uv run python -m tests.faults.strength

Files of verdicts may be named, those of several machines for example; of a fault that has several,
the last counts. With `--markdown` a table for the summary of a job is printed, and nothing written.
"""

import json
import tomllib
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from behave.parser import parse_file

from checks.criteria_page import criteria
from checks.lint import FEATURES, RULE_ID
from checks.markdown import escaped, table
from pgharness.core import console, exits
from pgharness.results.strength import RuleStrength, Strength
from tests.faults.schema.equivalent import EQUIVALENT as EQUIVALENT_SCHEMAS
from tests.faults.source import equivalent
from tests.faults.verdicts_file import VERDICTS

FILE: Final = Path(__file__).with_suffix(".json")

KEPT: Final = Path(__file__).with_name("noticing_nothing.toml")
"""Rules that notice nothing and are kept, each with the reason."""

SOURCES: Final = ("hand-made", "schema", "source", "step")

EQUIVALENT: Final[Mapping[str, Callable[[], Mapping[str, str]]]] = {
    "schema": lambda: EQUIVALENT_SCHEMAS,
    "source": equivalent.listed,
}
"""What is listed as changing nothing that can be noticed, by source: it is not judged."""

COUNTED: Final[Mapping[str, str]] = {
    "noticed": "noticed",
    "by errors only": "errors",
    "hung": "hung",
    "not loadable": "unloadable",
    "survivors": "survived",
}
"""How the outcomes are called in the table."""

Verdict = Mapping[str, Any]
"""What a line of a file of verdicts has: see `judging.Verdict`."""


def read(files: Iterable[Path]) -> list[Verdict]:
    """Return the last verdict of each fault."""
    found: dict[tuple[str, str], Verdict] = {}
    for file in files:
        for line in file.read_text("utf-8").splitlines():
            verdict = json.loads(line)
            found[verdict["source"], verdict["fault"]] = verdict
    return [found[key] for key in sorted(found)]


def of(verdicts: Sequence[Verdict], rules: Mapping[str, tuple[str, str]]) -> Strength:
    """Return how strong rules are, which are given by their ids, with their titles and features."""
    known, first, noticing = dict(rules), Counter[str](), set[str]()
    alone: dict[str, list[str]] = {}
    for verdict in verdicts:
        noticed = [each for each in verdict["failed"] if each["asserted"]]
        ids = list(dict.fromkeys(map(rule_id, noticed)))
        for id_, example in zip(map(rule_id, noticed), noticed, strict=True):
            known.setdefault(id_, (example["rule"], _name(example["feature"])))
        noticing.update(ids)
        first.update(ids[:1])
        if len(ids) == 1 and verdict.get("complete"):
            alone.setdefault(ids[0], []).append(verdict["fault"])
    return Strength(
        sources=_sources(verdicts),
        rules={
            id_: RuleStrength(title, feature, first[id_], tuple(sorted(alone.get(id_, ()))))
            for id_, (title, feature) in known.items()
        },
        questioned={id_: kept().get(id_, "") for id_ in known if id_ not in noticing},
    )


def _sources(verdicts: Sequence[Verdict]) -> dict[str, dict[str, int]]:
    """Return what became of the faults of each source."""
    found = {}
    for source in dict.fromkeys([*SOURCES, *(each["source"] for each in verdicts)]):
        judged = [each for each in verdicts if each["source"] == source]
        listed = len(EQUIVALENT[source]()) if source in EQUIVALENT else 0
        if judged or listed:
            outcomes = Counter(each["outcome"] for each in judged)
            found[source] = {
                "generated": len(judged) + listed,
                **{name: outcomes[outcome] for name, outcome in COUNTED.items()},
                "weak": sum(each["weak"] for each in judged),
                "equivalent": listed,
                "seconds": round(sum(each["seconds"] for each in judged)),
            }
    return found


def kept() -> Mapping[str, str]:
    """Return the reasons for rules that notice nothing."""
    found: dict[str, str] = tomllib.loads(KEPT.read_text("utf-8"))
    return found


def rule_id(example: Mapping[str, Any]) -> str:
    """Return the id of the rule of an example: its tag, or else its feature and title."""
    tags = filter(RULE_ID.fullmatch, example["tags"])
    return next(tags, f"{_name(example['feature'])}: {example['rule'] or example['title']}")


def rules_of_features() -> dict[str, tuple[str, str]]:
    """Return the title and the feature of each rule, by its id."""
    features = [parse_file(str(file)) for file in sorted(FEATURES.rglob("*.feature"))]
    return {each.id: (each.sentence, _name(each.path)) for each in criteria(features)}


def _name(feature: str) -> str:
    return feature.removeprefix("features/").removesuffix(".feature")


def as_json(strength: Strength) -> str:
    """Return the text of the file: a line for each fault, in an order that stays."""
    content = {
        "sources": strength.sources,
        "rules": {
            id_: {
                "rule": each.rule,
                "feature": each.feature,
                "first": each.first,
                "alone": list(each.alone),
            }
            for id_, each in strength.rules.items()
        },
        "questioned": strength.questioned,
    }
    return f"{json.dumps(content, ensure_ascii=False, indent=1)}\n"


def as_text(strength: Strength, verdicts: Iterable[Verdict]) -> Iterator[str]:
    """Yield lines for people: the numbers, what has not been noticed, and by what nothing is."""
    rows = list(_rows(strength.sources))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
    yield from ("", _sentence(strength))
    for verdict in verdicts:
        if verdict["outcome"] not in {"noticed", "unloadable"}:
            yield f"{verdict['outcome']}: {verdict['fault']}"
    for id_, reason in strength.questioned.items():
        yield f"notices nothing: {id_} {strength.rules[id_].rule} ({reason or 'questioned'})"


def as_markdown(strength: Strength) -> Iterator[str]:
    """Yield the lines of tables for the summary of a job."""
    headings, *rows = _rows(strength.sources)
    yield from ("## Faults", "")
    yield from table(headings, rows)
    yield from ("", _sentence(strength), "", "<details><summary>By rule</summary>", "")
    yield from table(
        ("rule", "", "noticed first", "noticed alone"),
        (
            (id_, escaped(each.rule), str(each.first), str(len(each.alone)))
            for id_, each in strength.rules.items()
        ),
    )
    yield from ("", "</details>")


def _rows(sources: Mapping[str, Mapping[str, int]]) -> Iterator[list[str]]:
    columns = list(next(iter(sources.values()), ()))
    yield ["source", *columns]
    for source, numbers in sources.items():
        yield [source, *(str(numbers[column]) for column in columns)]


def _sentence(strength: Strength) -> str:
    alone = sum(bool(each.alone) for each in strength.rules.values())
    return (
        f"Of {len(strength.rules)} rules {alone} notice a fault that no other rule notices;"
        f" {len(strength.questioned)} notice none."
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the file, and print what is in it."""
    console.print_any_text()
    parser = ArgumentParser(prog="python -m tests.faults.strength", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, default=[VERDICTS], metavar="FILE")
    parser.add_argument("--markdown", action="store_true", help="print Markdown, write nothing")
    options = parser.parse_args(arguments)
    if missing := [str(file) for file in options.files if not file.is_file()]:
        parser.error(f"there are no verdicts in {missing[0]}: run `uv run pytest tests/faults`")
    verdicts = read(options.files)
    strength = of(verdicts, rules_of_features())
    if options.markdown:
        print(*as_markdown(strength), sep="\n")
        return 0
    FILE.write_text(as_json(strength), "utf-8")
    print(*as_text(strength, verdicts), sep="\n")
    return 0


if __name__ == "__main__":
    exits.program(main)
