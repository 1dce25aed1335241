"""How the rows that are there are best removed: one by one, or table by table."""

from dataclasses import dataclass
from typing import Self

from features.support.dependency_map import DependencyMap, Name
from features.support.sequences import Sequence
from features.support.survey import ROWS_WORTH_A_TRUNCATION, Seen, Survey


@dataclass(frozen=True)
class Plan:
    """What is done with which tables and sequences."""

    truncated: tuple[Name, ...]
    """Tables with many rows, and all that refer to them: the server wants them together."""
    deleted: tuple[tuple[Name, ...], ...]
    """Tables with few rows, children first; those of a cycle together."""
    restarted: tuple[Sequence, ...]

    @classmethod
    def make(cls, survey: Survey, seen: Seen) -> Self:
        """Choose the cheaper way for each table that has rows."""
        ours = frozenset(survey.tables)
        truncated: set[Name] = set()
        enough = sum(seen.rows.values()) > ROWS_WORTH_A_TRUNCATION
        for table in seen.rows if enough else ():
            more = survey.map.dependents([table]) - truncated
            rows = sum(seen.rows.get(each, 0) for each in more)
            if rows > ROWS_WORTH_A_TRUNCATION * len(more) and more <= ours:
                truncated |= more
        dirty = seen.rows.keys() - truncated
        groups = (tuple(t for t in group if t in dirty) for group in survey.map.groups)
        return cls(
            tuple(table for table in survey.tables if table in truncated),
            tuple(group for group in groups if group),
            tuple(seen.moved),
        )

    def statements(self, map_: DependencyMap) -> str:
        """Return all of it as one text, for one round trip.

        What was deferred is judged before a sequence moves: no transaction takes that back.
        """
        steps = [_delete(list(map(map_.source, group))) for group in self.deleted]
        if self.truncated:
            steps.insert(0, f"TRUNCATE {', '.join(map(map_.source, self.truncated))}")
        return "; ".join(
            [
                *steps,
                "SET CONSTRAINTS ALL IMMEDIATE",
                *(one.restart for one in self.restarted),
            ]
        )


def _delete(sources: list[str]) -> str:
    """Return one statement for these tables: foreign keys are judged when it ends, all at once."""
    # The names in them are quoted by psycopg.
    *others, last = ["DELETE FROM " + source for source in sources]  # noqa: S608
    together = ", ".join(f"t{number} AS ({other})" for number, other in enumerate(others))
    return f"WITH {together} {last}" if others else last
