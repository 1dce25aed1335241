"""Every attack of one tenant on another's rows, as statements that are made for a table.

An attack returns the rows that it read, the number of rows that it wrote, or its outcome in words.
"""

from collections.abc import Callable
from typing import Any, Final

import psycopg
from psycopg import sql

from features.support.tenancy.target_table import TargetTable

Cursor = psycopg.Cursor[dict[str, Any]]
Result = list[dict[str, Any]] | int | str
Attack = Callable[[Cursor, TargetTable], Result]

NOT_APPLICABLE: Final = "-"


def _reads(query: str) -> Attack:
    """Return an attack that reads rows; {} is the table."""

    def attack(cursor: Cursor, target: TargetTable) -> Result:
        statement = sql.SQL(query).format(target.name)
        values = {"ids": target.their_ids, "victim": target.victim, "table": target.table}
        return cursor.execute(statement, values if "%(" in query else None).fetchall()

    return attack


def _writes(query: str) -> Attack:
    """Return an attack that writes rows; {} is the table."""

    def attack(cursor: Cursor, target: TargetTable) -> Result:
        values = {"ids": target.their_ids, "victim": target.victim, "intruder": target.intruder}
        values["own"] = target.own_id
        return cursor.execute(sql.SQL(query).format(target.name), values).rowcount

    return attack


def _executes(query: str) -> Attack:
    """Return an attack on the whole table."""

    def attack(cursor: Cursor, target: TargetTable) -> Result:
        cursor.execute(sql.SQL(query).format(target.name, sequence=target.sequence))
        return "done"

    return attack


def _on_sequence(query: str) -> Attack:
    """Return an attack on the sequence of the ids."""

    def attack(cursor: Cursor, target: TargetTable) -> Result:
        cursor.execute(query, [target.sequence.as_string(cursor)])
        return "done"

    return attack


def _without_policies(cursor: Cursor, target: TargetTable) -> Result:
    cursor.execute("SET LOCAL row_security = off")
    return cursor.execute(sql.SQL("SELECT * FROM {}").format(target.name)).fetchall()


def _by_view(cursor: Cursor, target: TargetTable) -> Result:
    columns = sql.SQL("CREATE TEMP VIEW mine AS SELECT id, owner_id FROM {}")
    cursor.execute(columns.format(target.name))
    return cursor.execute("SELECT * FROM mine").fetchall()


def _by_function(cursor: Cursor, target: TargetTable) -> Result:
    cursor.execute(
        sql.SQL(
            "CREATE FUNCTION pg_temp.mine() RETURNS SETOF {0} LANGUAGE sql SECURITY DEFINER"
            " AS 'SELECT * FROM {0}'"
        ).format(target.name)
    )
    return cursor.execute("SELECT * FROM pg_temp.mine()").fetchall()


def _copies(query: str) -> Attack:
    def attack(cursor: Cursor, target: TargetTable) -> Result:
        with cursor.copy(sql.SQL(query).format(target.name)) as copy:
            return [{"owner_id": int(owner)} for (owner,) in copy.rows()]

    return attack


def _insert(
    cursor: Cursor, target: TargetTable, row: dict[str, object], more: sql.Composable
) -> int:
    statement = sql.SQL("INSERT INTO {} ({}) {} VALUES ({}) {}").format(
        target.name,
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL("OVERRIDING SYSTEM VALUE" if "id" in row else ""),
        sql.SQL(", ").join(map(sql.Placeholder, row)),
        more,
    )
    return cursor.execute(statement, row).rowcount


def _stored(added: int) -> str:
    return "as his own" if added else "none"


NO_MORE: Final = sql.SQL("")


def _for_them(cursor: Cursor, target: TargetTable) -> Result:
    return _insert(cursor, target, target.fresh(owner_id=target.victim), NO_MORE)


def _under_their_id(cursor: Cursor, target: TargetTable) -> Result:
    return _stored(_insert(cursor, target, target.fresh(id=target.their_ids[0]), NO_MORE))


def _same_as_theirs(more: str) -> Attack:
    def attack(cursor: Cursor, target: TargetTable) -> Result:
        row = target.like(target.theirs[0], owner_id=target.intruder)
        changed = sql.Identifier(target.changeable()[0])
        unique = next(iter(target.uniques), ["id"])
        conflict = sql.SQL(more).format(
            unique=sql.SQL(", ").join(map(sql.Identifier, unique)), changed=changed
        )
        return _stored(_insert(cursor, target, row, conflict))

    return attack


def _each_link(try_one: Callable[[Cursor, TargetTable, str, str], int]) -> Attack:
    """Return an attack by every foreign key; all must have the same outcome."""

    def attack(cursor: Cursor, target: TargetTable) -> Result:
        refusals: list[psycopg.Error] = []
        for link in target.links:
            cursor.execute("SAVEPOINT link")
            try:
                if try_one(cursor, target, link.column, target.targets[link.name]):
                    return "refers to Ada's"
            except psycopg.Error as refusal:
                refusals.append(refusal)
                cursor.execute("ROLLBACK TO SAVEPOINT link")
        states = {refusal.sqlstate for refusal in refusals}
        assert len(states) <= 1, f"the foreign keys differ: {states}"
        if refusals:
            raise refusals[-1]
        return NOT_APPLICABLE

    return attack


