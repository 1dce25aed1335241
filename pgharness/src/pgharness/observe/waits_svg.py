"""A picture of who waits for whom, as SVG: a box for each session, an arrow for each wait.

The picture has no style sheet and no ids, so that it can stand within a page of any policy, and
several times. Its background is transparent; boxes have colours of their own, and the colour of the
arrows can be seen on a light and on a dark page.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from pgharness.observe.waits import Session, facts, holders, in_order, text, title

WIDTH: Final = 720
BOX: Final = 616
MARGIN: Final = 8
"""All lengths are in pixels."""
GAP: Final = 16
PADDING: Final = 14
LINE: Final = 18
HEAD: Final = 22
COLUMNS: Final = 80
"""Characters in a line of a statement."""
LINES: Final = 3
"""The most lines of a statement."""
TIP: Final = 12
"""The length of an arrowhead."""
LANE: Final = 15
"""The distance of two arrows side by side."""

INK: Final = "#1c2430"
QUIET: Final = "#4b5563"
ARROW: Final = "#d9480f"
FILLS: Final = {"holder": "#ffe3b3", "waits": "#dbe7f8", "other": "#edeff2"}
BORDERS: Final = {"holder": "#b35900", "waits": "#3567a8", "other": "#78828f"}
SANS: Final = "system-ui, sans-serif"
MONO: Final = "ui-monospace, monospace"


@dataclass(frozen=True)
class _Box:
    session: Session
    kind: str
    facts: str
    statement: list[str]
    top: float

    @property
    def height(self) -> float:
        return 2 * PADDING + HEAD + LINE * (bool(self.facts) + len(self.statement)) - 6


@dataclass(frozen=True)
class _Arrow:
    """All waits for one session, by positions of boxes: the lines meet in one arrowhead."""

    starts: tuple[int, ...]
    end: int

    @property
    def span(self) -> range:
        positions = (self.end, *self.starts)
        return range(min(positions), max(positions) + 1)


def svg(sessions: Sequence[Session]) -> str:
    """Return the picture; the holders of the locks come first and are highlighted."""
    ordered, left_out = in_order(sessions)
    boxes = _boxes(ordered, holders(sessions))
    bottom = boxes[-1].top + boxes[-1].height if boxes else 0
    height = bottom + MARGIN + (LINE + GAP if left_out else 0)
    root = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "role": "img",
            "width": str(WIDTH),
            "height": _number(height),
            "viewBox": f"0 0 {WIDTH} {_number(height)}",
        },
    )
    SubElement(root, "title").text = title(sessions)
    SubElement(root, "desc").text = text(sessions)
    for box in boxes:
        _draw_box(root, box)
    _draw_arrows(root, boxes)
    if left_out:
        _write(root, f"{left_out} more", MARGIN + PADDING, bottom + GAP + 8, fill=ARROW)
    return tostring(root, encoding="unicode")


def _boxes(ordered: Sequence[Session], holding: set[str]) -> list[_Box]:
    boxes: list[_Box] = []
    top: float = MARGIN
    for one in ordered:
        kind = "holder" if one.name in holding else "waits" if one.waits_for else "other"
        labelled = f"{one.statement_label}: {one.statement}" if one.statement else ""
        statement = textwrap.wrap(labelled, COLUMNS, max_lines=LINES, placeholder=" …")
        boxes.append(_Box(one, kind, ", ".join(facts(one, holding)), statement, top))
        top += boxes[-1].height + GAP
    return boxes


def _draw_box(root: Element, box: _Box) -> None:
    SubElement(
        root,
        "rect",
        {
            "x": str(MARGIN),
            "y": _number(box.top),
            "width": str(BOX),
            "height": _number(box.height),
            "rx": "8",
            "fill": FILLS[box.kind],
            "stroke": BORDERS[box.kind],
            "stroke-width": "3" if box.kind == "holder" else "1.5",
        },
    )
    left, line = MARGIN + PADDING, box.top + PADDING + 12
    name = textwrap.shorten(box.session.name, COLUMNS - 20, placeholder=" …")
    _write(root, name, left, line, size=16, weight="700")
    line += HEAD
    if box.facts:
        short = textwrap.shorten(box.facts, COLUMNS, placeholder=" …")
        _write(root, short, left, line, fill=QUIET)
        line += LINE
    for part in box.statement:
        _write(root, part, left, line, size=12, family=MONO)
        line += LINE


def _draw_arrows(root: Element, boxes: Sequence[_Box]) -> None:
    arrows = [
        _Arrow(starts, end)
        for end, box in enumerate(boxes)
        if (starts := _waiting_for(box.session.name, boxes))
    ]
    lanes = _lanes(arrows)
    room = WIDTH - BOX - 2 * MARGIN - TIP - GAP
    distance = min(LANE, room / max(1, *lanes.values(), 1))
    right = MARGIN + BOX
    for arrow, lane in lanes.items():
        across = _number(right + TIP + GAP / 2 + lane * distance)
        end = _end_port(boxes[arrow.end])
        for start in arrow.starts:
            line = _start_port(arrow, boxes[start], boxes)
            path = f"M{right} {_number(line)}H{across}V{_number(end)}H{right + TIP}"
            attributes = {"fill": "none", "stroke": ARROW, "stroke-width": "2"}
            SubElement(root, "path", {"d": path, **attributes})
            # Where lines meet, there is a dot; where they only cross, there is none.
            if start not in (arrow.span[0], arrow.span[-1]):
                dot = {"cx": across, "cy": _number(line), "r": "3.5", "fill": ARROW}
                SubElement(root, "circle", dot)
        tip, back = right + 2, right + TIP
        points = f"{tip},{_number(end)} {back},{_number(end - 6)} {back},{_number(end + 6)}"
        SubElement(root, "polygon", {"points": points, "fill": ARROW})


def _waiting_for(name: str, boxes: Sequence[_Box]) -> tuple[int, ...]:
    return tuple(at for at, box in enumerate(boxes) if name in box.session.waits_for)


def _lanes(arrows: Sequence[_Arrow]) -> dict[_Arrow, int]:
    """Return by arrow how far it runs from the boxes: arrows side by side do not overlap."""
    lanes: dict[_Arrow, int] = {}
    for arrow in sorted(arrows, key=lambda one: len(one.span)):
        taken = {lane for other, lane in lanes.items() if set(other.span) & set(arrow.span)}
        lanes[arrow] = next(lane for lane in range(len(arrows)) if lane not in taken)
    return lanes


def _end_port(box: _Box) -> float:
    """Return where an arrow meets a box: below all that begin there."""
    return box.top + box.height - 14


def _start_port(arrow: _Arrow, box: _Box, boxes: Sequence[_Box]) -> float:
    """Return where a line leaves a box: that to the nearest box is the highest."""
    ends = [at for at, other in enumerate(boxes) if other.session.name in box.session.waits_for]
    place = sorted(ends, reverse=True).index(arrow.end)
    return box.top + 12 + (box.height - 44) * place / max(1, len(ends) - 1)


def _write(  # noqa: PLR0913 (they are attributes of a text)
    root: Element,
    words: str,
    left: float,
    line: float,
    *,
    size: int = 13,
    weight: str = "400",
    fill: str = INK,
    family: str = SANS,
) -> None:
    element = SubElement(
        root,
        "text",
        {
            "x": _number(left),
            "y": _number(line),
            "font-family": family,
            "font-size": str(size),
            "font-weight": weight,
            "fill": fill,
        },
    )
    element.text = words


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
