"""What is run to notice a mutant: first the examples that are likeliest to."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from tests.faults.places import BETWEEN, lines, rule_of
from tests.faults.source import covering
from tests.faults.source.mutants import Mutant
from tests.faults.source.related import CROSS_CUTTING, capabilities
from tests.support.repository import ROOT

FEW: Final = 8
"""Examples that are run first."""

MANY: Final = 60
"""Examples that are run next."""

PARITY: Final = "features/migrations/parity.feature"
"""Compares what the models declare with the migrated schema: what no function executes."""


def of(mutant: Mutant) -> Iterator[list[str]]:
    """Yield the arguments of one run of `behave` after the other, until one notices."""
    places = executing(mutant)
    for chosen in (places[:FEW], places[FEW:MANY], places[MANY:]):
        arguments = [argument for place in in_features(chosen) for argument in lines(place)]
        if arguments:
            yield arguments


def executing(mutant: Mutant) -> list[str]:
    """Return the places of the examples that execute a mutant, the likeliest to notice first.

    What is declared is compared with the schema first. Then one of each rule comes before the
    second of any, those of capabilities that are about the file before others, and those that
    execute little else before those that execute much.
    """
    functions = covering.functions_of((ROOT / mutant.file).read_text("utf-8"))
    function, offset = functions.get(mutant.line, ("", 0))
    breadth = covering.breadth()
    declared = [] if function else [place for place in breadth if place.startswith(PARITY)]
    places = sorted(covering.examples(mutant.file, function, offset), key=breadth.__getitem__)
    before: Counter[str] = Counter()
    order: dict[str, tuple[int, int]] = {}
    for place in places:
        rule = rule_of(place)
        order[place] = distance(mutant.file, place), before[rule]
        before[rule] += 1
    others = sorted(places, key=lambda place: (order[place][1] > 0, *order[place]))
    return list(dict.fromkeys([*declared, *others]))


def distance(file: str, place: str) -> int:
    """Return how far the capability of an example is from a file."""
    about = capabilities(file) or CROSS_CUTTING
    capability = place.removeprefix("features/").partition("/")[0]
    return about.index(capability) if capability in about else len(about)


def in_features(places: list[str]) -> list[str]:
    """Return the places with those of one feature one after the other, as they are run."""
    features = list(dict.fromkeys(place.partition(BETWEEN)[0] for place in places))
    return sorted(places, key=lambda place: features.index(place.partition(BETWEEN)[0]))
