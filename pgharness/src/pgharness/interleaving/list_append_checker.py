"""Which transactions depend on which, and whether that goes round in circles.

In the manner of Elle (Kingsbury and Alvaro, Elle: Inferring Isolation Anomalies from Experimental
Observations, VLDB 2020): the things that transactions work on are lists, which they read and
append to, and no value is appended twice. So a reading tells which appends came before it and in
which order. By Adya (1999), a history is serializable unless its dependencies form a cycle:

    ww  one has appended what follows upon the other's
    wr  one has read what the other has appended last
    rw  one has read a list without what the other appended next (an anti-dependency)
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple


class Append(NamedTuple):
    """A value was put at the end of a list."""

    key: str
    value: str


class Read(NamedTuple):
    """A list was read, and these were its values."""

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Transaction:
    """What somebody did in one transaction, in its order, and whether it was committed."""

    name: str
    done: tuple[Append | Read, ...]
    committed: bool = True

    def appended(self, key: str) -> list[str]:
        """Return what it has put at the end of a list."""
        return [each.value for each in self.done if isinstance(each, Append) and each.key == key]


class Edge(NamedTuple):
    """`later` depends on `earlier`: in every serial order it comes after it."""

    earlier: str
    later: str
    kind: str


class Anomaly(NamedTuple):
    """What must not have been, by its published name, and who was in it."""

    kind: str
    who: tuple[str, ...]


CYCLES: Final = (
    ("G0", {"ww"}, {"ww"}),
    ("G1c", {"wr"}, {"ww", "wr"}),
    ("G-single", {"rw"}, {"ww", "wr"}),
    ("G2", {"rw"}, {"ww", "wr", "rw"}),
)
"""Each kind of cycle: the kinds of the edge that closes it, and of those on the way back."""


def anomalies(history: Sequence[Transaction]) -> set[Anomaly]:
    """Return everything that keeps the history from being serializable."""
    versions = dict(_versions(history))
    edges = set(_edges(history, versions))
    return {*_torn(history, versions), *_dirty(history), *_cycles(edges)}


def _readings(history: Iterable[Transaction]) -> Iterator[tuple[Transaction, Read]]:
    """Yield what committed transactions have read, without what was their own."""
    for one in history:
        for each in one.done if one.committed else ():
            if isinstance(each, Read):
                own = one.appended(each.key)
                others = tuple(value for value in each.values if value not in own)
                yield one, Read(each.key, others)


def _versions(history: Sequence[Transaction]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each list as the longest reading shows it."""
    found = [
        each for one in history if one.committed for each in one.done if isinstance(each, Read)
    ]
    for key in {each.key for each in found}:
        yield key, max((each.values for each in found if each.key == key), key=len)


def _torn(
    history: Iterable[Transaction], versions: Mapping[str, tuple[str, ...]]
) -> Iterator[Anomaly]:
    """Yield readings that are no beginning of the longest one: an append is lost or out of order.

    What a transaction appended itself is left aside; others may have come before it since.
    """
    for one, read in _readings(history):
        own = one.appended(read.key)
        longest = tuple(value for value in versions[read.key] if value not in own)
        if read.values != longest[: len(read.values)]:
            yield Anomaly("incompatible order", (one.name,))


def _dirty(history: Iterable[Transaction]) -> Iterator[Anomaly]:
    """Yield readings of what was never committed (G1a) or not yet finished (G1b)."""
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
    """Yield for each edge the shortest cycle of the worst kind that it closes, if any."""
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
    """Return the shortest way along edges of the allowed kinds, both ends included."""
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
