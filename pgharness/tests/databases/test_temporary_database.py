"""`temporary_database`: what a script has of the harness."""

from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, Column, Integer, MetaData, Table, create_engine, insert, select

from pgharness import HarnessError, Metadata, Options, ServerKind, SqlFiles, temporary_database

METADATA = MetaData()
NOTES = Table("notes", METADATA, Column("id", Integer, primary_key=True))


@pytest.fixture
def options(url: URL) -> Options:
    """The server of the tests."""
    return Options(kind=ServerKind.EXTERNAL, url=url)


def databases(admin: psycopg.Connection) -> set[str]:
    return {name for (name,) in admin.execute("SELECT datname FROM pg_database")}


def test_it_has_the_schema_and_is_gone_afterwards(
    options: Options, admin: psycopg.Connection
) -> None:
    before = databases(admin)
    with temporary_database(Metadata(METADATA), options=options) as database:
        engine = create_engine(database.url)
        with engine.begin() as connection:
            connection.execute(insert(NOTES).values(id=1))
        with engine.connect() as connection:
            assert connection.scalars(select(NOTES.c.id)).all() == [1]
            # A connection that is still open keeps no database.
        assert database.url.database in databases(admin)
    assert databases(admin) == before
    engine.dispose()


def test_it_goes_with_an_error_too(options: Options, admin: psycopg.Connection) -> None:
    before = databases(admin)
    with (
        pytest.raises(ZeroDivisionError),
        temporary_database(Metadata(METADATA), options=options),
    ):
        _ = 1 / 0
    assert databases(admin) == before


def test_two_at_a_time_are_two(options: Options) -> None:
    with (
        temporary_database(Metadata(METADATA), options=options) as one,
        temporary_database(Metadata(METADATA), options=options) as other,
    ):
        assert one.url != other.url


def test_the_environment_chooses_the_server(
    url: URL, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", url.render_as_string(hide_password=False))
    with temporary_database(Metadata(METADATA)) as database:
        assert database.url.host == url.host
        assert database.url.query == url.query
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("statement", ["CREATE TABLE notes (id nonsense)", None])
def test_a_migration_that_fails_is_told_with_its_place(
    options: Options, capsys: pytest.CaptureFixture[str], statement: str | None
) -> None:
    class Broken:
        def fingerprint(self) -> str:
            return "broken"

        def migrate(self, url: URL) -> None:
            with create_engine(url).begin() as connection:
                if statement is None:
                    raise KeyError("NOTHING")
                connection.exec_driver_sql(statement)

    with (
        pytest.raises(
            HarnessError,
            match=r"the schema cannot be made \(.*\); its traceback is printed beside this\.",
        ) as refusal,
        temporary_database(Broken(), options=options),
    ):
        pass
    assert ("KeyError: 'NOTHING'" if statement is None else "UndefinedObject") in str(refusal.value)
    assert f'File "{__file__}"' in capsys.readouterr().err


def test_why_there_is_none_is_one_sentence(
    options: Options, tmp_path: Path, admin: psycopg.Connection
) -> None:
    before = databases(admin)
    (tmp_path / "1.sql").write_text("CREATE TABLE notes (id nonsense)", "utf-8")
    with (
        pytest.raises(HarnessError, match=r'1\.sql:1: type "nonsense" does not exist'),
        temporary_database(SqlFiles(tmp_path), options=options),
    ):
        pass
    assert databases(admin) == before