def _new_row_referring(cursor: Cursor, target: TargetTable, column: str, referred: str) -> int:
    return _insert(cursor, target, target.fresh(**{column: referred}), NO_MORE)


def _old_row_referring(cursor: Cursor, target: TargetTable, column: str, referred: str) -> int:
    values: dict[str, object] = {column: referred}
    if "version" in target.changeable():
        values["version"] = target.changes()["version"]
    return _update(cursor, target, values, sql.SQL("WHERE id = {}").format(target.own_id))


def _update(
    cursor: Cursor, target: TargetTable, values: dict[str, object], where: sql.Composable
) -> int:
    """Write constants: reading a column would also apply the policies for reading."""
    new = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in values
    )
    statement = sql.SQL("UPDATE {} SET {} {}").format(target.name, new, where)
    return cursor.execute(statement, values).rowcount


def _change_all(cursor: Cursor, target: TargetTable) -> Result:
    return _update(cursor, target, target.changes(), NO_MORE)


def _change_theirs(cursor: Cursor, target: TargetTable) -> Result:
    ids = sql.SQL(", ").join(map(sql.Literal, target.their_ids))
    return _update(cursor, target, target.changes(), sql.SQL("WHERE id IN ({})").format(ids))


def _copy_in(cursor: Cursor, target: TargetTable) -> Result:
    row = target.fresh(owner_id=target.victim)
    names = sql.SQL(", ").join(map(sql.Identifier, row))
    with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(target.name, names)) as copy:
        copy.write_row(list(row.values()))
    return cursor.rowcount


READING: Final[dict[str, Attack]] = {
    "select every row": _reads("SELECT * FROM {}"),
    "select by Ada's ids": _reads("SELECT * FROM {} WHERE id = ANY (%(ids)s)"),
    "select by Ada as the owner": _reads("SELECT * FROM {} WHERE owner_id = %(victim)s"),
    "divide by zero on Ada's rows": _reads(
        "SELECT * FROM {} WHERE 1 / CASE owner_id WHEN %(victim)s THEN 0 ELSE 1 END = 1"
    ),
    "lock every row": _reads("SELECT * FROM {} FOR UPDATE"),
    "select with policies off": _without_policies,
    "select through a view": _by_view,
    "select through a function": _by_function,
    "copy the table out": _copies("COPY {} (owner_id) TO STDOUT"),
    "copy a query out": _copies("COPY (SELECT owner_id FROM {}) TO STDOUT"),
    "read the common values": _reads(
        "SELECT * FROM pg_stats WHERE tablename = %(table)s AND schemaname = 'public'"
    ),
    "read the sequence": _executes("SELECT last_value FROM {sequence}"),
}
STORING: Final[dict[str, Attack]] = {
    "insert a row for Ada": _for_them,
    "insert a row with Ada's id": _under_their_id,
    "insert a copy of Ada's row": _same_as_theirs(""),
    "insert it unless it exists": _same_as_theirs("ON CONFLICT DO NOTHING"),
    "insert it or update the other": _same_as_theirs(
        "ON CONFLICT ({unique}) DO UPDATE SET {changed} = excluded.{changed}"
    ),
    "insert a row that refers to Ada's": _each_link(_new_row_referring),
    "copy a row in": _copy_in,
    "use up an id": _on_sequence("SELECT nextval(%s)"),
    "restart the ids": _on_sequence("SELECT setval(%s, 1)"),
}
CHANGING: Final[dict[str, Attack]] = {
    "update every row": _change_all,
    "update by Ada's ids": _change_theirs,
    "give a row to Ada": _writes("UPDATE {} SET owner_id = %(victim)s WHERE id = %(own)s"),
    "take over every row": _writes("UPDATE {} SET owner_id = %(intruder)s"),
    "make a row refer to Ada's": _each_link(_old_row_referring),
    "delete every row": _writes("DELETE FROM {}"),
    "delete by Ada's ids": _writes("DELETE FROM {} WHERE id = ANY (%(ids)s)"),
    "merge by Ada's ids": _writes(
        "MERGE INTO {} AS t USING unnest(%(ids)s::bigint[]) AS sought (id)"
        " ON t.id = sought.id WHEN MATCHED THEN DELETE"
    ),
    "truncate the table": _executes("TRUNCATE {} CASCADE"),
    "disable the policies": _executes("ALTER TABLE {} DISABLE ROW LEVEL SECURITY"),
    "add a trigger": _executes(
        "CREATE TRIGGER mine BEFORE INSERT ON {} EXECUTE FUNCTION"
        " suppress_redundant_updates_trigger()"
    ),
}
ATTACKS: Final = {"read": READING, "insert": STORING, "change": CHANGING}
"""By kind; "insert" includes COPY and sequences, "change" includes DDL."""
QUOTES_VICTIM: Final = frozenset(name for name in STORING if name.startswith("insert"))
"""Attacks whose own values are Ada's, so that the server's refusal may repeat them."""
