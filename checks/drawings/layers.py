"""A layered layout: what refers is below what it refers to, and lines run between the layers.

Lines with the same origin and the same style share their way down. Where one passes a layer it has
a place of its own there, as a node without a size.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

LARGEST_LAYER: Final = 3
"""Nodes; one without successors moves down from a larger layer, if there is room below."""

ROUNDS: Final = 24
BESIDE: Final = 28.0
"""The distance between two nodes of a layer, in pixels."""
TRACK: Final = 11.0
"""The distance between two lines between layers."""
MARGIN: Final = 16.0
"""The distance between a node and the first line below or above it."""

Point = tuple[float, float]


@dataclass(frozen=True, order=True)
class Edge:
    """A reference: the node `below` refers to the one above."""

    above: str
    below: str
    style: str = ""


@dataclass(frozen=True)
class Place:
    """Where a node is: its left upper corner, and its size."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Layout:
    """Where everything is, in pixels."""

    width: float
    height: float
    places: Mapping[str, Place]
    lines: Sequence[tuple[str, tuple[Point, ...]]]
    """The style and the points of each line, from above to below."""
    ends: Sequence[tuple[str, Point]]
    """Where a line reaches the upper side of a node that refers, with the line's style."""


Sizes = Mapping[str, tuple[float, float]]


@dataclass
class _Segment:
    """A part of an edge, from one layer to the next."""

    above: str
    below: str
    style: str
    starts: float = 0
    arrives: float = 0


@dataclass
class _Layers:
    sizes: dict[str, tuple[float, float]]
    rows: list[list[str]]
    segments: list[list[_Segment]]
    """Those below each layer."""
    centers: dict[str, float] = field(default_factory=dict)

    def neighbours(self, row: int, *, above: bool) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {node: [] for node in self.rows[row]}
        index = row - 1 if above else row
        if 0 <= index < len(self.segments):
            for each in self.segments[index]:
                here, there = (each.below, each.above) if above else (each.above, each.below)
                found[here].append(there)
        return found


def layout(sizes: Sizes, edges: Iterable[Edge], top: float = 0) -> Layout:
    """Place the nodes of these sizes; the edges must have no cycle."""
    ordered = sorted(edges)
    layers = _layered(sizes, ordered, _depths(sizes, ordered))
    _order(layers)
    _center(layers)
    return _placed(layers, set(sizes), top)


def _depths(sizes: Sizes, edges: Sequence[Edge]) -> dict[str, int]:
    depths = dict.fromkeys(sorted(sizes), 0)
    for _ in depths:
        for edge in edges:
            depths[edge.below] = max(depths[edge.below], depths[edge.above] + 1)
    assert all(depths[edge.above] < depths[edge.below] for edge in edges), "a cycle of references"
    last = max(depths.values())
    with_successors = {edge.above for edge in edges}
    for row in range(last):
        inside = [node for node in depths if depths[node] == row]
        movable = [node for node in inside if node not in with_successors]
        surplus = max(0, len(inside) - LARGEST_LAYER)
        for node in movable[len(movable) - surplus :] if surplus else ():
            depths[node] = row + 1
    return depths


def _layered(sizes: Sizes, edges: Sequence[Edge], depths: Mapping[str, int]) -> _Layers:
    count = max(depths.values()) + 1
    rows = [[node for node in depths if depths[node] == row] for row in range(count)]
    segments: list[list[_Segment]] = [[] for _ in range(count - 1)]
    every = dict(sizes)
    for edge in edges:
        above = edge.above
        for row in range(depths[edge.above], depths[edge.below]):
            last = row + 1 == depths[edge.below]
            below = edge.below if last else f"{edge.above}:{edge.style}:{row + 1}"
            if below not in every:
                every[below] = (0, 0)
                rows[row + 1].append(below)
            same = (each for each in segments[row] if (each.above, each.below) == (above, below))
            if last or not any(same):
                segments[row].append(_Segment(above, below, edge.style))
            above = below
    return _Layers(every, rows, segments)


def _order(layers: _Layers) -> None:
    """Order the nodes of each layer so that few lines cross."""
    best, fewest = [list(row) for row in layers.rows], _crossings(layers)
    for sweep in range(ROUNDS):
        down = sweep % 2 == 0
        indices = range(len(layers.rows))
        for row in indices if down else reversed(indices):
            near = layers.neighbours(row, above=down)
            index = row - 1 if down else row + 1
            if not 0 <= index < len(layers.rows):
                continue
            positions = {node: at for at, node in enumerate(layers.rows[index])}
            own = {node: at for at, node in enumerate(layers.rows[row])}
            weights = {
                node: sum(positions[each] for each in found) / len(found) if found else own[node]
                for node, found in near.items()
            }
            layers.rows[row].sort(key=lambda node: (weights[node], own[node]))
        if (crossings := _crossings(layers)) < fewest:
            best, fewest = [list(row) for row in layers.rows], crossings
    layers.rows = best


def _crossings(layers: _Layers) -> int:
    count = 0
    for row, segments in enumerate(layers.segments):
        above = {node: at for at, node in enumerate(layers.rows[row])}
        below = {node: at for at, node in enumerate(layers.rows[row + 1])}
        ends = [(above[each.above], below[each.below]) for each in segments]
        count += sum(
            (a - c) * (b - d) < 0 for at, (a, b) in enumerate(ends) for c, d in ends[at + 1 :]
        )
    return count


