"""Any number of accounts and tasks at a revision, and the rows expected of them.

All rows are computed from numbers, in the server: no expected row is one that was migrated.
"""

from typing import Final

import psycopg
from psycopg import sql

from features.support import data
from features.support.migrations.bulk_forms import EACH_NINTH, MEANT, SPELT, Form, Shares, forms

ROWS: Final = """
    (SELECT {expressions}
       FROM (SELECT n, row_number() OVER (ORDER BY n) AS k
               FROM generate_series(1::bigint, {number}) AS n WHERE {which}) AS numbered)
"""

INSERT: Final = "INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE {rows}"

MAY_SWITCH_OFF: Final = "SELECT has_parameter_privilege('session_replication_role', 'SET')"

ADVANCE: Final = """
    SELECT setval(pg_get_serial_sequence({name}, 'id'), greatest(max(id), 1)) FROM {table}
"""

DIGEST: Final = """
    SELECT count(*), sum(hash_record_extended(ROW({columns}), 0)::numeric) FROM {rows} AS t
"""
"""Of rows in any order: in a sum, a row that comes twice does not count as another that is lost.
The hash of a record distinguishes NULL from empty text."""

LACKING: Final = """
    SELECT count(*) FROM (SELECT {columns} FROM {one} AS t
                          EXCEPT ALL SELECT {columns} FROM {other} AS t) AS d
"""

NO_LONGER_SPELT: Final = "0009"
"""The revision that reads the statuses; a downgrade from it writes them in one way."""


def make(
    connection: psycopg.Connection,
    number: int,
    revision: str = "0001",
    shares: Shares = EACH_NINTH,
) -> None:
    """Insert this number of accounts and of tasks at a revision, in one transaction.

    Foreign keys and triggers are not asked for each row, if the role may switch them off: the rows
    are right by their form, and this takes a quarter of the time.
    """
    with connection.transaction():
        connection.execute("SET LOCAL TimeZone = 'UTC'")
        if connection.execute(MAY_SWITCH_OFF).fetchone() == (True,):
            connection.execute("SET LOCAL session_replication_role = replica")
        for table, form in _forms(revision, SPELT, shares).items():
            name = sql.Identifier(table)
            columns = sql.SQL(", ").join(map(sql.Identifier, form.columns))
            connection.execute(
                sql.SQL(INSERT).format(table=name, columns=columns, rows=_rows(form, number))
            )
            connection.execute(sql.SQL(ADVANCE).format(name=sql.Literal(table), table=name))


def wrong(
    connection: psycopg.Connection, number: int, revision: str, highest: str = ""
) -> list[str]:
    """Return by table the number of missing and of unexpected rows, at a revision.

    `highest` is the latest revision at which the database has been. Rows are compared column by
    column, as text.
    """
    spelling = MEANT if highest >= NO_LONGER_SPELT else SPELT
    expected = _forms(revision, spelling, EACH_NINTH)
    tables = data.tables(connection)
    with connection.transaction():
        connection.execute("SET LOCAL TimeZone = 'UTC'")
        differences = {
            table: _difference(connection, table, expected.get(table), number) for table in tables
        }
    return [
        *(f"there is no table {table}" for table in expected if table not in tables),
        *(f"{table}: {difference}" for table, difference in differences.items() if difference),
    ]


def _forms(revision: str, spelling: str, shares: Shares) -> dict[str, Form]:
    counting = {
        table: [form for since, form in known if since <= revision]
        for table, known in forms(spelling, shares).items()
    }
    return {table: known[-1] for table, known in counting.items() if known}


def _rows(form: Form, number: int) -> sql.Composed:
    """Return a query for the expected rows, with the columns of the form."""
    expressions = [
        sql.SQL("{} AS {}").format(sql.SQL(expression), sql.Identifier(name))
        for name, expression in form.columns.items()
    ]
    return sql.SQL(ROWS).format(
        expressions=sql.SQL(", ").join(expressions),
        number=sql.Literal(number),
        which=sql.SQL(form.which),
    )


def _difference(connection: psycopg.Connection, table: str, form: Form | None, number: int) -> str:
    """Return in words how a table differs from what is expected; it is empty without a form."""
    stored = sql.Identifier(table)
    names = _columns(connection, stored)
    if form is not None:
        assert set(names) == set(form.columns), f"only {list(form.columns)} would be compared"
    expected = (
        _rows(form, number)
        if form is not None
        else sql.SQL("(SELECT * FROM {} LIMIT 0)").format(stored)
    )
    columns = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in names)
    one, other = (
        connection.execute(sql.SQL(DIGEST).format(columns=columns, rows=rows)).fetchone()
        for rows in (expected, stored)
    )
    if one == other:
        return ""
    missing, surplus = (
        _one(connection, sql.SQL(LACKING).format(columns=columns, one=these, other=those))
        for these, those in ((expected, stored), (stored, expected))
    )
    return f"{missing} rows are missing, {surplus} are unexpected"


def _one(connection: psycopg.Connection, query: sql.Composed) -> int:
    (number,) = connection.execute(query).fetchone() or (0,)
    return int(number)


def _columns(connection: psycopg.Connection, source: sql.Composable) -> list[str]:
    query = sql.SQL("SELECT * FROM {} AS t LIMIT 0").format(source)
    return [column.name for column in connection.execute(query).description or []]
