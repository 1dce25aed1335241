"""When the runs of a merged stream were going on: it may have pauses, which are not its duration.

Of shards that ran at once, the duration is that from the first start to the last end; of a run and
its rerun an hour later, the sum of both.
"""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, Final

from pgharness.core.attachments import INTERVALS
from pgharness.results.stream.ids import Message

NANOSECONDS: Final = 10**9

Interval = tuple[float, float]
"""The start and the end of a run, in seconds since 1970."""


def is_interval(message: Message) -> bool:
    """Whether a message has the intervals of a merged stream."""
    return bool(message.get("attachment", {}).get("mediaType") == INTERVALS)


def intervals_in(messages: Sequence[Message]) -> list[Interval]:
    """Return the intervals of a stream: one, or those of which it was merged."""
    for message in filter(is_interval, messages):
        return parsed(message["attachment"]["body"])
    times = {kind: message[kind] for message in messages for kind in message}
    try:
        began, ended = (times[kind]["timestamp"] for kind in ("testRunStarted", "testRunFinished"))
    except KeyError:
        return []
    return [(_seconds(began), _seconds(ended))]


def attachment(intervals: Iterable[Interval], run: str) -> Message:
    """Return the message with the intervals of a merged stream."""
    body = json.dumps(sorted(intervals))
    content = {"body": body, "contentEncoding": "IDENTITY", "mediaType": INTERVALS}
    return {"attachment": {**content, "testRunStartedId": run}}


def parsed(body: str) -> list[Interval]:
    """Return the intervals that were attached; none if it is something else."""
    with suppress(ValueError, TypeError):
        return [(float(began), float(ended)) for began, ended in json.loads(body)]
    return []


def pauses(intervals: Iterable[Interval]) -> float:
    """Return the seconds between the first start and the last end in which nothing was going on."""
    paused, until = 0.0, None
    for began, ended in sorted(intervals):
        if until is not None and began > until:
            paused += began - until
        until = ended if until is None else max(until, ended)
    return paused


def _seconds(timestamp: dict[str, Any]) -> float:
    return float(timestamp.get("seconds", 0) + timestamp.get("nanos", 0) / NANOSECONDS)
