"""What streams of shards say of themselves, and whether some of them make a whole run.

A shard's stream has an attachment of the run: which part it is, of what division. Shards of one
division, each once and none missing, have each selected scenario once.
"""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from pgharness.core.attachments import SHARD
from pgharness.core.errors import HarnessError
from pgharness.core.shard import Shard
from pgharness.results.stream.ids import Message

FIELDS: Final = {"number": int, "count": int, "scenarios": int, "of": int, "division": str}
OF_A_FEATURE: Final = ("source", "gherkinDocument", "pickle")
"""What is sent for each feature, in this order."""


@dataclass(frozen=True)
class Part:
    """What one shard runs."""

    shard: Shard
    scenarios: int
    of: int
    """The number of scenarios of all shards."""
    division: str
    """Equal for two shards if they divide the same scenarios in the same way."""
    features: tuple[str, ...]
    """The files of all shards in the order of a serial run."""

    def __str__(self) -> str:
        return f"{self.shard}: {self.scenarios:,} of {self.of:,} examples"

    def differs(self, other: "Part") -> bool:
        """Whether the other one is of another division."""
        return (self.shard.count, self.division) != (other.shard.count, other.division)

    @property
    def body(self) -> str:
        """What is attached to the run."""
        return json.dumps(
            {
                "number": self.shard.number,
                "count": self.shard.count,
                "scenarios": self.scenarios,
                "of": self.of,
                "division": self.division,
                "features": self.features,
            }
        )

    @classmethod
    def read(cls, body: str) -> "Part":
        """Return what was attached. Raises `ValueError` if it is something else."""
        given = json.loads(body)
        if not isinstance(given, dict) or not all(
            type(given.get(name)) is kind for name, kind in FIELDS.items()
        ):
            raise ValueError("it describes no shard")
        return cls(
            Shard(given["number"], given["count"]),
            given["scenarios"],
            given["of"],
            given["division"],
            tuple(map(str, given.get("features", ()))),
        )


def parts_in(name: str, messages: Iterable[Message]) -> list[Part]:
    """Return the shards in a stream: none, its own, or those of which it was merged.

    Raises `HarnessError` if what is attached is not what a run writes.
    """
    attached = [one["attachment"] for one in messages if "attachment" in one]
    try:
        return [Part.read(one["body"]) for one in attached if one["mediaType"] == SHARD]
    except (ValueError, KeyError, TypeError):
        raise HarnessError(f"{name} has a description of its shard that cannot be read.") from None


def check(streams: Sequence[tuple[str, Sequence[Part]]]) -> None:
    """Raise `HarnessError` unless the shards in these streams are of one division, each once.

    Some may be missing, see `missing`.
    """
    with_shards = [(name, parts) for name, parts in streams if parts]
    known: dict[int, str] = {}
    for name, parts in with_shards:
        if (without := missing(parts)) and len(parts) > 1 and len(with_shards) > 1:
            raise HarnessError(
                f"{name} was merged before ({without}): merge the streams of the shards themselves."
            )
        for part in parts:
            first, others = with_shards[0]
            if part.differs(others[0]):
                raise HarnessError(
                    f"{first} ({others[0]}) and {name} ({part}) are of two divisions: run each"
                    " shard of one version, with one selection and one file of durations."
                )
            if (number := part.shard.number) in known:
                raise HarnessError(
                    f"{known[number]} and {name} are both {part.shard}: name the stream of each"
                    " shard once."
                )
            known[number] = name


def missing(parts: Sequence[Part]) -> str:
    """Return what is missing of the division, in words; nothing if it is whole."""
    if not parts:
        return ""
    count, of = parts[0].shard.count, parts[0].of
    numbers = sorted({*range(1, count + 1)} - {part.shard.number for part in parts})
    if not numbers:
        return ""
    left = of - sum(part.scenarios for part in parts)
    noun, verb = ("shard", "is") if len(numbers) == 1 else ("shards", "are")
    return f"{noun} {_listed(numbers)} of {count} {verb} missing, with {left:,} of {of:,} examples"


def named(bodies: Iterable[str]) -> str:
    """Return which shards were attached to a run: `2 of 4`; nothing if none is missing."""
    with suppress(ValueError):
        parts = [Part.read(body) for body in bodies]
        if missing(parts):
            numbers = sorted(part.shard.number for part in parts)
            return f"{_listed(numbers)} of {parts[0].shard.count}"
    return ""


def as_in_a_serial_run(static: Iterable[Message], parts: Sequence[Part]) -> list[Message]:
    """Return the messages before a merged run, with features and pickles in their order."""
    place = {uri: number for number, uri in enumerate(parts[0].features)} if parts else {}

    def order(message: Message) -> tuple[int, int, int]:
        kind, content = next(iter(message.items()))
        if kind not in OF_A_FEATURE or not parts:
            return (len(place) + 1, 0, 0)
        line = content.get("location", {}).get("line", 0)
        return (place.get(content.get("uri"), len(place)), OF_A_FEATURE.index(kind), line)

    return sorted(static, key=order)


def _listed(numbers: Sequence[int]) -> str:
    *others, last = map(str, numbers)
    return f"{', '.join(others)} and {last}" if others else last
