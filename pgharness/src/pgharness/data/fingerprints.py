"""Reading what is stored: rows, and digests that change with any value."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import md5
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

Row = dict[str, Any]

TABLES: Final = """
    SELECT c.relname,
           coalesce(%(own)s::jsonb ->> c.relname::text,
                    (SELECT attname FROM pg_attribute
                      WHERE attrelid = c.oid AND NOT attisdropped AND attname = ANY (%(owner)s)
                      ORDER BY 1 LIMIT 1))
      FROM pg_class AS c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
       AND c.relname <> ALL (%(ignored)s)
     ORDER BY 1
"""


@dataclass(frozen=True)
class Ownership:
    """Which column of a table says whose a row is, so that differences name the owner."""

    columns: Sequence[str] = ()
    """Columns that refer to an owner, in whichever table has one."""
    own: Mapping[str, str] = field(default_factory=dict)
    """Tables whose owner is in another column, an account's own key perhaps."""
    ignored: Sequence[str] = ("alembic_version",)
    """Tables that hold no data."""

    def owner_columns(self, connection: psycopg.Connection) -> dict[str, str | None]:
        """Return the tables of the schema `public`, each with its owner column, or None."""
        given = {
            "owner": list(self.columns),
            "own": json.dumps(dict(self.own)),
            "ignored": list(self.ignored),
        }
        return dict(connection.execute(TABLES, given).fetchall())


NO_OWNERS: Final = Ownership()

MOST_KEPT: Final = 100
LONGEST_KEPT: Final = 100_000
"""Of so many rows of one owner in one table, and so many characters, each row is kept as text; of
more only a digest each."""

DIGEST: Final = """
    SELECT {name}, to_jsonb(owner), encode(sha256(convert_to(lines::text, 'UTF8')), 'hex'),
           CASE WHEN cardinality(lines) <= {most} AND length(lines::text) <= {longest} THEN lines
                ELSE ARRAY(SELECT split_part(line, ',', 1) || '…' || md5(line)
                             FROM unnest(lines) AS line) END
      FROM (SELECT {owner} AS owner,
                   array_agg((t.*)::text ORDER BY (t.*)::text COLLATE "C") AS lines
              FROM {table} AS t GROUP BY 1) AS found
"""
"""Made by the server: of many rows, not all has to travel. The text of a row and of an array tells
NULL from empty text, and nothing in them runs into its neighbour. Owners are JSON: those of two
tables may be of different types."""

NOBODY: Final = sql.SQL("NULL::bigint")

FIELD: Final = re.compile(r'(?:"((?:[^"\\]|""|\\.)*)"|([^,]*))(?:,|$)', re.DOTALL)
"""One value in the text of a row: in quotes, or without; nothing at all is NULL."""

FIRST_ROWS: Final = 3
"""Of so many rows it is said how they differ."""


@dataclass(frozen=True)
class Digest:
    """All rows of one owner in one table. Two are the same if all rows are, in whatever order."""

    value: str
    rows: tuple[str, ...] = field(compare=False)
    """Each row as text, or where they are many, the first value of each and a digest."""


NONE: Final = Digest("", ())

Fingerprint = Mapping[tuple[str, object], Digest]
"""A digest for each table and owner; what belongs to nobody has the owner None."""


def rows(connection: psycopg.Connection, table: str, **where: object) -> list[Row]:
    """Return the rows of a table whose columns have these values, in the order of their keys."""
    conditions = [sql.SQL("{} = %s").format(sql.Identifier(column)) for column in where]
    query = sql.SQL("SELECT * FROM {} WHERE {} ORDER BY 1").format(
        sql.Identifier(table), sql.SQL(" AND ").join([sql.SQL("TRUE"), *conditions])
    )
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, list(where.values())).fetchall()


def fingerprint(connection: psycopg.Connection, ownership: Ownership = NO_OWNERS) -> Fingerprint:
    """Return a digest of all rows of each owner in each table, whatever the order of the rows."""
    owners = ownership.owner_columns(connection)
    if not owners:
        return {}
    found = connection.execute(_everything(tuple(owners.items())))
    return {(table, whose): Digest(value, tuple(kept)) for table, whose, value, kept in found}


