"""A fingerprint changes with any value that is stored, and with nothing else."""

from collections.abc import Iterable
from typing import Final

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL

import inventory
import schemas
from pgharness.data.differences import differences
from pgharness.data.fingerprints import Fingerprint, Ownership, fingerprint
from pgharness.servers import provision

Pair = tuple[str | None, str | None]

VALUES: Final = {
    "NULL and empty text": ("text", None, ""),
    "NULL and its name": ("text", None, "NULL"),
    "a space at the end": ("text", "a", "a "),
    "upper and lower case": ("text", "a", "A"),
    "one letter to the eye": ("text", "\u00e9", "e\u0301"),
    "a line break": ("text", "a\nb", "a\r\nb"),
    "no elements, and no list": ("text[]", "{}", None),
    "an element that is NULL": ("text[]", "{NULL}", '{"NULL"}'),
    "where an element ends": ("text[]", '{"a,b"}', "{a,b}"),
    "the order of elements": ("text[]", "{a,b}", "{b,a}"),
    "the dimensions of a list": ("int[]", "{1,2}", "{{1,2}}"),
    "where a list begins": ("int[]", "{1,2}", "[0:1]={1,2}"),
    "a number, and its text": ("jsonb", "1", '"1"'),
    "two kinds of nothing": ("jsonb", "null", None),
    "a member that is null": ("jsonb", '{"a": null}', "{}"),
    "a space in JSON that is kept as text": ("json", '{"a":1}', '{"a": 1}'),
    "the last bit": ("float8", "0.1", "0.10000000000000002"),
    "the last bit of a short one": ("float4", "0.1", "0.10000001"),
    "the sign of zero": ("float8", "0", "-0"),
    "what is no number": ("float8", "NaN", "Infinity"),
    "a zero at the end": ("numeric", "1.0", "1.00"),
    "a microsecond": ("timestamptz", "2026-03-02 12:00+00", "2026-03-02 12:00:00.000001+00"),
    "the same hour elsewhere": ("timestamptz", "2026-03-02 12:00+00", "2026-03-02 12:00+01"),
    "an hour that comes twice": ("timestamptz", "2026-10-25 00:30+00", "2026-10-25 01:30+00"),
    "the end of time": ("timestamptz", "infinity", "-infinity"),
    "a month, and its days": ("interval", "1 month", "30 days"),
    "whether a bound is included": ("int8range", "[1,3)", "empty"),
    "false and NULL": ("boolean", "no", None),
    "one zero byte more": ("bytea", r"\x00", r"\x0000"),
    "a value of a composite type": ("pair", "(1,)", '(1,"")'),
    "a network, and an address in it": ("inet", "192.0.2.7", "192.0.2.7/24"),
}
"""A type, and two of its values that are alike and not the same."""

SETTINGS: Final = {
    "DateStyle": "German, DMY",
    "IntervalStyle": "iso_8601",
    "TimeZone": "Pacific/Kiritimati",
    "bytea_output": "escape",
    "extra_float_digits": "-15",
}
"""Settings by which the server makes another text of the same value."""

ROWS: Final[dict[str, tuple[list[Pair], list[Pair]]]] = {
    "one of two equal rows": ([("a", "b"), ("a", "b")], [("a", "b")]),
    "in another column": ([("a", None)], [(None, "a")]),
    "where a value ends": ([("a", "b,c")], [("a,b", "c")]),
    "where a row ends": ([("a", "b)\n(c,d")], [("a", "b"), ("c", "d")]),
    "the last value": ([("a", "")], [("a", None)]),
    "a row of nothing": ([(None, None)], []),
}


def samples(connection: psycopg.Connection, kind: str, rows: Iterable[Pair]) -> Fingerprint:
    """Return the fingerprint where one table has these rows of two columns."""
    of_type = {"kind": sql.SQL(kind)}
    connection.execute("DROP TABLE IF EXISTS samples")
    create = sql.SQL('CREATE TABLE samples ("left" {kind}, "right" {kind})')
    connection.execute(create.format(**of_type))
    insertion = sql.SQL("INSERT INTO samples VALUES (CAST(%s AS {kind}), CAST(%s AS {kind}))")
    with connection.cursor() as cursor:
        cursor.executemany(insertion.format(**of_type), list(rows))
    return fingerprint(connection)


