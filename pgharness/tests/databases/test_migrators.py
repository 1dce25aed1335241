"""What builds a schema does so in the database that it is given, or says why not."""

from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from textwrap import dedent
from typing import Any, Final

import pytest
from sqlalchemy import (
    ARRAY,
    URL,
    Column,
    Connection,
    Enum,
    Integer,
    MetaData,
    Sequence,
    Table,
    event,
    insert,
    inspect,
    text,
)

from migrator_fixtures import ENV, INI, PETS, REVISION
from pgharness import Alembic, HarnessError, Metadata, SqlFiles
from pgharness.servers import provision


def tables(url: URL) -> set[str]:
    with closing(provision.connect(url)) as connection:
        found = connection.execute("SELECT relid::regclass::text FROM pg_stat_user_tables")
        return {name for (name,) in found}


HANDED: Final = 'connection = context.config.attributes["connection"]\n'
BY_THE_CONNECTION: Final = f"""
from alembic import context
from sqlalchemy import text

{HANDED}
connection.execute(text("SET search_path = public"))
context.configure(connection=connection)
with context.begin_transaction():
    context.run_migrations()
"""
A_TABLE_OF_ITS_OWN: Final = ENV.replace(
    "connection=connection", 'connection=connection, version_table="v", version_table_schema="s"'
).replace(
    "        context.configure",
    '        connection.exec_driver_sql("CREATE SCHEMA IF NOT EXISTS s")\n'
    "        connection.commit()\n        context.configure",
)


@pytest.mark.parametrize("env", [ENV, BY_THE_CONNECTION, A_TABLE_OF_ITS_OWN])
def test_alembic_migrates_the_database_that_is_given(
    scripts: Callable[..., Alembic], marked: URL, env: str
) -> None:
    scripts(env).migrate(marked)
    assert {"people", "pets"} <= tables(marked)


@pytest.mark.parametrize("env", [ENV, "", A_TABLE_OF_ITS_OWN])
def test_alembic_that_migrates_another_database_is_told(
    scripts: Callable[..., Alembic], marked: URL, unmarked: URL, env: str
) -> None:
    theirs = repr(unmarked.render_as_string(hide_password=False))
    taken = 'context.config.get_main_option("sqlalchemy.url")'
    migrator = scripts(env.replace(taken, theirs))
    with pytest.raises(HarnessError, match=r"env\.py has migrated another database than the one"):
        migrator.migrate(marked)
    with pytest.raises(HarnessError, match=r"env\.py has migrated another database than the one"):
        migrator.migrate(marked)  # the other one has nothing left to be done
    assert "people" not in tables(marked)


def test_alembic_may_be_asked_for_some_of_the_revisions(
    scripts: Callable[..., Alembic], marked: URL
) -> None:
    migrator = scripts()
    for revision, there in [("a1b2c3", False), ("a1b2", False), ("+1", True), ("heads", True)]:
        migrator.migrate(marked, revision)
        assert ("pets" in tables(marked)) is there


def test_alembic_follows_what_a_revision_depends_on(
    scripts: Callable[..., Alembic], marked: URL
) -> None:
    migrator = scripts(
        revisions={
            "one": f'{dedent(REVISION)}\ndepends_on = "d4e5f6"',
            "other": PETS.replace('"a1b2c3"', "None"),
        }
    )
    migrator.migrate(marked, "heads")
    migrator.migrate(marked, "heads")
    assert {"people", "pets"} <= tables(marked)


@pytest.mark.parametrize(
    ("ini", "sentence"),
    [
        (INI, "Alembic finds no revision for .*scripts: make one"),
        (INI.replace("scripts", "nowhere"), "were refused: Path doesn't exist: .*nowhere"),
        ("[alembic]\n", "were refused: No 'script_location'"),
        ("[alembic\n", "alembic.ini does not configure Alembic: File contains no section headers"),
        ("[alembic]\nscript_location = %(where)s", "does not configure Alembic: Bad value sub"),
    ],
)
def test_a_configuration_of_alembic_that_leads_nowhere_is_told(
    scripts: Callable[..., Alembic], marked: URL, ini: str, sentence: str
) -> None:
    migrator = scripts(ini=ini, revisions={})
    with pytest.raises(HarnessError, match=sentence):
        migrator.migrate(marked)
    with suppress(HarnessError):
        migrator.fingerprint()


def test_the_fingerprint_of_alembic_is_of_all_files_that_a_revision_may_read(
    scripts: Callable[..., Alembic], tmp_path: Path
) -> None:
    there = "version_locations = %(here)s/scripts/versions %(here)s/more\npath_separator = space"
    migrator = scripts(ini=f"{INI}{there}\n")
    (tmp_path / "more").mkdir()
    seen = {migrator.fingerprint()}
    for name in ("scripts/schema.sql", "scripts/versions/seed.csv", "more/b2.sql"):
        (tmp_path / name).write_text("SELECT 1", "utf-8")
        seen.add(migrator.fingerprint())
        (tmp_path / name).write_text("SELECT 2", "utf-8")
        seen.add(migrator.fingerprint())
    assert len(seen) == 7
    (tmp_path / "scripts" / "__pycache__").mkdir()
    (tmp_path / "scripts" / "__pycache__" / "env.cpython-311.pyc").write_bytes(b"1")
    (tmp_path / "scripts" / "old.pyc").write_bytes(b"1")
    assert migrator.fingerprint() in seen


def people(**given: Any) -> tuple[MetaData, Table]:
    metadata = MetaData(**given)
    return metadata, Table("people", metadata, Column("id", Integer, primary_key=True))


def reads_a_result(connection: Connection) -> object:
    return connection.execute(text("SELECT 1")).scalar()


