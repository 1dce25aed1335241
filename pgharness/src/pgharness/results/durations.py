"""How long scenarios take, by earlier runs: what shards are balanced by, and the time left.

A project keeps a file of durations beside its sources, so that each machine that runs a shard
divides the scenarios alike; `reports/history/` differs from machine to machine. The file lists only
scenarios that take much longer than most, and a duration that was measured again stays as it is
unless it differs clearly: a new file differs from the former in few lines.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import Any, Final

from pgharness.core.errors import HarnessError
from pgharness.results.files.whole import within_here
from pgharness.results.history import LONGEST, NUMBERS, case_key, load, outcomes_of
from pgharness.results.model import Run
from pgharness.results.settings import HISTORY, ReportSettings

FORMAT: Final = 1
TIMES_LISTED: Final = 3.0
"""A scenario is listed from this many times the median."""
SAME: Final = 0.25
"""The part of a former duration by which another one must differ to replace it."""
ALIKE: Final = 1.0
"""Seconds of each scenario where nothing is known."""


@dataclass(frozen=True)
class Durations:
    """Durations in seconds."""

    known: Mapping[str, float] = field(default_factory=dict)
    """By the keys of cases (`history.key_of`)."""
    usual: float | None = None
    """What a file says of all cases that it does not list."""

    def of(self, key: str) -> float:
        """Return the duration of a case; of one that is not known, the median."""
        return self.known.get(key, self._median)

    @cached_property
    def _median(self) -> float:
        if self.usual is not None:
            return self.usual
        return median(self.known.values()) if self.known else ALIKE


NOTHING_KNOWN: Final = Durations()


def durations_of(settings: ReportSettings) -> Durations:
    """Return the last durations in the history of this folder, and for others those of the file.

    Raises `HarnessError` if the file is not one of durations.
    """
    kept = load(settings.folder / HISTORY).durations if settings.folder else {}
    common = shared(settings)
    return Durations({**common.known, **kept}, common.usual)


def shared(settings: ReportSettings) -> Durations:
    """Return the durations that are the same on each machine: those of the file only.

    Raises `HarnessError` if the file is not one of durations.
    """
    return read(settings.durations) if settings.durations else NOTHING_KNOWN


def read(file: Path) -> Durations:
    """Read a file of durations. Raises `HarnessError`."""
    try:
        return _parsed(json.loads(file.read_text("utf-8")))
    except (OSError, ValueError, RecursionError) as error:
        reason, named = _reason(error), within_here(file)
        raise HarnessError(
            f"{named} is no file of durations ({reason}): write it by `python -m"
            f" pgharness.results durations -o {named}`."
        ) from None


def _reason(error: Exception) -> str | None:
    if isinstance(error, OSError):
        return error.strerror
    is_damaged = isinstance(error, json.JSONDecodeError | UnicodeDecodeError | RecursionError)
    return "it is no JSON" if is_damaged else str(error)


def _parsed(content: Any) -> Durations:
    """Return durations. Raises `ValueError` if the content is not what `text_of` writes."""
    match content:
        case {"format": 1, "median": usual, "cases": dict(cases)}:
            known = {k: one[0] for k, one in cases.items() if isinstance(one, list) and one}
        case _:
            raise ValueError("it has another format")
    times = [usual, *known.values()]
    if len(known) < len(cases) or not all(type(one) in NUMBERS for one in times):
        raise ValueError("it has a duration of another format")
    if not all(0 <= one <= LONGEST for one in times):
        raise ValueError("it has a duration of another format")
    return Durations(known, usual)


def text_of(run: Run, former: Durations = NOTHING_KNOWN) -> str:
    """Return a file with the durations of a run; similar ones of the former file stay.

    Raises `HarnessError` if the run did not finish, is a shard, or has no case that was executed.
    """
    measured = {key: outcome.duration for key, outcome in outcomes_of(run).items()}
    if run.finished is None or run.environment.shard or not measured:
        raise HarnessError(f"durations are those of a whole run, and this one {_lack(run)}.")
    usual = _lasting(median(measured.values()), former.usual)
    lines = []
    for key, title in sorted(_titles(run).items()):
        least = TIMES_LISTED * usual * (1 - SAME if key in former.known else 1)
        if (seconds := measured.get(key, 0.0)) >= least:
            listed = _lasting(seconds, former.known.get(key))
            lines.append(f"    {json.dumps(key)}: {json.dumps([listed, title])}")
    cases = "{\n" + ",\n".join(lines) + "\n  }" if lines else "{}"
    return f'{{\n  "format": {FORMAT},\n  "median": {usual},\n  "cases": {cases}\n}}\n'


def _lack(run: Run) -> str:
    if run.finished is None:
        return "did not finish"
    if run.environment.shard:
        return f"is shard {run.environment.shard}: merge the streams of all shards first"
    return "has executed no example"


def _lasting(seconds: float, former: float | None) -> float:
    """Return the former duration if the new one is similar; else the new one, rounded."""
    if former is not None and abs(seconds - former) < SAME * former:
        return former
    return float(f"{seconds:.2g}")


def _titles(run: Run) -> dict[str, str]:
    """Return what readers of the file see, by the keys of cases."""
    return {
        case_key(rule, case): f"{case.uri}: {case.name}"
        for _, rule in run.rules
        for case in rule.cases
    }