@pytest.mark.parametrize(("kind", "one", "other"), VALUES.values(), ids=VALUES.keys())
def test_it_changes_with_a_value_however_alike_it_is(
    kind: str, one: str | None, other: str | None, undone: psycopg.Connection
) -> None:
    undone.execute("CREATE TYPE pair AS (a int, b text)")
    before = samples(undone, kind, [(one, None)])
    after = samples(undone, kind, [(other, None)])
    assert differences(before, after) == ["samples"]


@pytest.mark.parametrize(("rows", "others"), ROWS.values(), ids=ROWS.keys())
def test_it_changes_with_the_rows(
    rows: list[Pair], others: list[Pair], undone: psycopg.Connection
) -> None:
    before, after = (samples(undone, "text", each) for each in (rows, others))
    assert differences(before, after) == differences(after, before) == ["samples"]


def test_the_order_of_rows_does_not_matter(undone: psycopg.Connection) -> None:
    rows: list[Pair] = [("a", "b"), ("c", "d"), ("Á", None)]
    before, after = (samples(undone, "text", each) for each in (rows, rows[::-1]))
    assert before == after


def test_a_time_in_another_zone_is_the_same_time(undone: psycopg.Connection) -> None:
    before = samples(undone, "timestamptz", [("2026-03-02 12:00+00", None)])
    assert before == samples(undone, "timestamptz", [("2026-03-02 14:00+02", None)])


def test_the_settings_of_a_database_do_not_matter(
    marked: URL, connection: psycopg.Connection
) -> None:
    before = samples(connection, "float8", [("0.1", None)])
    after = samples(connection, "float8", [("0.10000000000000002", None)])
    for name, value in SETTINGS.items():
        setting = sql.SQL("ALTER DATABASE acceptance_reset SET {} = {}")
        connection.execute(setting.format(sql.Identifier(name), value))
    with provision.connect(marked) as later:
        assert fingerprint(later) == after != before


@pytest.mark.parametrize("name", schemas.ALL)
def test_it_is_of_all_tables_of_any_schema(name: str, connection: psycopg.Connection) -> None:
    connection.execute(schemas.ALL[name])
    before = fingerprint(connection)
    assert before == fingerprint(connection)
    tables = [table for table, rows in inventory.rows_of(connection).items() if rows]
    changed = [table.removeprefix("public.") for table in tables if table.startswith("public.")]
    assert changed
    for table in changed:
        with connection.transaction(force_rollback=True):
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            assert table in differences(before, fingerprint(connection))
    assert before == fingerprint(connection)


def test_a_database_without_tables_has_an_empty_one(undone: psycopg.Connection) -> None:
    assert fingerprint(undone) == {}


def test_tables_that_hold_no_data_are_ignored(connection: psycopg.Connection) -> None:
    connection.execute("CREATE TABLE alembic_version (n int); CREATE TABLE caches (n int)")
    before = fingerprint(connection, Ownership(ignored=("alembic_version", "caches")))
    connection.execute("INSERT INTO alembic_version VALUES (1); INSERT INTO caches VALUES (1)")
    assert before == fingerprint(connection, Ownership(ignored=("alembic_version", "caches")))
    assert differences(before, fingerprint(connection)) == ["caches"]


def test_a_column_called_like_an_alias_hides_no_other(undone: psycopg.Connection) -> None:
    undone.execute("CREATE TABLE things (id int, t text, lines text, owner int, x int)")
    undone.execute("INSERT INTO things VALUES (1, 'same', 'same', 1, 1)")
    ownership = Ownership(columns=("owner",), ignored=())
    before = fingerprint(undone, ownership)
    undone.execute("UPDATE things SET x = 2")
    after = fingerprint(undone, ownership)
    assert differences(before, after) == ["things of 1"]
