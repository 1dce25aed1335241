"""How two fingerprints differ: by table and owner, by row and value, and in numbers of rows."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import md5
from typing import Final

from pgharness.data.fingerprints import Digest, Fingerprint, TableShape

FIELD: Final = re.compile(r'(?:^|,)(?:"((?:[^"\\]|""|\\.)*)"|([^,]*))', re.DOTALL)
"""One value in the text of a row, quoted or not; an empty value without quotes is NULL."""

FIRST_ROWS: Final = 3
"""How many rows of one owner in one table are described."""


@dataclass(frozen=True)
class RowChanges:
    """How many rows of one table were inserted, updated and deleted."""

    inserted: int = 0
    updated: int = 0
    deleted: int = 0


@dataclass(frozen=True)
class _StoredRow:
    """A row as a digest holds it; equal if all values are, also where they were not kept."""

    label: tuple[str | None, ...]
    digest: str
    values: tuple[str | None, ...] = field(compare=False)
    """Empty if only label and digest were kept."""


def differences(before: Fingerprint, after: Fingerprint) -> list[str]:
    """Return each table that differs, with the owner of the rows: `tasks of 7`."""
    return [
        f"{table} of {owner}" if owner is not None else table
        for table, owner in sorted(before.keys() | after.keys(), key=str)
        if before.get((table, owner)) != after.get((table, owner))
    ]


def changes(before: Fingerprint, after: Fingerprint) -> dict[str, RowChanges]:
    """Count the inserted, updated and deleted rows of each table in which rows have changed.

    A row is identified by its primary key, so a new owner is an update. A new primary key, and any
    update in a table without one, counts as one row deleted and one inserted.
    """
    removed, added = _unmatched(before, after), _unmatched(after, before)
    found = {}
    for table in sorted(removed.keys() | added.keys()):
        old, new = removed.get(table, Counter()), added.get(table, Counter())
        found[table] = RowChanges((new - old).total(), (new & old).total(), (old - new).total())
    return found


def _unmatched(one: Fingerprint, other: Fingerprint) -> dict[str, Counter[object]]:
    """Return, by table, what identifies the rows that only the first fingerprint has."""
    found: dict[str, Counter[object]] = {}
    for place, digest in one.items():
        if digest != other.get(place):
            keyed = bool(digest.table.primary_key)
            unmatched = _stored_rows(digest) - _stored_rows(other.get(place))
            identities = [row.label if keyed else row.digest for row in unmatched.elements()]
            found.setdefault(place[0], Counter()).update(identities)
    return {table: identities for table, identities in found.items() if identities}


def describe(before: Fingerprint, after: Fingerprint) -> str:
    """Return the differences, each with the first rows that differ, value by value."""
    lines: list[str] = []
    for place in sorted(before.keys() | after.keys(), key=str):
        was, now = before.get(place), after.get(place)
        present = was or now
        if present and was != now:
            table, owner = place
            lines.append(table if owner is None else f"{table} of {owner}")
            found = list(_described_rows(_stored_rows(was), _stored_rows(now), present.table))
            lines += [f"  {change}" for change in found[:FIRST_ROWS]]
            lines += [f"  and {len(found) - FIRST_ROWS} more"] * (len(found) > FIRST_ROWS)
    return "\n".join(lines)


def _stored_rows(digest: Digest | None) -> Counter[_StoredRow]:
    return Counter(_stored_row(line, digest.table) for line in digest.rows) if digest else Counter()


def _stored_row(line: str, table: TableShape) -> _StoredRow:
    if not line.endswith(")"):
        label, _, digest = line.rpartition("…")
        return _StoredRow(_values(label, table.label), digest, ())
    values = _values(line, table.columns)
    by_column = dict(zip(table.columns, values, strict=True))
    digest = md5(line.encode(), usedforsecurity=False).hexdigest()
    return _StoredRow(tuple(by_column[column] for column in table.label), digest, values)


def _values(line: str, columns: Sequence[str]) -> tuple[str | None, ...]:
    """Return the values in the text of a row; NULL is None. Without columns the text is `()`."""
    if not columns:
        return ()
    return tuple(
        re.sub(r'""|\\\\', lambda pair: pair[0][0], quoted) if quoted is not None else plain or None
        for quoted, plain in (match.groups() for match in FIELD.finditer(line[1:-1]))
    )


def _described_rows(
    was: Counter[_StoredRow], now: Counter[_StoredRow], table: TableShape
) -> Iterator[str]:
    """Yield how each row has changed; rows with the same label are paired."""
    deleted, inserted = _by_label(was - now), _by_label(now - was)
    for label in sorted(deleted.keys() | inserted.keys(), key=_in_numeric_order):
        olds, news = deleted.get(label, []), inserted.get(label, [])
        row = ", ".join(
            f"{name} {'NULL' if value is None else value}"
            for name, value in zip(table.label, label, strict=True)
        )
        row = row or "a row without columns"
        for old, new in zip(olds, news, strict=False):
            yield f"{row}{_update(old, new, table.columns)}"
        yield from (f"{row} was deleted{_contents(one, table)}" for one in olds[len(news) :])
        yield from (f"{row} was inserted{_contents(one, table)}" for one in news[len(olds) :])


def _by_label(lines: Counter[_StoredRow]) -> dict[tuple[str | None, ...], list[_StoredRow]]:
    found: dict[tuple[str | None, ...], list[_StoredRow]] = {}
    for row in lines.elements():
        found.setdefault(row.label, []).append(row)
    return found


def _update(old: _StoredRow, new: _StoredRow, columns: Sequence[str]) -> str:
    pairs = [
        f"{name} was {_literal(one)}, is {_literal(other)}"
        for name, one, other in zip(columns, old.values, new.values, strict=False)
        if one != other
    ]
    return f": {'; '.join(pairs)}" if pairs else " was updated"


def _contents(row: _StoredRow, table: TableShape) -> str:
    values = zip(table.columns, row.values, strict=False)
    shown = [f"{name} {_literal(value)}" for name, value in values if value is not None]
    return f": {', '.join(shown)}" if shown else ""


def _literal(value: str | None) -> str:
    return "NULL" if value is None else json.dumps(value, ensure_ascii=False)


def _in_numeric_order(label: Sequence[str | None]) -> list[tuple[int, str]]:
    return [(int(value) if value and value.isdecimal() else 0, value or "") for value in label]
