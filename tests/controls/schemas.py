"""Additions to the schema that no statement uses, by new head revisions and in the models."""

from functools import partial
from typing import Final

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import Column, Index, Integer, text

from domain import metadata
from tests.controls.catalogue import control
from tests.controls.effects import finds
from tests.controls.revising import TIMES, revise, revise_tables

revised = partial(control, revises=True)
MIGRATIONS: Final = (
    *("migrations/parity", "migrations/stepwise", "migrations/history_whole"),
    *("migrations/revisions", "migrations/waiting"),
)
OF_EACH_TABLE: Final = ("tenancy/rights", "tenancy/isolation", "harness/factories")

UNCOUNTED: Final = "ALTER TABLE {{table}} ALTER {} SET STATISTICS 0"
"""Which columns the planner has statistics about is listed: the criterion is a contract."""

NUMBERED: Final = tuple(name for name in TIMES if "id" in metadata.tables[name].columns)
"""The tables whose rows the database numbers."""


@revised(
    "there is a new head revision",
    *MIGRATIONS,
    "migrations/refusing",
    effect=finds("SELECT version_num > '0027' FROM alembic_version"),
)
def new_head(_: MonkeyPatch) -> None:
    revise("Nothing changes.")


@revised(
    "there is one more index on each table",
    *MIGRATIONS,
    "tenancy/plans",
    effect=finds("SELECT count(*) FROM pg_indexes WHERE indexname LIKE 'ix_%_spare'", len(TIMES)),
)
def one_more_index(_: MonkeyPatch) -> None:
    revise_tables(
        "One more index on each table.",
        "CREATE INDEX ix_{table}_spare ON {table} ({time})",
        "DROP INDEX ix_{table}_spare",
    )
    for table, time in TIMES.items():
        Index(f"ix_{table}_spare", metadata.tables[table].columns[time])


@revised(
    "there is one more nullable column in each table",
    *MIGRATIONS,
    *OF_EACH_TABLE,
    effect=finds("SELECT count(*) FROM pg_attribute WHERE attname = 'spare'", len(TIMES)),
)
def one_more_nullable_column(_: MonkeyPatch) -> None:
    revise_tables(
        "One more column in each table.",
        f"ALTER TABLE {{table}} ADD spare integer; {UNCOUNTED.format('spare')}",
        "ALTER TABLE {table} DROP spare",
    )
    for table in TIMES:
        metadata.tables[table].append_column(Column("spare", Integer))


@revised(
    "there is one more column with a default in each table",
    *MIGRATIONS,
    *OF_EACH_TABLE,
    effect=finds("SELECT count(*) FROM pg_attribute WHERE attname = 'sevens'", len(TIMES)),
)
def one_more_column_with_default(_: MonkeyPatch) -> None:
    revise_tables(
        "One more column with a default in each table.",
        f"ALTER TABLE {{table}} ADD sevens integer NOT NULL DEFAULT 7;{UNCOUNTED.format('sevens')}",
        "ALTER TABLE {table} DROP sevens",
    )
    for table in TIMES:
        column = Column("sevens", Integer, nullable=False, server_default=text("7"))
        metadata.tables[table].append_column(column)


@revised(
    "there is one more schema, which only its owner can use",
    *MIGRATIONS,
    *("tenancy/rights", "tenancy/roles", "harness/test_database"),
    effect=finds("SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace('spare')", 2),
)
def one_more_schema(_: MonkeyPatch) -> None:
    revise(
        "One more schema.",
        "CREATE SCHEMA spare; CREATE TABLE spare.notes (id integer PRIMARY KEY, note text)",
        "DROP SCHEMA spare CASCADE",
    )


NOTHING: Final = """
    CREATE SCHEMA unused;
    CREATE FUNCTION unused.changes_nothing() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END
    $$;
    REVOKE ALL ON FUNCTION unused.changes_nothing() FROM PUBLIC
"""