def inspects(connection: Connection) -> object:
    return inspect(connection)


LISTENERS: Final[dict[str, Callable[[Any], object]]] = {
    "sends a text to the driver": lambda c: c.exec_driver_sql("CREATE SCHEMA theirs"),
    "asks for a value": lambda c: c.scalar(text("SELECT 1")),
    "reads a result": reads_a_result,
    "inspects": inspects,
    "needs the driver": lambda c: c.connection.driver_connection.execute("SELECT 1"),
}


@pytest.mark.parametrize("name", LISTENERS)
def test_a_listener_that_needs_a_database_has_a_template_of_its_own(name: str, marked: URL) -> None:
    metadata, _ = people()
    event.listen(metadata, "before_create", lambda _, c, **__: LISTENERS[name](c))
    try:
        found = {Metadata(metadata).fingerprint(), Metadata(metadata).fingerprint()}
    except Exception as error:  # noqa: BLE001 (any error)
        pytest.fail(f"the fingerprint raises {error!r}")
    assert len(found) == 2
    assert {len(each) for each in found} == {12}
    Metadata(metadata).migrate(marked)
    assert "people" in tables(marked)


def test_what_a_listener_inserts_is_in_the_fingerprint() -> None:
    def fingerprint(statement: Callable[[Table, Connection], object]) -> str:
        metadata, table = people()
        event.listen(table, "after_create", lambda t, c, **_: statement(t, c))
        return Metadata(metadata).fingerprint()

    statements: list[Callable[[Table, Connection], object]] = [
        lambda t, c: c.execute(insert(t).values(id=1)),
        lambda t, c: c.execute(insert(t).values(id=2)),
        lambda t, c: c.execute(insert(t), [{"id": 1}]),
        lambda t, c: c.execute(insert(t), [{"id": 2}]),
        lambda _, c: c.execute(text("SELECT :id"), {"id": 1}),
        lambda _, c: c.execute(text("SELECT :id"), {"id": 2}),
    ]
    found = [fingerprint(statement) for statement in statements]
    assert len(set(found)) == len(found)
    assert found == [fingerprint(statement) for statement in statements], "they are stable"


def test_metadata_without_a_table_is_refused(marked: URL) -> None:
    with pytest.raises(HarnessError, match="the metadata has no table: is the module with"):
        Metadata(MetaData()).fingerprint()
    with pytest.raises(HarnessError, match="the metadata has no table: is the module with"):
        Metadata(MetaData()).migrate(marked)


def test_the_schemas_of_tables_and_types_are_made(marked: URL) -> None:
    metadata, table = people(schema='a "quoted" one')
    metadata.tables[table.key].append_column(
        Column("mood", ARRAY(Enum("sad", "ok", name="mood", schema="kinds")))
    )
    Table("pets", metadata, Column("id", Integer, Sequence("numbers", schema="counted")))
    Metadata(metadata).migrate(marked)
    assert tables(marked) == {'"a ""quoted"" one".people', '"a ""quoted"" one".pets'}


def test_a_schema_that_the_metadata_makes_itself_is_made_once(marked: URL) -> None:
    metadata, _ = people(schema="app")
    event.listen(metadata, "before_create", lambda _, c, **__: c.execute(text("CREATE SCHEMA app")))
    Metadata(metadata).migrate(marked)
    assert tables(marked) == {"app.people"}


@pytest.mark.parametrize(
    "first",
    [
        "SELECT pg_catalog.set_config('search_path', '', false)",
        "SET row_security = off; SET default_transaction_read_only = on",
        "SET SESSION AUTHORIZATION pg_monitor",
        "SET ROLE pg_monitor",
        b"\xef\xbb\xbfCREATE TABLE before ()",
    ],
)
def test_a_file_begins_in_a_session_as_if_new(
    sql_files: Callable[..., SqlFiles], marked: URL, first: str
) -> None:
    migrator = sql_files(first, "CREATE TABLE people (id int)")
    try:
        migrator.migrate(marked)
    except HarnessError as error:
        pytest.fail(str(error))
    assert "people" in tables(marked)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            "SELECT 1;\n\nCREATE TABLE é (id nonsense)",
            r'1\.sql:3: type "nonsense" does not exist\.$',
        ),
        ("SELECT 1;\nSELECT 1 / 0", r"1\.sql: division by zero\.$"),
        ("\\restrict x\nSELECT 1", r"1\.sql:1: syntax error .*; only psql understands a line tha"),
        (
            "CREATE TABLE t (id int);\nCOPY t (id) FROM stdin;\n1\n\\.\n",
            r"1\.sql:3: syntax error .*; only psql sends the rows behind COPY … FROM stdin",
        ),
        (
            "CREATE TABLE t (id int);\nCOPY t (id) FROM stdin;\n",
            r"1\.sql: .*; only psql sends the rows behind COPY … FROM stdin",
        ),
        ("BEGIN; CREATE TABLE t ()", r"1\.sql begins a transaction that it does not end: add COM"),
        (b"SELECT '\xff'", r"1\.sql is not in UTF-8 \(byte 9\)\.$"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_place(
    sql_files: Callable[..., SqlFiles], marked: URL, said: str, sentence: str
) -> None:
    with pytest.raises(HarnessError, match=sentence) as refusal:
        sql_files(said, "SELECT 2").migrate(marked)
    assert "\n" not in str(refusal.value)


def test_what_only_looks_like_a_command_of_psqls_is_taken(
    sql_files: Callable[..., SqlFiles], marked: URL
) -> None:
    sql_files("CREATE TABLE people AS SELECT '\n\\restrict\nCOPY t FROM stdin;' AS said").migrate(
        marked
    )
    assert "people" in tables(marked)
