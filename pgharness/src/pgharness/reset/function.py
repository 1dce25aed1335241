"""Generate the PL/pgSQL function by which the server empties a database.

The function first checks that the database has the mark that the guard has read, and finds the
tables with rows. Few rows are deleted, children before parents, tables in a cycle by one
statement; the caller decides which tables are truncated. Then it verifies that nothing is left and
that the catalogue has not changed. On an error it restores everything, including sequences, which
a rollback does not restore: they stay at their start only if the server process is killed, or
cancelled in the instant before its transaction commits.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from psycopg import sql

from pgharness.databases import ownership
from pgharness.databases.ownership import Identity
from pgharness.reset import large_objects, materialized_views
from pgharness.reset.plan import Plan
from pgharness.reset.sequences import SequenceDefinition

LOCK_TIMEOUT: Final = "10s"
"""The timeout of each lock that the function takes."""

PASSES: Final = 2
"""A trigger may insert rows when others are deleted; the second pass deletes these."""

LEFT: Final = "RS001"
"""The function's SQLSTATE for rows, sequences or large objects that are left."""
CHANGED: Final = "RS002"
"""The function's SQLSTATE for a catalogue that has changed since its first check."""


def one_line(statement: str) -> str:
    """Return a statement that there is for each table or sequence, on one line.

    PL/pgSQL reads the function from its beginning again to number the line of each IF whose own
    statements are on later lines: with 500 tables that took 2.4 s of the server's time, and so 0.3.
    """
    return " ".join(statement.split())


FUNCTION: Final = """
CREATE FUNCTION {name} (truncation text, OUT outcome text, OUT removed text, OUT restarted text,
                        OUT unlinked int, OUT refreshed bool)
LANGUAGE plpgsql AS {body}
"""

BODY: Final = """
#variable_conflict use_column
DECLARE
    comment text;
    names_hold bool;
    dirty bool[];
    objects bool;
    dangling bool;
    positions text[];
    stand text[];
    number int;
    total int := 0;
    done text;
    by_now text;
    ours bool;
BEGIN
    removed := '';
    restarted := ' ';
    unlinked := 0;
    refreshed := false;
    outcome := 'changed';
    IF {settings_changed} THEN
        RETURN;
    END IF;
    -- A role that row-level security would filter gets an error, not an empty result.
    done := set_config('row_security', 'off', true);
    done := set_config('lock_timeout', {lock_timeout}, true);
    {keep_references}
    SELECT ({comment}), {names_hold}, {dirty}, {objects}, {positions}, {dangling}
      INTO comment, names_hold, dirty, objects, positions, dangling;
    stand := positions;
    {ask_views}
    IF comment IS DISTINCT FROM {comment_seen} OR NOT names_hold THEN
        RETURN;
    ELSIF dangling OR {clean} AND NOT refreshed THEN
        IF {stamp} = {stamped} THEN
            outcome := CASE WHEN dangling THEN 'dangling' ELSE 'done' END;
        END IF;
        RETURN;
    END IF;
    IF truncation IS NULL THEN
        {count_few}
        IF total > {truncate_threshold} THEN
            outcome := 'many';
            RETURN;
        END IF;
    END IF;
    BEGIN
        IF truncation IS NOT NULL THEN
            IF truncation <> '' THEN
                EXECUTE truncation;
            END IF;
            {count}
        END IF;
        FOR pass IN 1..{passes} LOOP
            {delete}
            IF objects THEN
                unlinked := unlinked + (SELECT count(*) FROM ({unlink}) AS these);
            END IF;
            -- Deferred constraints are checked before a sequence moves.
            SET CONSTRAINTS ALL IMMEDIATE;
            {restart}
            SELECT {dirty}, {objects}, {positions} INTO dirty, objects, stand;
            EXIT WHEN {clean};
            done := removed;
            {count}
        END LOOP;
        IF NOT ({clean}) THEN
            RAISE EXCEPTION USING ERRCODE = {left}, MESSAGE = 'still there',
                DETAIL = json_build_array(substr(removed, length(done) + 1), stand,
                                           {number_of_objects});
        ELSIF {stamp} <> {stamped} THEN
            -- A table or foreign key was created concurrently: its rows may refer to deleted ones.
            RAISE EXCEPTION USING ERRCODE = {changed}, MESSAGE = 'the schema has changed';
        END IF;
        {refresh}
    EXCEPTION WHEN OTHERS OR query_canceled OR assert_failure THEN
        done := set_config('lock_timeout', '1ms', true);
        {put_back}
        RAISE;
    END;
    outcome := 'done';
END
"""

COUNTED: Final = one_line("""
    IF dirty[{number}] THEN
        number := (SELECT count(*) FROM (SELECT FROM {source} LIMIT {enough}) AS these);
        total := total + number;
        removed := removed || {number} || '=' || number || ' ';
    END IF;
""")
DELETED: Final = "IF {dirty} THEN {deletion}; END IF;"
LEFT_BY_OTHERS: Final = one_line("""
    by_now := {position_by_now};
    IF by_now <> positions[{number}] THEN
        BEGIN
            ours := {drawn_here};
        EXCEPTION WHEN object_not_in_prerequisite_state THEN
            ours := false;
        END;
        IF NOT ours THEN
            positions[{number}] := by_now;
        END IF;
    END IF;
""")
"""The position to restore: values drawn by other connections since are not issued again, values
drawn by a trigger or a rule in this transaction are."""
RESTARTED: Final = one_line("""
    IF stand[{number}] <> {beginning} THEN
        IF strpos(restarted, {marker}) = 0 THEN
            {left_by_others}
            restarted := restarted || {number} || ' ';
        END IF;
        {restart};
    END IF;
""")
PUT_BACK: Final = one_line("""
    BEGIN
        IF strpos(restarted, {marker}) = 0 THEN
            {left_by_others}
        END IF;
        IF strpos(restarted, {marker}) > 0 OR by_now <> positions[{number}] THEN
            {put_back};
        END IF;
    EXCEPTION WHEN lock_not_available THEN
        NULL;
    END;
""")
"""A sequence that this transaction has moved is locked by it until it ends. One that another
transaction has locked was not moved: it is left alone, without a second wait."""


