"""The function by which the server empties a database: its text, for what is chosen of it.

It looks first, and does nothing unless the database carries the mark that the guard has seen, and
its catalogue is the one that the function was made from. Few rows are deleted, children before
their parents, tables in a cycle together; whether many are truncated is decided by who calls it.
Then it looks once more. Where it fails it takes everything back, the sequences too, which no
transaction does.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from psycopg import sql

from features.support import guard
from features.support.guard import Identity
from features.support.survey import Survey

LOCK_TIMEOUT: Final = "10s"
"""Whoever still works on a table is not waited for without end."""

PASSES: Final = 2
"""A trigger may write elsewhere what it sees deleted; that is deleted in its turn, once."""

LEFT: Final = "RS001"
"""The SQLSTATE by which the function says that something is still there."""

FUNCTION: Final = """
CREATE FUNCTION {name} (truncation text, OUT outcome text, OUT removed text, OUT restarted text)
LANGUAGE plpgsql AS {body}
"""

BODY: Final = """
#variable_conflict use_column
DECLARE
    comment text;
    stamp text;
    dirty bool[];
    dangling bool;
    positions text[];
    stand text[];
    number int;
    total int := 0;
    left_over text;
    done text;
BEGIN
    -- A role that policies would filter gets an error, never a silent "no rows".
    done := set_config('row_security', 'off', true);
    done := set_config('lock_timeout', {lock_timeout}, true);
    {keys_in_force}
    SELECT ({comment}), {stamp}, {dirty}, {positions}, {dangling}
      INTO comment, stamp, dirty, positions, dangling;
    removed := '';
    restarted := '';
    IF comment IS DISTINCT FROM {comment_seen} OR stamp IS DISTINCT FROM {stamp_seen} THEN
        outcome := 'changed';
        RETURN;
    ELSIF dangling THEN
        outcome := 'dangling';
        RETURN;
    END IF;
    stand := positions;
    outcome := 'done';
    IF {clean} THEN
        RETURN;
    END IF;
    IF truncation IS NULL THEN
        {count}
        IF total > {worth_a_truncation} THEN
            outcome := 'many';
            RETURN;
        END IF;
    END IF;
    BEGIN
        IF truncation <> '' THEN
            EXECUTE truncation;
        END IF;
        FOR pass IN 1..{passes} LOOP
            {delete}
            -- What was deferred is judged before a sequence moves.
            SET CONSTRAINTS ALL IMMEDIATE;
            {restart}
            SELECT {dirty}, {positions} INTO dirty, stand;
            EXIT WHEN {clean};
            left_over := removed;
            {count}
            left_over := substr(removed, length(left_over) + 1);
        END LOOP;
        IF NOT ({clean}) THEN
            RAISE EXCEPTION USING ERRCODE = {left}, MESSAGE = 'still there',
                DETAIL = json_build_array(left_over, stand);
        END IF;
    EXCEPTION WHEN OTHERS OR query_canceled THEN
        {put_back}
        RAISE;
    END;
END
"""

COUNTED: Final = """
    IF dirty[{number}] THEN
        number := (SELECT count(*) FROM (SELECT FROM {source} LIMIT {enough}) AS few);
        total := total + number;
        removed := removed || {number} || '=' || number || ' ';
    END IF;
"""
DELETED: Final = "IF {dirty} THEN {deletion}; END IF;"
RESTARTED: Final = """
    IF stand[{number}] <> {beginning} THEN
        {restart};
        restarted := restarted || {number} || ' ';
    END IF;
"""


def text(name: str, survey: Survey, identity: Identity, worth_a_truncation: int) -> sql.Composed:
    """Return the statement that makes the function.

    It takes a statement that truncates some tables, or none (''); without a word about it (NULL) it
    does nothing where there are more rows than are worth a truncation. It returns its outcome; of
    which tables, by their numbers, how many rows were found ("3=2 11=5 "); and which sequences, by
    their numbers, were restarted ("1 4 ").
    """
    # Whoever refers to what is deleted must be looked for where something stays.
    origin = "SET LOCAL session_replication_role = origin;"
    body = sql.SQL(BODY).format(
        lock_timeout=LOCK_TIMEOUT,
        keys_in_force=sql.SQL(origin if survey.turns_triggers_on else ""),
        comment=sql.SQL(guard.COMMENT.format(oid=identity.oid)),
        comment_seen=identity.comment,
        stamp=sql.SQL(survey.asked_stamp),
        stamp_seen=survey.stamp,
        dirty=survey.dirty,
        positions=survey.positions,
        dangling=sql.SQL("true = ANY ({})").format(survey.dangling),
        clean=sql.SQL("NOT true = ANY (dirty) AND stand = {}").format(survey.beginnings),
        count=_lines(_counts(survey, worth_a_truncation)),
        worth_a_truncation=worth_a_truncation,
        passes=PASSES,
        delete=_lines(_deletions(survey)),
        restart=_lines(_restarts(survey)),
        left=LEFT,
        put_back=_lines(
            sql.SQL(one.put_back(f"positions[{number}]") + ";")
            for number, one in enumerate(survey.sequences, start=1)
        ),
    )
    return sql.SQL(FUNCTION).format(name=sql.SQL(name), body=sql.Literal(body.as_string(None)))


def _counts(survey: Survey, worth_a_truncation: int) -> Iterator[sql.Composed]:
    """No more rows are counted than show that a table is worth truncating, with its dependents."""
    for number, table in enumerate(survey.tables, start=1):
        enough = worth_a_truncation * len(survey.map.dependents([table])) + 1
        source = sql.SQL(survey.map.source(table))
        yield sql.SQL(COUNTED).format(number=number, source=source, enough=enough)


def _deletions(survey: Survey) -> Iterator[sql.Composed]:
    """Foreign keys are judged when a statement ends, all at once: so a cycle is one statement."""
    numbers = {table: number for number, table in enumerate(survey.tables, start=1)}
    for group in survey.map.groups:
        tables = [table for table in group if table in numbers]
        if tables:
            dirty = sql.SQL(" OR ").join(
                sql.SQL("dirty[{}]").format(numbers[table]) for table in tables
            )
            yield sql.SQL(DELETED).format(
                dirty=dirty, deletion=_deletion([survey.map.source(table) for table in tables])
            )


def _deletion(sources: list[str]) -> sql.Composable:
    *others, last = (sql.SQL("DELETE FROM {}").format(sql.SQL(source)) for source in sources)
    together = sql.SQL(", ").join(
        sql.SQL("{} AS ({})").format(sql.Identifier(f"t{number}"), other)
        for number, other in enumerate(others)
    )
    return sql.SQL("WITH {} {}").format(together, last) if others else last


def _restarts(survey: Survey) -> Iterator[sql.Composed]:
    for number, one in enumerate(survey.sequences, start=1):
        yield sql.SQL(RESTARTED).format(
            number=number, beginning=str(one.beginning), restart=sql.SQL(one.restart)
        )


def _lines(statements: Iterable[sql.Composable]) -> sql.Composed:
    return sql.SQL("\n").join(statements)
