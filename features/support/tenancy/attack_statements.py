"""Everything that Bram may try with a table, each as a statement made for that table.

An attempt returns the rows it was shown, or how many it touched; or it says itself what came of it.
"""

from collections.abc import Callable
from typing import Any, Final

import psycopg
from psycopg import sql

from features.support.tenancy.target_table import Ground

Cursor = psycopg.Cursor[dict[str, Any]]
Result = list[dict[str, Any]] | int | str
Attempt = Callable[[Cursor, Ground], Result]

NOTHING_TO_TRY: Final = "-"


def _shown(query: str) -> Attempt:
    """Return an attempt to see rows; {} is the table."""

    def attempt(cursor: Cursor, ground: Ground) -> Result:
        statement = sql.SQL(query).format(ground.name)
        values = {"ids": ground.their_ids, "victim": ground.victim, "table": ground.table}
        return cursor.execute(statement, values if "%(" in query else None).fetchall()

    return attempt


def _touched(query: str) -> Attempt:
    """Return an attempt to change rows; {} is the table."""

    def attempt(cursor: Cursor, ground: Ground) -> Result:
        values = {"ids": ground.their_ids, "victim": ground.victim, "intruder": ground.intruder}
        values["own"] = ground.own_id
        return cursor.execute(sql.SQL(query).format(ground.name), values).rowcount

    return attempt


def _done(query: str) -> Attempt:
    """Return an attempt to do something to the whole table."""

    def attempt(cursor: Cursor, ground: Ground) -> Result:
        cursor.execute(sql.SQL(query).format(ground.name, sequence=ground.sequence))
        return "done"

    return attempt


def _sequence(query: str) -> Attempt:
    """Return an attempt on what hands the ids out."""

    def attempt(cursor: Cursor, ground: Ground) -> Result:
        cursor.execute(query, [ground.sequence.as_string(cursor)])
        return "done"

    return attempt


def _without_policies(cursor: Cursor, ground: Ground) -> Result:
    cursor.execute("SET LOCAL row_security = off")
    return cursor.execute(sql.SQL("SELECT * FROM {}").format(ground.name)).fetchall()


def _by_view(cursor: Cursor, ground: Ground) -> Result:
    columns = sql.SQL("CREATE TEMP VIEW mine AS SELECT id, owner_id FROM {}")
    cursor.execute(columns.format(ground.name))
    return cursor.execute("SELECT * FROM mine").fetchall()


def _by_function(cursor: Cursor, ground: Ground) -> Result:
    cursor.execute(
        sql.SQL(
            "CREATE FUNCTION pg_temp.mine() RETURNS SETOF {0} LANGUAGE sql SECURITY DEFINER"
            " AS 'SELECT * FROM {0}'"
        ).format(ground.name)
    )
    return cursor.execute("SELECT * FROM pg_temp.mine()").fetchall()


def _copied(query: str) -> Attempt:
    def attempt(cursor: Cursor, ground: Ground) -> Result:
        with cursor.copy(sql.SQL(query).format(ground.name)) as copy:
            return [{"owner_id": int(owner)} for (owner,) in copy.rows()]

    return attempt


def _insert(cursor: Cursor, ground: Ground, row: dict[str, object], more: sql.Composable) -> int:
    statement = sql.SQL("INSERT INTO {} ({}) {} VALUES ({}) {}").format(
        ground.name,
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL("OVERRIDING SYSTEM VALUE" if "id" in row else ""),
        sql.SQL(", ").join(map(sql.Placeholder, row)),
        more,
    )
    return cursor.execute(statement, row).rowcount


def _stored(added: int) -> str:
    return "as his own" if added else "none"


NO_MORE: Final = sql.SQL("")


def _for_them(cursor: Cursor, ground: Ground) -> Result:
    return _insert(cursor, ground, ground.fresh(owner_id=ground.victim), NO_MORE)


def _under_their_id(cursor: Cursor, ground: Ground) -> Result:
    return _stored(_insert(cursor, ground, ground.fresh(id=ground.their_ids[0]), NO_MORE))


def _same_as_theirs(more: str) -> Attempt:
    def attempt(cursor: Cursor, ground: Ground) -> Result:
        row = ground.like(ground.theirs[0], owner_id=ground.intruder)
        changed = sql.Identifier(ground.changeable()[0])
        unique = next(iter(ground.uniques), ["id"])
        conflict = sql.SQL(more).format(
            unique=sql.SQL(", ").join(map(sql.Identifier, unique)), changed=changed
        )
        return _stored(_insert(cursor, ground, row, conflict))

    return attempt


def _each_link(try_one: Callable[[Cursor, Ground, str, str], int]) -> Attempt:
    """Return an attempt with every foreign key; what comes of them must be the same."""

    def attempt(cursor: Cursor, ground: Ground) -> Result:
        refusals: list[psycopg.Error] = []
        for link in ground.links:
            cursor.execute("SAVEPOINT link")
            try:
                if try_one(cursor, ground, link.column, ground.targets[link.name]):
                    return "points to Ada's"
            except psycopg.Error as refusal:
                refusals.append(refusal)
                cursor.execute("ROLLBACK TO SAVEPOINT link")
        states = {refusal.sqlstate for refusal in refusals}
        assert len(states) <= 1, f"the foreign keys differ: {states}"
        if refusals:
            raise refusals[-1]
        return NOTHING_TO_TRY

    return attempt


