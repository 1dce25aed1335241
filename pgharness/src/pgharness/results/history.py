"""Results of earlier runs, kept in `reports/history/`: what a later run is compared with.

Each run is a JSON file, named by its start in UTC. It has, of each case that was executed, the
status and the duration, under a key that does not depend on the line: an edit above a case does
not make it a new one. Cases that were skipped or not run have no result, so a run that ended early
adds only what it has. Each case is compared with its last kept result: a run of one file says
nothing of the other files.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

from pgharness.core.errors import HarnessError
from pgharness.results.changes import Change, Changes
from pgharness.results.model import FAILURES, Case, Rule, Run, Status

FORMAT: Final = 1
MOST_RUNS: Final = 20
NAME: Final = re.compile(r"\d{8}T\d{6}\.\d{6}Z-(?P<cases>\d{1,9})-[0-9a-f]{8}\.json")
"""The start of the run, the number of its cases, and random digits against equal names."""
PARTIAL: Final = ".part"
"""Ends the name of a file while it is being written."""
TIME: Final = "%Y%m%dT%H%M%S.%fZ"
RESULTS: Final = FAILURES | {Status.PASSED}
"""The statuses of a case that was executed to its end."""
BY_VALUE: Final = {status.value: status for status in RESULTS}
NUMBERS: Final = (int, float)
LONGEST: Final = 1e9
"""Seconds; a duration above this is a damaged file."""

TIMES_SLOWER: Final = 2.0
SECONDS_SLOWER: Final = 0.5
FEWEST_DURATIONS: Final = 3
"""A median of fewer is no measure: one of two values is as likely to be the exception."""
FEWEST_CASES: Final = 10
"""Fewer cases do not show how fast the machine is: they may themselves have become slower."""


class Outcome(NamedTuple):
    """The result of a case in a run that was kept."""

    status: Status
    duration: float
    """Seconds."""


@dataclass(frozen=True)
class KeptRun:
    """An earlier run: the outcome of each case, by its key."""

    started: datetime
    """With time zone (UTC)."""
    outcomes: Mapping[str, Outcome]


@dataclass(frozen=True)
class History:
    """The runs that were kept, the oldest first."""

    runs: tuple[KeptRun, ...] = ()
    notes: tuple[str, ...] = ()
    """Each names a file that was ignored, and why."""

    @property
    def durations(self) -> dict[str, float]:
        """The last known duration of each case in seconds, by its key."""
        return {key: outcome.duration for run in self.runs for key, outcome in run.outcomes.items()}


def key_of(uri: str, rule: str, name: str, row: Iterable[tuple[str, str]] = ()) -> str:
    """Return what identifies a case in all runs: 16 hexadecimal digits.

    `rule` is the rule's id, or its name if it has none. A digest, because the file of a run with
    2,000 cases is a third as long as with their names.
    """
    parts = json.dumps([uri, rule, _escaped(name), [[head, _escaped(cell)] for head, cell in row]])
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


def _escaped(cell: str) -> str:
    r"""Return a cell, or what has one in it, alike for both parsers.

    behave's leaves `\n` and `\\` in cells as they are written; the reference parser does not.
    """
    return cell.replace("\\\\", "\\").replace("\n", "\\n")


def case_key(rule: Rule, case: Case) -> str:
    """Return the key of a case, see `key_of`."""
    return key_of(case.uri, rule.id or rule.name, case.name, case.row)


def load(folder: Path) -> History:
    """Read the runs that are kept in a folder; one that does not exist has none.

    Damaged files, and those of other origin, are ignored with a note.
    """
    runs, notes = [], []
    for path in _files(folder):
        if path.name.endswith(PARTIAL):
            continue  # another run is writing it, or was killed while it did
        try:
            runs.append(_read(path))
        except FileNotFoundError:
            continue  # another run has just removed it
        except (OSError, ValueError, RecursionError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            notes.append(f"{folder.name}/{ascii(path.name)[1:-1]} is ignored: {reason}")
    return History(tuple(sorted(runs, key=lambda run: run.started)), tuple(notes))


def keep(run: Run, folder: Path) -> Path | None:
    """Write the results of a run, and remove the oldest files; `MOST_RUNS` remain.

    Returns None if the run has no results or no start. Raises `HarnessError` if the file cannot be
    written. Runs of several processes may be written at once.
    """
    outcomes = outcomes_of(run)
    if run.started is None or not outcomes:
        return None
    content = {
        "format": FORMAT,
        "started": run.started.astimezone(UTC).isoformat(),
        "cases": {key: [one.status, round(one.duration, 3)] for key, one in outcomes.items()},
    }
    start = run.started.astimezone(UTC).strftime(TIME)
    name = f"{start}-{len(outcomes)}-{secrets.token_hex(4)}.json"
    path = folder / name
    partial = folder / (name + PARTIAL)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps(content, separators=(",", ":")), "utf-8")
        with suppress(FileNotFoundError):  # another run removed it: this one is too old to stay
            partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise HarnessError(
            f"the results of this run cannot be kept in {folder.name!r} ({error.strerror}):"
            " later runs are not compared with it."
        ) from None
    _remove_old(folder)
    return path


def compare(run: Run, kept: Sequence[KeptRun]) -> Changes | None:
    """Return what changed since the last kept result of each case; None if there is none.

    Runs that did not start before this one do not count, so an earlier run can be compared again.

    A case is slower if it takes at least twice as long as the median of its kept durations, and at
    least half a second longer. The median ignores one slow run among many; the factor ignores what
    varies by itself, mostly by less than half; the half second ignores short cases, for which the
    operating system decides. If most cases of the run take longer, the machine is slower: the
    median is first multiplied by the median of all ratios.
    """
    earlier = [one for one in kept if run.started is None or one.started < run.started]
    last = {key: one for one in earlier for key in one.outcomes}
    cases = [(rule, case, case_key(rule, case)) for _, rule in run.rules for case in rule.cases]
    known = [
        (rule, case, key) for rule, case, key in cases if case.status in RESULTS and key in last
    ]
    if not known:
        return None
    failing, held = [], []
    for rule, case, key in known:
        before = last[key].outcomes[key].status
        if before is Status.PASSED and case.status.is_failure:
            failing.append(_change(rule, case, before, case.status))
        if before.is_failure and case.status is Status.PASSED:
            held.append(_change(rule, case, before, case.status))
    since = max(last[key].started for *_, key in known)
    return Changes(since, tuple(failing), tuple(held), tuple(_slower(known, earlier)))


def _slower(
    known: Iterable[tuple[Rule, Case, str]], earlier: Iterable[KeptRun]
) -> Iterator[Change]:
    kept: dict[str, list[float]] = {}
    for run in earlier:
        for key, outcome in run.outcomes.items():
            if outcome.status is Status.PASSED:
                kept.setdefault(key, []).append(outcome.duration)
    usual = {key: median(values) for key, values in kept.items() if len(values) >= FEWEST_DURATIONS}
    passed = [
        (rule, case, usual[key])
        for rule, case, key in known
        if case.status is Status.PASSED and key in usual
    ]
    ratios = [case.duration / before for _, case, before in passed if before > 0]
    machine = max(1.0, median(ratios)) if len(ratios) >= FEWEST_CASES else 1.0
    for rule, case, before in passed:
        expected = before * machine
        if case.duration >= max(TIMES_SLOWER * expected, expected + SECONDS_SLOWER):
            yield _change(rule, case, f"{before:.2f} s", f"{case.duration:.2f} s")


def _change(rule: Rule, case: Case, before: str, now: str) -> Change:
    return Change(case.name, case.place, rule.id, str(before), str(now))


def outcomes_of(run: Run) -> dict[str, Outcome]:
    """Return the result of each case.

    Cases with equal names and rows have one key. They have a common result only if all have the
    same status; their duration is the longest.
    """
    found: dict[str, list[Outcome]] = {}
    for _, rule in run.rules:
        for case in rule.cases:
            if case.status in RESULTS:
                outcome = Outcome(case.status, case.duration)
                found.setdefault(case_key(rule, case), []).append(outcome)
    return {
        key: max(alike, key=lambda outcome: outcome.duration)
        for key, alike in found.items()
        if len({outcome.status for outcome in alike}) == 1
    }


def _read(path: Path) -> KeptRun:
    if not NAME.fullmatch(path.name):
        raise ValueError("it was not written by a run")
    return _parsed(json.loads(path.read_text("utf-8")))


def _parsed(content: Any) -> KeptRun:
    """Return a run. Raises `ValueError` if the content is not what `keep` writes."""
    match content:
        case {"format": 1, "started": str(started), "cases": dict(cases)}:
            pass
        case _:
            raise ValueError("it has another format")
    try:
        begun = datetime.fromisoformat(started)
    except ValueError:
        raise ValueError("its start is not a date") from None
    if begun.tzinfo is None:
        raise ValueError("its start has no time zone")
    return KeptRun(begun, {key: _parsed_outcome(given) for key, given in cases.items()})


def _parsed_outcome(given: Any) -> Outcome:
    try:
        status, duration = given
        outcome = Outcome(BY_VALUE[status], duration)
    except (TypeError, ValueError, KeyError):
        raise ValueError("it has a result of another format") from None
    if type(duration) not in NUMBERS or not 0 <= duration <= LONGEST:
        raise ValueError("it has a duration of another format")
    return outcome


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_file())
    except OSError:
        return []


def _remove_old(folder: Path) -> None:
    """Remove all but the last runs, and partial files that are older: of runs that were killed.

    The last run with the most cases stays in place of the oldest: many runs of one file would
    otherwise displace the results of all others.
    """
    found = _files(folder)
    runs = [path for path in found if NAME.fullmatch(path.name)]
    if len(runs) <= MOST_RUNS:
        return
    last = runs[-MOST_RUNS:]
    largest = max(reversed(runs), key=_size)
    staying = last if largest in last else [largest, *last[1:]]
    ours = [path for path in found if NAME.fullmatch(path.name.removesuffix(PARTIAL))]
    for path in ours:
        is_old = path.name < last[0].name or path == last[0]
        if is_old and path not in staying:
            with suppress(OSError):
                path.unlink()


def _size(path: Path) -> int:
    """Return the number of cases in a file, which its name says."""
    match = NAME.fullmatch(path.name)
    return int(match["cases"]) if match else 0
