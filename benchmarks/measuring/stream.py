"""When the scenarios of a run began and ended, from the stream of its messages."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


def first_began(stream: Path) -> float:
    """Return when the first scenario began, in seconds since the epoch."""
    return next(
        _seconds(started)
        for message in _read(stream)
        if (started := message.get("testCaseStarted"))
    )


def durations(stream: Path) -> list[float]:
    """Return the seconds of each scenario."""
    began: dict[str, float] = {}
    taken = []
    for message in _read(stream):
        if started := message.get("testCaseStarted"):
            began[started["id"]] = _seconds(started)
        elif finished := message.get("testCaseFinished"):
            taken.append(_seconds(finished) - began.pop(finished["testCaseStartedId"]))
    return taken


def _read(stream: Path) -> Iterator[dict[str, Any]]:
    with stream.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _seconds(message: Mapping[str, Any]) -> float:
    at = message["timestamp"]
    return float(at["seconds"] + at["nanos"] / 1e9)
