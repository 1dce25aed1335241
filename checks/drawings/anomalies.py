"""The map of anomalies: which level admits them, which operation they threaten, what protects it.

The first part is from the features, which a run has checked; the second from the tables of
operations in `docs/transactions.md`.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from checks.anomalies_table import LEVELS, Anomaly, anomalies
from checks.drawings import svg
from checks.operations_table import NONE, OTHER, PROTECTIONS, Operation, operations
from features.support.transactions.anomaly_operations import VERDICTS

NAME: Final = "anomalies"
TITLE: Final = "Anomalies, the operations they threaten, and what protects these"
FIRST: Final = "Whether each isolation level admits it: rules show it on a real server."
BORDER: Final = 24.0
CODE: Final = 66.0
MEANING: Final = 500.0
CELL: Final = 158.0
ROW: Final = 38.0
WIDTH: Final = 2 * BORDER + CODE + MEANING + CELL * 3
TOP: Final = 104.0

OPERATION: Final = 196.0
LINE: Final = 20.0
GAP: Final = 16.0
HEADINGS: Final = 86.0
SECOND: Final = "The operations that write, all at read committed"

EXPLAINED: Final = {
    "comparison": "version seen",
    "lock": "before reading",
    "constraint": "index or key",
    "one statement": "one snapshot",
    NONE: "on purpose",
}
"""What is below the name of each protection."""

COLOURS: Final = {
    "happens": "red",
    "is prevented by waiting": "blue",
    "is prevented by a refusal": "amber",
    "is prevented by reading only committed rows": "green",
    "is prevented by reading one snapshot": "green",
}
"""The colour of each verdict."""


def drawn(page: str) -> str:
    """Return the drawing; the page is `docs/transactions.md`."""
    found = list(anomalies())
    threatened = list(operations(page, {each.code for each in found}))
    middle = TOP + len(found) * ROW + 56
    map_ = _Map(found, threatened, middle)
    parts = [
        svg.text(BORDER, 34, TITLE, "big bold"),
        svg.text(BORDER, 54, FIRST, "soft"),
        *_levels(found),
        *map_.parts(),
    ]
    said = _said(found, threatened)
    return svg.document(NAME, TITLE, said, (WIDTH, map_.bottom + BORDER), parts)


def _said(found: Sequence[Anomaly], threatened: Sequence[Operation]) -> str:
    admitted = [
        f"{level} admits {', '.join(names) or 'none'}."
        for level in LEVELS
        if (names := [each.name for each in found if each.verdicts[level] == "happens"]) or True
    ]
    protected = [
        f"{each.name}: {' and '.join(each.codes)}, protected by {' and '.join(each.protections)}."
        for each in threatened
        if each.codes
    ]
    return " ".join(
        [f"Of {len(found)} anomalies,", *admitted, "Operations at read committed:", *protected]
    )


def _levels(found: Sequence[Anomaly]) -> Iterator[str]:
    left = BORDER + CODE + MEANING
    for at, level in enumerate(LEVELS):
        yield svg.text(left + (at + 0.5) * CELL, TOP - 12, level, "bold middle")
    for at, each in enumerate(found):
        y = TOP + at * ROW
        yield svg.line([(BORDER, y), (WIDTH - BORDER, y)], "line rule")
        yield svg.text(BORDER, y + 24, each.code, "bold blue")
        yield svg.text(BORDER + CODE, y + 17, each.name.partition(" (")[0], "bold")
        yield svg.text(BORDER + CODE, y + 32, each.meaning, "soft")
        for column, level in enumerate(LEVELS):
            verdict = each.verdicts[level]
            x, colour = left + column * CELL, COLOURS[verdict]
            style = f"{colour} middle" + (" bold" if verdict == "happens" else "")
            yield svg.box(x + 3, y + 5, CELL - 6, ROW - 10, f"box edged {colour}")
            yield svg.text(x + CELL / 2, y + 23, _short(verdict), style)


def _short(verdict: str) -> str:
    return VERDICTS[verdict].removeprefix("reads ")


class _Map:
    """The operations, with their threats and their protections side by side."""

    def __init__(
        self, found: Sequence[Anomaly], threatened: Sequence[Operation], top: float
    ) -> None:
        self._operations = threatened
        self._top = top
        used = [code for each in threatened for code in each.codes if code != OTHER]
        self._threats = {
            code: _name(code, found)
            for code in sorted(dict.fromkeys(used), key=lambda code: -used.count(code))
        } | {OTHER: "another change"}
        columns = len(self._threats) + len(PROTECTIONS)
        self._step = (WIDTH - 2 * BORDER - OPERATION - GAP) / columns
        groups = {each.group for each in threatened}
        self.bottom = top + HEADINGS + (len(threatened) + len(groups)) * LINE

    def parts(self) -> Iterator[str]:
        """Yield everything."""
        yield svg.text(BORDER, self._top, SECOND, "big bold")
        yield from self._headings()
        y = self._top + HEADINGS
        group = ""
        for each in self._operations:
            if each.group != group:
                group = each.group
                yield svg.box(BORDER, y, WIDTH - 2 * BORDER, LINE - 2, "head")
                yield svg.text(BORDER + 8, y + 13, group, "bold")
                y += LINE
            yield self._row(each, y)
            y += LINE

    def _headings(self) -> Iterator[str]:
        y = self._top + 58
        threats = list(self._threats.items())
        protections = [(name, EXPLAINED[name]) for name in PROTECTIONS]
        for what, colour, columns in (
            ("threatened by", "red", threats),
            ("protected by", "green", protections),
        ):
            ends = self._x(columns[0][0]), self._x(columns[-1][0])
            yield svg.text(sum(ends) / 2, y - 24, what, "soft middle")
            reach = self._step / 2 - 6
            ruled = [(ends[0] - reach, y - 18), (ends[1] + reach, y - 18)]
            yield svg.line(ruled, f"line {colour}")
            for name, meaning in columns:
                x = self._x(name)
                yield svg.text(x, y, name.partition(",")[0], f"bold {colour} middle")
                yield svg.text(x, y + 15, meaning, "soft middle")

    def _x(self, column: str) -> float:
        """Return the middle of the column of a threat or protection."""
        at = [*self._threats, *PROTECTIONS].index(column)
        gap = 0 if column in self._threats else GAP
        return BORDER + OPERATION + gap + (at + 0.5) * self._step

    def _row(self, each: Operation, y: float) -> str:
        below = y + LINE - 1
        parts = [
            svg.text(BORDER + 8, y + 13, each.name, "mono"),
            svg.line([(BORDER, below), (WIDTH - BORDER, below)], "line rule"),
        ]
        if not each.codes:
            parts.append(svg.text(BORDER + OPERATION + 16, y + 13, each.threat, "soft"))
        for name in (*each.codes, *each.protections):
            colour = "red" if name in each.codes else "amber" if name == NONE else "green"
            place = {"cx": self._x(name), "cy": y + LINE / 2 - 1, "r": 5}
            parts.append(svg.element("circle", {**place, "class": colour}))
        hint = f"{each.name}: {each.threat}. Protection: {each.protection or 'none needed'}."
        return svg.group(*parts, hint=hint.replace("**", "").replace("`", ""))


def _name(code: str, found: Sequence[Anomaly]) -> str:
    """Return the most general name of a code: G2 is a write skew, whatever it is seen by."""
    names = [each.name.partition(" (")[0] for each in found if each.code.startswith(code)]
    return min(names, key=len).lower()