def _new_row_pointing(cursor: Cursor, ground: Ground, column: str, target: str) -> int:
    return _insert(cursor, ground, ground.fresh(**{column: target}), NO_MORE)


def _old_row_pointing(cursor: Cursor, ground: Ground, column: str, target: str) -> int:
    values: dict[str, object] = {column: target}
    if "version" in ground.changeable():
        values["version"] = ground.changes()["version"]
    return _update(cursor, ground, values, sql.SQL("WHERE id = {}").format(ground.own_id))


def _update(
    cursor: Cursor, ground: Ground, values: dict[str, object], where: sql.Composable
) -> int:
    """Write constants: a column that is read would bring the policies for reading in."""
    new = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in values
    )
    statement = sql.SQL("UPDATE {} SET {} {}").format(ground.name, new, where)
    return cursor.execute(statement, values).rowcount


def _change_all(cursor: Cursor, ground: Ground) -> Result:
    return _update(cursor, ground, ground.changes(), NO_MORE)


def _change_theirs(cursor: Cursor, ground: Ground) -> Result:
    ids = sql.SQL(", ").join(map(sql.Literal, ground.their_ids))
    return _update(cursor, ground, ground.changes(), sql.SQL("WHERE id IN ({})").format(ids))


def _copy_in(cursor: Cursor, ground: Ground) -> Result:
    row = ground.fresh(owner_id=ground.victim)
    names = sql.SQL(", ").join(map(sql.Identifier, row))
    with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(ground.name, names)) as copy:
        copy.write_row(list(row.values()))
    return cursor.rowcount


READING: Final[dict[str, Attempt]] = {
    "to see every row": _shown("SELECT * FROM {}"),
    "to see what has Ada's ids": _shown("SELECT * FROM {} WHERE id = ANY (%(ids)s)"),
    "to see what is Ada's": _shown("SELECT * FROM {} WHERE owner_id = %(victim)s"),
    "to fail on what is Ada's": _shown(
        "SELECT * FROM {} WHERE 1 / CASE owner_id WHEN %(victim)s THEN 0 ELSE 1 END = 1"
    ),
    "to lock every row": _shown("SELECT * FROM {} FOR UPDATE"),
    "to see every row, policies off": _without_policies,
    "to look through a view of his": _by_view,
    "to look through a function of his": _by_function,
    "to copy the table out": _copied("COPY {} (owner_id) TO STDOUT"),
    "to copy a query out": _copied("COPY (SELECT owner_id FROM {}) TO STDOUT"),
    "to see which values are common": _shown(
        "SELECT * FROM pg_stats WHERE tablename = %(table)s AND schemaname = 'public'"
    ),
    "to see where the ids are": _done("SELECT last_value FROM {sequence}"),
}
STORING: Final[dict[str, Attempt]] = {
    "to store a row for Ada": _for_them,
    "to store a row with an id of Ada's": _under_their_id,
    "to store what Ada has": _same_as_theirs(""),
    "to store it unless it is there": _same_as_theirs("ON CONFLICT DO NOTHING"),
    "to store it or change what is there": _same_as_theirs(
        "ON CONFLICT ({unique}) DO UPDATE SET {changed} = excluded.{changed}"
    ),
    "to store what belongs to Ada's": _each_link(_new_row_pointing),
    "to copy a row in": _copy_in,
    "to use an id up": _sequence("SELECT nextval(%s)"),
    "to begin the ids anew": _sequence("SELECT setval(%s, 1)"),
}
CHANGING: Final[dict[str, Attempt]] = {
    "to change every row": _change_all,
    "to change what has Ada's ids": _change_theirs,
    "to give a row to Ada": _touched("UPDATE {} SET owner_id = %(victim)s WHERE id = %(own)s"),
    "to take every row": _touched("UPDATE {} SET owner_id = %(intruder)s"),
    "to let a row belong to Ada's": _each_link(_old_row_pointing),
    "to remove every row": _touched("DELETE FROM {}"),
    "to remove what has Ada's ids": _touched("DELETE FROM {} WHERE id = ANY (%(ids)s)"),
    "to merge Ada's ids away": _touched(
        "MERGE INTO {} AS t USING unnest(%(ids)s::bigint[]) AS sought (id)"
        " ON t.id = sought.id WHEN MATCHED THEN DELETE"
    ),
    "to empty the table": _done("TRUNCATE {} CASCADE"),
    "to switch the policies off": _done("ALTER TABLE {} DISABLE ROW LEVEL SECURITY"),
    "to let a trigger look": _done(
        "CREATE TRIGGER mine BEFORE INSERT ON {} EXECUTE FUNCTION"
        " suppress_redundant_updates_trigger()"
    ),
}
ATTEMPTS: Final = {"reading": READING, "storing": STORING, "changing": CHANGING}
QUOTES_ADA: Final = frozenset(name for name in STORING if name.startswith("to store"))
"""Attempts in which Bram himself names values of Ada's, so an answer may repeat them."""
