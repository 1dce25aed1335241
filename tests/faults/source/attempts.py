"""What is run to notice a mutant: first the examples that are likeliest to."""

from collections.abc import Iterator
from typing import Final

from packages import ROOT
from tests.faults.places import BETWEEN, lines
from tests.faults.source import covering
from tests.faults.source.mutants import Mutant
from tests.faults.source.related import capabilities

FEW: Final = 6
"""Examples that are run first."""

MANY: Final = 60
"""Examples that are run next."""


def of(mutant: Mutant) -> Iterator[list[str]]:
    """Yield the arguments of one run of `behave` after the other, until one notices.

    The examples that execute its line come first, and of those the ones that are about its file and
    execute little else.
    """
    places = executing(mutant)
    for chosen in (places[:FEW], places[FEW:MANY], places[MANY:]):
        arguments = [argument for place in in_features(chosen) for argument in lines(place)]
        if arguments:
            yield arguments


def executing(mutant: Mutant) -> list[str]:
    """Return the places of the examples that execute a mutant, the likeliest to notice first."""
    functions = covering.functions_of((ROOT / mutant.file).read_text("utf-8"))
    function, offset = functions.get(mutant.line, ("", 0))
    about, breadth = capabilities(mutant.file), covering.breadth()

    def unlikely(place: str) -> tuple[bool, int]:
        capability = place.removeprefix("features/").partition("/")[0]
        return bool(about) and capability not in about, breadth[place]

    return sorted(covering.examples(mutant.file, function, offset), key=unlikely)


def in_features(places: list[str]) -> list[str]:
    """Return the places with those of one feature one after the other, as they are run."""
    features = list(dict.fromkeys(place.partition(BETWEEN)[0] for place in places))
    return sorted(places, key=lambda place: features.index(place.partition(BETWEEN)[0]))
