"""Judges whether features notice a fault, in as little time as that takes.

The example that noticed it the last time is run alone; if it does not notice, everything that must
notice is run. `noticed.json` thus saves time and decides nothing: a fault that it does not have, or
whose example has another title by now, is judged by its features as a whole.

To learn which rules alone notice a fault, it is judged until a second rule has noticed it too, or
until everything that may notice it has been run.
"""

import json
import math
import signal
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

from tests.faults import noticed
from tests.faults.places import lines
from tests.faults.verdicts_file import PROPERTY
from tests.support.running import Ended
from tests.support.verdicts import ERRORS_ENOUGH, UNLOADABLE, FailedExample

Run = Callable[..., Ended]
"""Runs `behave` with the fault, by its arguments, until so many rules have noticed it (`until`).

It counts as hanging after `patience` seconds; 0 is what is usual.
"""

PATIENCE: Final = 600
"""Seconds after which a run of all that may notice a fault counts as hanging."""


class Outcome(StrEnum):
    """What became of a fault."""

    NOTICED = "noticed"
    """An assertion failed."""
    ERRORS = "errors"
    """Examples failed, by errors only."""
    HUNG = "hung"
    """A run did not end."""
    SURVIVED = "survived"
    """Everything passed."""
    UNLOADABLE = "unloadable"
    """The service could not be loaded: no fault that could be deployed."""


@dataclass(frozen=True)
class Verdict:
    """What became of a fault, by which examples, and in which time."""

    fault: str
    source: str
    """Where it comes from: hand-made, schema, source or step."""
    outcome: Outcome
    failed: Sequence[FailedExample]
    """The examples that failed, each once, in the order in which they did."""
    weak: bool
    """It was noticed by a feature that is about something else."""
    rules: int
    """How many rules were seen to notice it; there may be more, once there were enough."""
    complete: bool
    """Whether no other rule can change whether it is noticed by none, by one, or by several."""
    seconds: float
    output: str
    """The end of what the last run printed."""

    def noticed_by(self) -> list[FailedExample]:
        """Return the examples that noticed."""
        return [each for each in self.failed if each.asserted]

    def why_not_noticed(self) -> str | None:
        """Return why the features have not noticed the fault, or None if they have."""
        match self.outcome:
            case Outcome.NOTICED:
                return None
            case Outcome.ERRORS:
                return f"the features failed by errors only, not by an assertion:\n{self.output}"
            case Outcome.SURVIVED:
                return f"the features did not notice:\n{self.output}"
        return f"the run with the fault {self.outcome}:\n{self.output}"


def judge(  # noqa: PLR0913 (each is a fact about the fault)
    fault: str,
    run: Run,
    attempts: Iterable[Sequence[str]],
    properties: list[tuple[str, object]],
    *,
    source: str,
    options: Sequence[str] = (),
    related: Collection[str] = (),
    until: int = 1,
    crashes: float = math.inf,
) -> Verdict:
    """Run what noticed the fault last time, then each of `attempts`, until enough rules notice it.

    `options` are those of each run; `related` are capabilities, or features, that are about what is
    broken: all if there are none. `until` is how many rules are enough, and `crashes` how many runs
    with errors only. The verdict is added to the properties of the test.
    """
    begun = time.perf_counter()
    outcome, ended = Outcome.SURVIVED, Ended(0, "nothing was run", [])
    failed: list[FailedExample] = []
    whole = True
    patience = PATIENCE if until > 1 else 0
    for known, attempt in _runs(fault, attempts, options, until):
        ended = run(*attempt, until=until, patience=patience)
        now = outcome_of(ended)
        failed += [each for each in ended.failed if each not in failed]
        enough = len(_rules(failed)) >= until
        crashes -= now is Outcome.ERRORS
        if now is not Outcome.SURVIVED and outcome is not Outcome.NOTICED:
            outcome = now
        whole = whole and (known or _to_its_end(ended, now))
        if enough or crashes <= 0 or now in {Outcome.HUNG, Outcome.UNLOADABLE}:
            whole = False
            break
    rules = _rules(failed)
    asserted = [each for each in failed if each.asserted]
    weak = bool(related) and not any(_is_about(each, related) for each in asserted)
    verdict = Verdict(
        *(fault, source, outcome, failed, outcome is Outcome.NOTICED and weak),
        *(len(rules), whole or len(rules) > 1),
        *(round(time.perf_counter() - begun, 2), ended.output[-2000:]),
    )
    properties.append((PROPERTY, as_json(verdict)))
    return verdict


def _runs(
    fault: str, attempts: Iterable[Sequence[str]], options: Sequence[str], until: int
) -> Iterator[tuple[bool, Sequence[str]]]:
    """Yield the arguments of each run, and whether it is only of what is known to notice."""
    place = noticed.known().get(fault)
    if place and (found := lines(place)):
        yield True, [*options, *found]
    for attempt in attempts:
        yield False, [each for each in attempt if until == 1 or each != "--stop"]


def _to_its_end(ended: Ended, outcome: Outcome) -> bool:
    """Return whether all examples of a run were executed, although some may have failed."""
    return outcome is not Outcome.ERRORS or 0 < len(ended.failed) < ERRORS_ENOUGH


def _rules(failed: Iterable[FailedExample]) -> set[tuple[str, str]]:
    return {(each.feature, each.rule) for each in failed if each.asserted}


def outcome_of(ended: Ended) -> Outcome:
    """Return what a run says of its fault."""
    if ended.exit_code == UNLOADABLE:
        return Outcome.UNLOADABLE
    if ended.exit_code == -signal.SIGALRM:
        return Outcome.HUNG
    if ended.exit_code == 1 and any(each.asserted for each in ended.failed):
        return Outcome.NOTICED
    return Outcome.SURVIVED if ended.exit_code == 0 else Outcome.ERRORS


def as_json(verdict: Verdict) -> str:
    """Return what reports have of a verdict: where it was noticed, or why not."""
    found = asdict(verdict)
    if verdict.outcome in {Outcome.NOTICED, Outcome.UNLOADABLE}:
        del found["output"]
    return json.dumps(found)


def _is_about(example: FailedExample, related: Collection[str]) -> bool:
    feature = example.feature.removeprefix("features/").removesuffix(".feature")
    return feature in related or feature.partition("/")[0] in related