def text(name: str, plan: Plan, identity: Identity) -> sql.Composed:
    """Return the statement that creates the function.

    Its argument is a TRUNCATE statement, or '' to delete all rows, or NULL to do nothing if a
    table has more rows than the threshold. It returns a `ResetOutcome`; the number of rows by
    number of the table ("3=2 11=5 "); the numbers of restarted sequences ("1 4 "); the number of
    removed large objects; and whether materialized views were refreshed.
    """
    settings = " OR ".join(
        f"current_setting('{name.removeprefix('default_')}') <> '{value}'"
        for name, value in plan.settings.items()
    )
    setting = f"{name.removeprefix('pg_temp.')}.views"
    body = sql.SQL(BODY).format(
        settings_changed=sql.SQL(settings),
        lock_timeout=LOCK_TIMEOUT,
        keep_references=_lines(_precautions(plan)),
        comment=sql.SQL(ownership.COMMENT_OF.format(oid=identity.oid)),
        comment_seen=identity.comment,
        names_hold=sql.SQL(plan.names_hold),
        stamp=sql.SQL(plan.stamp),
        stamped=plan.stamped,
        dirty=plan.dirty,
        positions=plan.positions,
        dangling=sql.SQL("true = ANY ({})").format(plan.dangling),
        clean=sql.SQL("NOT true = ANY (dirty) AND NOT objects AND stand = {}").format(
            plan.beginnings
        ),
        objects=sql.SQL(plan.large_objects),
        unlink=sql.SQL(large_objects.UNLINK),
        number_of_objects=sql.SQL(large_objects.NUMBER),
        ask_views=materialized_views.asked(plan.views, setting, partly=not plan.is_everything),
        refresh=materialized_views.refreshed(plan.views, setting),
        count_few=_lines(_counts(plan, plan.threshold)),
        count=_lines(_counts(plan)),
        truncate_threshold=plan.threshold,
        passes=PASSES,
        delete=_lines(_deletions(plan)),
        restart=_lines(_restarts(plan)),
        left=LEFT,
        changed=CHANGED,
        put_back=_lines(_returns(plan)),
    )
    return sql.SQL(FUNCTION).format(name=sql.SQL(name), body=sql.Literal(body.as_string(None)))


def _precautions(plan: Plan) -> Iterator[sql.Composed]:
    """If some tables are kept, re-enable triggers and lock the tables that kept rows refer to."""
    if plan.turns_triggers_on:
        yield sql.SQL("SET LOCAL session_replication_role = origin;").format()
    for parent in sorted({key.parent for key in plan.crossing}):
        source = sql.SQL(plan.map.source(parent))
        yield sql.SQL("LOCK TABLE {} IN EXCLUSIVE MODE;").format(source)


def _counts(plan: Plan, truncate_threshold: int | None = None) -> Iterator[sql.Composed]:
    """Count the rows of dirty tables: all, or up to the threshold for the table's dependents."""
    for number, table in enumerate(plan.tables, start=1):
        enough = None
        if truncate_threshold is not None:
            enough = truncate_threshold * len(plan.map.dependents([table])) + 1
        source = sql.SQL(plan.map.source(table))
        yield sql.SQL(COUNTED).format(number=number, source=source, enough=enough)


def _deletions(plan: Plan) -> Iterator[sql.Composed]:
    numbers = {table: number for number, table in enumerate(plan.tables, start=1)}
    for tables, deletion in plan.deletions:
        dirty = sql.SQL(" OR ").join(
            sql.SQL("dirty[{}]").format(numbers[table]) for table in tables
        )
        yield sql.SQL(DELETED).format(dirty=dirty, deletion=sql.SQL(deletion))


def _left_by_others(number: int, one: SequenceDefinition) -> sql.Composed:
    return sql.SQL(LEFT_BY_OTHERS).format(
        number=number,
        position_by_now=sql.SQL(one.position_by_now(f"positions[{number}]")),
        drawn_here=sql.SQL(one.drawn_here("by_now")),
    )


def _restarts(plan: Plan) -> Iterator[sql.Composed]:
    for number, one in enumerate(plan.sequences, start=1):
        yield sql.SQL(RESTARTED).format(
            number=number,
            marker=f" {number} ",
            beginning=str(one.beginning),
            left_by_others=_left_by_others(number, one),
            restart=sql.SQL(one.restart),
        )


def _returns(plan: Plan) -> Iterator[sql.Composed]:
    for number, one in enumerate(plan.sequences, start=1):
        yield sql.SQL(PUT_BACK).format(
            number=number,
            marker=f" {number} ",
            left_by_others=_left_by_others(number, one),
            put_back=sql.SQL(one.put_back(f"positions[{number}]")),
        )


def _lines(statements: Iterable[sql.Composable]) -> sql.Composed:
    return sql.SQL("\n").join(statements)
