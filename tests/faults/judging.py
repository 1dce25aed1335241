"""Judges whether features notice a fault, in as little time as that takes.

The scenario that noticed it the last time is run alone; if it does not notice, everything that
must notice is run. `noticed.json` thus saves time and decides nothing: a fault that it does not
have, or whose scenario has another title by now, is judged by its features as a whole.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

from tests.faults import noticed
from tests.support.running import Case, Ended

BETWEEN: Final = ": "
"""Is between a feature's file and a scenario's title."""

Run = Callable[..., Ended]
"""Runs `behave` with the fault, by its arguments."""


def judge(
    fault: str,
    run: Run,
    attempts: Sequence[Sequence[str]],
    properties: list[tuple[str, object]],
    options: Sequence[str] = (),
) -> Ended:
    """Run what noticed the fault last time, then each of `attempts`, until one notices it.

    The scenario that did is added to the properties of the test that reports have.
    """
    if place := noticed.known().get(fault):
        attempts = [[*options, *alone(place)], *attempts]
    for attempt in attempts:
        ended = run(*attempt)
        if ended.why_not_noticed() is None:
            failed = next(filter(Case.failed, ended.cases))
            properties.append((f"{noticed.PREFIX}{fault}", place_of(failed)))
            break
    return ended


def alone(place: str) -> list[str]:
    """Return the arguments of `behave` that select one scenario, or all of its title."""
    file, _, title = place.partition(BETWEEN)
    return ["--stop", "--name", rf"^{re.escape(title)}( -- |$)", file]


def place_of(case: Case) -> str:
    """Return a scenario's place: its line would change with every line before it."""
    return f"{case.file}{BETWEEN}{case.name}"