@cache
def _everything(owners: tuple[tuple[str, str | None], ...]) -> bytes:
    queries = [
        sql.SQL(DIGEST).format(
            name=table,
            owner=sql.Identifier(owner) if owner else NOBODY,
            table=sql.Identifier(table),
            most=MOST_KEPT,
            longest=LONGEST_KEPT,
        )
        for table, owner in owners
    ]
    return sql.SQL(" UNION ALL ").join(queries).as_bytes(None)


def differences(before: Fingerprint, after: Fingerprint) -> list[str]:
    """Return in words where two fingerprints differ."""
    places = sorted(before.keys() | after.keys(), key=str)
    return [
        f"{table} of {owner}" if owner is not None else table
        for table, owner in places
        if before.get((table, owner)) != after.get((table, owner))
    ]


def told(before: Fingerprint, after: Fingerprint, connection: psycopg.Connection) -> str:
    """Return where two fingerprints differ, with the first rows that do, value by value."""
    lines: list[str] = []
    for place in sorted(before.keys() | after.keys(), key=str):
        was, now = before.get(place, NONE), after.get(place, NONE)
        if was != now:
            lines += differences({place: was}, {place: now})
            columns = [column.name for column in _columns(connection, place[0])]
            found = list(_changes(*_alike(was.rows, now.rows), columns))
            lines += [f"  {change}" for change in found[:FIRST_ROWS]]
            lines += [f"  and {len(found) - FIRST_ROWS} more"] * (len(found) > FIRST_ROWS)
    return "\n".join(lines)


def _columns(connection: psycopg.Connection, table: str) -> Sequence[psycopg.Column]:
    query = sql.SQL("SELECT * FROM {} LIMIT 0").format(sql.Identifier(table))
    return connection.execute(query).description or []


def _alike(was: Iterable[str], now: Iterable[str]) -> tuple[Counter[str], Counter[str]]:
    """Return the rows of both, all as text, or as digests if there are digests on either side."""
    if all(line.endswith(")") for line in (*was, *now)):
        return Counter(was), Counter(now)
    return Counter(map(_digest, was)), Counter(map(_digest, now))


def _digest(line: str) -> str:
    """Return what the server keeps of a row where they are many."""
    if not line.endswith(")"):
        return line
    digest = md5(line.encode(), usedforsecurity=False).hexdigest()
    return f"{line.partition(',')[0]}…{digest}"


def _changes(was: Counter[str], now: Counter[str], columns: list[str]) -> Iterator[str]:
    """Yield what has become of each row; it is known by its first value."""
    gone, come = _by_key(was - now), _by_key(now - was)
    for key in sorted(gone.keys() | come.keys(), key=_as_number):
        olds, news = gone.get(key, []), come.get(key, [])
        row = f"{columns[0]} {key}"
        for old, new in zip(olds, news, strict=False):
            yield f"{row}: {_change(old, new, columns)}"
        yield from (f"{row} is gone: {_shown(one, columns)}" for one in olds[len(news) :])
        yield from (f"{row} is new: {_shown(one, columns)}" for one in news[len(olds) :])


def _by_key(lines: Counter[str]) -> dict[str, list[list[str | None]]]:
    found: dict[str, list[list[str | None]]] = {}
    for line in lines.elements():
        values = _values(line)
        found.setdefault(str(values[0]), []).append(values)
    return found


def _values(line: str) -> list[str | None]:
    """Return the values in the text of a row, or the first one where only a digest was kept."""
    if not line.endswith(")"):
        return [line.removeprefix("(").rpartition("…")[0].strip('"')]
    return [
        re.sub(r'""|\\\\', lambda pair: pair[0][0], quoted) if quoted is not None else plain or None
        for quoted, plain in (match.groups() for match in FIELD.finditer(line[1:-1]))
    ]


def _change(old: list[str | None], new: list[str | None], columns: list[str]) -> str:
    pairs = [
        f"{name} was {_said(one)}, is {_said(other)}"
        for name, one, other in zip(columns, old, new, strict=False)
        if one != other
    ]
    return "; ".join(pairs) or "it is not what it was"


def _shown(values: list[str | None], columns: list[str]) -> str:
    return ", ".join(
        f"{name} {_said(value)}" for name, value in zip(columns, values, strict=False) if value
    )


def _said(value: str | None) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)


def _as_number(key: str) -> tuple[int, str]:
    return (int(key) if key.isdigit() else 0, key)
