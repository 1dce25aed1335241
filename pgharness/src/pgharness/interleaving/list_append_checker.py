"""Find isolation anomalies in a history of transactions that read and append to lists.

The method is that of Elle (Kingsbury and Alvaro, Elle: Inferring Isolation Anomalies from
Experimental Observations, VLDB 2020): no value is appended twice, so a read shows which appends
preceded it and in which order. By Adya (1999), a history is serializable unless its dependencies
form a cycle:

    ww  a transaction appended the value after that of the other
    wr  a transaction read a list whose last value the other had appended
    rw  a transaction read a list without the value that the other appended next
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple


class Append(NamedTuple):
    """A value was appended to a list."""

    key: str
    value: str


class Read(NamedTuple):
    """A list was read with these values."""

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Transaction:
    """The operations of one transaction, in order, and whether it committed."""

    name: str
    done: tuple[Append | Read, ...]
    committed: bool = True

    def appended(self, key: str) -> list[str]:
        """Return the values that it appended to a list."""
        return [each.value for each in self.done if isinstance(each, Append) and each.key == key]


class Edge(NamedTuple):
    """A dependency: `later` comes after `earlier` in every equivalent serial order."""

    earlier: str
    later: str
    kind: str


class Anomaly(NamedTuple):
    """An anomaly by its published name, and the transactions involved."""

    kind: str
    who: tuple[str, ...]


CYCLES: Final = (
    ("G0", {"ww"}, {"ww"}),
    ("G1c", {"wr"}, {"ww", "wr"}),
    ("G-single", {"rw"}, {"ww", "wr"}),
    ("G2", {"rw"}, {"ww", "wr", "rw"}),
)
"""Each kind of cycle: the kinds of its closing edge, and those of its other edges."""


def anomalies(history: Sequence[Transaction]) -> set[Anomaly]:
    """Return the anomalies; a history without any is serializable."""
    versions = dict(_versions(history))
    edges = set(_edges(history, versions))
    return {*_torn(history, versions), *_dirty(history), *_cycles(edges)}


def _readings(history: Iterable[Transaction]) -> Iterator[tuple[Transaction, Read]]:
    """Yield the reads of committed transactions without their own appends."""
    for one in history:
        for each in one.done if one.committed else ():
            if isinstance(each, Read):
                own = one.appended(each.key)
                others = tuple(value for value in each.values if value not in own)
                yield one, Read(each.key, others)


def _versions(history: Sequence[Transaction]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the longest read of each list."""
    found = [
        each for one in history if one.committed for each in one.done if isinstance(each, Read)
    ]
    for key in {each.key for each in found}:
        yield key, max((each.values for each in found if each.key == key), key=len)


def _torn(
    history: Iterable[Transaction], versions: Mapping[str, tuple[str, ...]]
) -> Iterator[Anomaly]:
    """Yield reads that are no prefix of the longest one: an append was lost or reordered.

    A transaction's own appends are left out: others may precede them in the end.
    """
    for one, read in _readings(history):
        own = one.appended(read.key)
        longest = tuple(value for value in versions[read.key] if value not in own)
        if read.values != longest[: len(read.values)]:
            yield Anomaly("incompatible order", (one.name,))


def _dirty(history: Iterable[Transaction]) -> Iterator[Anomaly]:
    """Yield reads of values that were never committed (G1a) or of intermediate states (G1b)."""
    writers = _writers(history)
    for one, read in _readings(history):
        for value in read.values:
            if not writers[read.key, value].committed:
                yield Anomaly("G1a", (writers[read.key, value].name, one.name))
        if read.values:
            writer = writers[read.key, read.values[-1]]
            if read.values[-1] != writer.appended(read.key)[-1]:
                yield Anomaly("G1b", (writer.name, one.name))


def _writers(history: Iterable[Transaction]) -> dict[tuple[str, str], Transaction]:
    return {
        (each.key, each.value): one
        for one in history
        for each in one.done
        if isinstance(each, Append)
    }


def _edges(
    history: Sequence[Transaction], versions: Mapping[str, tuple[str, ...]]
) -> Iterator[Edge]:
    writers = {place: one.name for place, one in _writers(history).items()}
    for key, values in versions.items():
        for value, following in pairwise(values):
            yield from _edge(writers[key, value], writers[key, following], "ww")
    for one, read in _readings(history):
        if read.values:
            yield from _edge(writers[read.key, read.values[-1]], one.name, "wr")
        missing = [value for value in versions[read.key] if value not in read.values]
        if missing:
            yield from _edge(one.name, writers[read.key, missing[0]], "rw")


def _edge(earlier: str, later: str, kind: str) -> Iterator[Edge]:
    if earlier != later:
        yield Edge(earlier, later, kind)


def _cycles(edges: set[Edge]) -> Iterator[Anomaly]:
    """Yield for each edge the shortest cycle of the strongest kind that it closes, if any."""
    following: dict[str, list[Edge]] = defaultdict(list)
    for edge in sorted(edges):
        following[edge.earlier].append(edge)
    for edge in sorted(edges):
        for kind, closing, allowed in CYCLES:
            way = _way(following, edge.later, edge.earlier, allowed)
            if edge.kind in closing and way:
                first = way.index(min(way))
                yield Anomaly(kind, (*way[first:], *way[:first]))
                break


def _way(
    following: Mapping[str, list[Edge]], start: str, end: str, allowed: set[str]
) -> tuple[str, ...]:
    """Return the shortest path along edges of the allowed kinds, with both ends."""
    ways: deque[tuple[str, ...]] = deque([(start,)])
    seen = {start}
    while ways:
        way = ways.popleft()
        if way[-1] == end:
            return way
        for edge in following.get(way[-1], []):
            if edge.kind in allowed and edge.later not in seen:
                seen.add(edge.later)
                ways.append((*way, edge.later))
    return ()
