"""The results of a run, and their form as JSON."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.model import FAILED, Measured, Row

FORMAT: Final = 1


@dataclass(frozen=True)
class Results:
    """All that a run has measured."""

    machine: Mapping[str, str]
    server: str
    quick: bool
    seconds: float
    groups: Sequence[tuple[str, str, Sequence[Measured]]]
    """The name, the title and the comparisons of each benchmark."""

    @property
    def comparisons(self) -> Iterator[Measured]:
        """All comparisons."""
        for _, _, measured in self.groups:
            yield from measured

    @property
    def failed(self) -> bool:
        """Whether a row could not be measured because something failed."""
        return any(row.left_out.startswith(FAILED) for one in self.comparisons for row in one.rows)

    @property
    def where(self) -> str:
        """The machine and the server in one sentence."""
        has = self.machine
        return (
            f"{has['cores']} cores of {has['cpu']}, {has['memory']} of memory, {has['system']},"
            f" Python {has['python']}; {self.server}"
        )

    def as_json(self) -> dict[str, Any]:
        """Return what `results.json` contains."""
        return {
            "format": FORMAT,
            "machine": dict(self.machine),
            "server": self.server,
            "quick": self.quick,
            "seconds": round(self.seconds, 1),
            "benchmarks": [
                {
                    "name": name,
                    "title": title,
                    "comparisons": [_comparison(measured) for measured in comparisons],
                }
                for name, title, comparisons in self.groups
            ],
        }


def _comparison(measured: Measured) -> dict[str, Any]:
    one = measured.comparison
    return {
        "name": one.name,
        "title": one.title,
        "unit": one.unit,
        "rows": [_row(measured, row) for row in measured.rows],
    }


def _row(measured: Measured, row: Row) -> dict[str, Any]:
    named = {"way": row.way.name, "note": row.note}
    if not row.samples:
        return {**named, "left_out": row.left_out}
    low, high = row.spread
    goal = row.way.goal
    return {
        **named,
        "samples": len(row.samples),
        "median": _rounded(row.median),
        "quartiles": [_rounded(low), _rounded(high)],
        "ratio": _rounded(measured.ratio(row)),
        "goal": goal and goal.words(measured.comparison.unit),
        "met": measured.verdict(row),
    }


def _rounded(value: float) -> float:
    """Round to four digits: more are noise."""
    return float(f"{value:.4g}")
