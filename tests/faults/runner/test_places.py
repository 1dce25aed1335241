"""Places of examples, by their titles."""

from typing import Final

import pytest
from behave.parser import parse_file

from tests.faults import places
from tests.support.repository import ROOT
from tests.support.running import SHORT, SHORT_SCENARIOS

TITLE: Final = "An account that is registered while paging comes last, and once"


def test_an_example_is_found_where_its_place_says() -> None:
    scenarios = [*parse_file(SHORT).walk_scenarios()]
    assert len(scenarios) == SHORT_SCENARIOS
    for scenario in scenarios:
        assert places.lines(places.place_of(scenario)) == [f"{SHORT}:{scenario.line}"]


def test_a_place_has_no_line_and_no_folder_of_this_machine() -> None:
    (place,) = (
        place
        for scenario in parse_file(str(ROOT / SHORT)).walk_scenarios()
        if (place := places.place_of(scenario)).endswith(TITLE)
    )
    assert place == f"{SHORT}: {TITLE}"


@pytest.mark.parametrize("place", ["", SHORT, f"{SHORT}: Gone", f"features/gone.feature: {TITLE}"])
def test_a_place_that_is_not_there_has_no_lines(place: str) -> None:
    assert places.lines(place) == []