@revised(
    "triggers before and after each change do nothing",
    *MIGRATIONS,
    *("transactions/atomic", "tenancy/isolation", "tasks/integrity"),
    effect=finds("SELECT count(*) FROM pg_trigger WHERE tgname ~ '^[az]_nothing$'", 2 * len(TIMES)),
)
def triggers_do_nothing(_: MonkeyPatch) -> None:
    revise("A function that does nothing.", NOTHING, "DROP SCHEMA unused CASCADE")
    revise_tables(
        "Triggers that do nothing, before all others and after them.",
        "CREATE TRIGGER a_nothing BEFORE INSERT OR UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION unused.changes_nothing();"
        "CREATE TRIGGER z_nothing AFTER INSERT OR UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION unused.changes_nothing()",
        "DROP TRIGGER a_nothing ON {table}; DROP TRIGGER z_nothing ON {table}",
    )


@revised(
    "tables and columns have comments",
    *MIGRATIONS,
    effect=finds("SELECT obj_description('tasks'::regclass) = 'Rows of tasks'"),
)
def comments(_: MonkeyPatch) -> None:
    revise_tables(
        "Comments.",
        "COMMENT ON TABLE {table} IS 'Rows of {table}';"
        "COMMENT ON COLUMN {table}.{time} IS 'A time'",
        "COMMENT ON TABLE {table} IS NULL; COMMENT ON COLUMN {table}.{time} IS NULL",
    )
    for table, time in TIMES.items():
        metadata.tables[table].comment = f"Rows of {table}"
        metadata.tables[table].columns[time].comment = "A time"


@revised(
    "rows have room to grow, and are never vacuumed by themselves",
    *MIGRATIONS,
    effect=finds(
        "SELECT reloptions::text LIKE '%fillfactor=50%' FROM pg_class WHERE relname = 'tasks'"
    ),
)
def room_to_grow(_: MonkeyPatch) -> None:
    revise_tables(
        "Room for changes of rows.",
        "ALTER TABLE {table} SET (fillfactor = 50, autovacuum_enabled = off)",
        "ALTER TABLE {table} RESET (fillfactor, autovacuum_enabled)",
    )


@revised(
    "there are finer statistics about times",
    *MIGRATIONS,
    *("tenancy/side_channels", "tenancy/plans"),
    effect=finds(
        "SELECT attstattarget = 500 FROM pg_attribute"
        " WHERE attrelid = 'tasks'::regclass AND attname = 'finished_at'"
    ),
)
def finer_statistics_of_times(_: MonkeyPatch) -> None:
    revise_tables(
        "Finer statistics.",
        "ALTER TABLE {table} ALTER {time} SET STATISTICS 500",
        "ALTER TABLE {table} ALTER {time} SET STATISTICS -1",
    )


NUMBER: Final = (
    "ALTER TABLE {{table}} ALTER id SET START {start} SET CACHE {cache};"
    "SELECT setval(pg_get_serial_sequence('{{table}}', 'id'),"
    " greatest({start}, (SELECT max(id) + 1 FROM {{table}})), false)"
)


def number(start: int = 1, cache: int = 1) -> None:
    """Number the rows of all tables in another way."""
    revise_tables(
        "Other numbers.",
        NUMBER.format(start=start, cache=cache),
        NUMBER.format(start=1, cache=1),
        *NUMBERED,
    )
    for table in NUMBERED:
        identity = metadata.tables[table].columns["id"].identity
        assert identity is not None
        identity.start = start if start > 1 else None
        identity.cache = cache if cache > 1 else None


OF_NUMBERS: Final = ("workspace/chain", "tasks/reading", "harness/test_database", "sessions/tokens")


@revised(
    "ids begin at a million",
    *OF_NUMBERS,
    effect=finds("SELECT id >= 1000000 FROM users LIMIT 1"),
    instead_of="numbers",
)
def ids_begin_at_a_million(_: MonkeyPatch) -> None:
    number(1_000_000)


@revised(
    "ids begin beyond 32 bits",
    *OF_NUMBERS,
    effect=finds("SELECT id > 2::bigint ^ 32 FROM users LIMIT 1"),
    instead_of="numbers",
)
def ids_beyond_32_bits(_: MonkeyPatch) -> None:
    number(5_000_000_000)


@revised(
    "each session takes ten ids at once",
    *OF_NUMBERS,
    effect=finds("SELECT seqcache = 10 FROM pg_sequence WHERE seqrelid = 'users_id_seq'::regclass"),
    instead_of="numbers",
)
def ids_in_tens(_: MonkeyPatch) -> None:
    number(cache=10)