def _center(layers: _Layers) -> None:
    """Give each node a center near those of its neighbours, in the order of its layer."""
    for row in layers.rows:
        wishes = [0.0] * len(row)
        layers.centers.update(zip(row, _apart(row, layers.sizes, wishes), strict=True))
    for sweep in range(ROUNDS * 4):
        indices = range(len(layers.rows))
        for index in indices if sweep % 2 == 0 else reversed(indices):
            above, below = (layers.neighbours(index, above=side) for side in (True, False))
            nodes = layers.rows[index]
            wishes = []
            for node in nodes:
                near = [layers.centers[each] for each in above[node] + below[node]]
                wishes.append(sum(near) / len(near) if near else layers.centers[node])
            layers.centers.update(zip(nodes, _apart(nodes, layers.sizes, wishes), strict=True))


def _apart(row: Sequence[str], sizes: Sizes, wishes: Sequence[float]) -> list[float]:
    """Return the centers that are nearest to those wished for, and far enough apart."""
    offsets = [0.0]
    for left, right in pairwise(row):
        offsets.append(offsets[-1] + (sizes[left][0] + sizes[right][0]) / 2 + BESIDE)
    # Without the offsets the centers must only not decrease: pool neighbours that would.
    blocks: list[tuple[float, int]] = []
    for wish, offset in zip(wishes, offsets, strict=True):
        mean, count = wish - offset, 1
        while blocks and blocks[-1][0] > mean:
            before, number = blocks.pop()
            mean, count = (mean * count + before * number) / (count + number), count + number
        blocks.append((mean, count))
    means = [mean for mean, count in blocks for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]


def _placed(layers: _Layers, real: set[str], top: float) -> Layout:
    left = min(layers.centers[node] - layers.sizes[node][0] / 2 for node in layers.centers)
    right = max(layers.centers[node] + layers.sizes[node][0] / 2 for node in layers.centers)
    centers = {node: round(center - left) for node, center in layers.centers.items()}
    places: dict[str, Place] = {}
    lines: list[tuple[str, tuple[Point, ...]]] = []
    ends: list[tuple[str, Point]] = []
    y = top
    bottoms: dict[str, float] = {}
    incoming: list[tuple[_Segment, float]] = []
    for row, nodes in enumerate(layers.rows):
        height = max(layers.sizes[node][1] for node in nodes)
        for node in nodes:
            size = layers.sizes[node]
            if node in real:
                places[node] = Place(centers[node] - size[0] / 2, y, *size)
                bottoms[node] = y + size[1]
            else:
                bottoms[node] = y + height
        for segment, track in incoming:
            start = (segment.starts, bottoms[segment.above])
            turn = ((segment.starts, track), (segment.arrives, track))
            target = y if segment.below in real else y + height
            lines.append((segment.style, (start, *turn, (segment.arrives, target))))
            if segment.below in real:
                ends.append((segment.style, (segment.arrives, y)))
        if row == len(layers.rows) - 1:
            y += height
            break
        segments = layers.segments[row]
        _find_ports(segments, layers, centers)
        tracks = _tracks(segments)
        first = y + height + MARGIN
        incoming = [(each, first + tracks[each.above, each.style] * TRACK) for each in segments]
        y = first + max(tracks.values(), default=0) * TRACK + MARGIN
    return Layout(right - left, y, places, lines, ends)


def _find_ports(
    segments: Sequence[_Segment], layers: _Layers, centers: Mapping[str, float]
) -> None:
    """Say where each segment leaves the node above, and where it arrives."""
    for node in {each.above: None for each in segments}:
        leaving = [each for each in segments if each.above == node]
        styles = sorted(
            {each.style for each in leaving},
            key=lambda style: min(centers[each.below] for each in leaving if each.style == style),
        )
        for each in leaving:
            each.starts = _port(node, styles.index(each.style), len(styles), layers, centers)
    for node in {each.below: None for each in segments}:
        arriving = sorted(
            (each for each in segments if each.below == node), key=lambda each: each.starts
        )
        for at, each in enumerate(arriving):
            each.arrives = _port(node, at, len(arriving), layers, centers)
            if layers.sizes[node][0] and abs(each.arrives - each.starts) < TRACK:
                each.arrives = each.starts


def _port(node: str, at: int, count: int, layers: _Layers, centers: Mapping[str, float]) -> float:
    width = layers.sizes[node][0]
    return round(centers[node] - width / 2 + width * (at + 1) / (count + 1))


def _tracks(segments: Sequence[_Segment]) -> dict[tuple[str, str], int]:
    """Return the number of the horizontal line of each origin and style; none overlap."""
    spans: dict[tuple[str, str], tuple[float, float]] = {}
    for each in segments:
        key = (each.above, each.style)
        ends = (each.starts, each.arrives, *spans.get(key, ()))
        spans[key] = (min(ends), max(ends))
    used: list[list[tuple[float, float]]] = []
    found: dict[tuple[str, str], int] = {}
    for key, (low, high) in sorted(spans.items(), key=lambda item: (item[1], item[0])):
        free = (
            at
            for at, others in enumerate(used)
            if all(high + TRACK < start or end + TRACK < low for start, end in others)
        )
        at = next(free, len(used))
        if at == len(used):
            used.append([])
        used[at].append((low, high))
        found[key] = at
    return found
