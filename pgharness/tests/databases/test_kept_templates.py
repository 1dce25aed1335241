"""A template that is kept is used by the next run of the same sources, and by no other."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
import sqlalchemy
from psycopg import sql
from sqlalchemy import URL

from pgharness import Alembic, SqlFiles
from pgharness.core.protocols import Migrator
from pgharness.databases import ownership, templates
from pgharness.databases.ownership import Purpose
from pgharness.databases.templates import DATABASE_PREFIX, RunDatabases, template_name
from pgharness.servers import provision

ENV = """
    from alembic import context

    context.configure(connection=context.config.attributes["connection"])
    with context.begin_transaction():
        context.run_migrations()
"""
RUNS = ("1" * 16, "2" * 16, "3" * 16)


@pytest.fixture
def kept(admin: psycopg.Connection) -> Iterator[Callable[[], dict[str, int]]]:
    """Return the databases of the harness that are left, with their oids; all are dropped."""
    connection = admin

    def left() -> dict[str, int]:
        found = connection.execute(
            "SELECT datname, oid FROM pg_database WHERE starts_with(datname, %s)", [DATABASE_PREFIX]
        )
        return {name: int(oid) for name, oid in found}

    before = left()
    yield lambda: {name: oid for name, oid in left().items() if name not in before}
    for name in left().keys() - before:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def schema(tmp_path: Path) -> SqlFiles:
    (tmp_path / "1.sql").write_text("CREATE TABLE people (id int)", "utf-8")
    return SqlFiles(tmp_path)


def columns_of_a_run(
    url: URL, migrator: Migrator, run: str = RUNS[0], *, keeps: bool = True, sweeping: bool = True
) -> list[str]:
    """Return the columns of `people` that the tests of a run have."""
    with ExitStack() as cleanups:
        databases = RunDatabases(url, run, migrator, keeps_template=keeps)
        databases.open(cleanups, sweeping=sweeping)
        with provision.connect(databases.clone("run", cleanups)) as connection:
            rows = connection.execute(
                "SELECT attname FROM pg_attribute"
                " WHERE attrelid = 'people'::regclass AND attnum > 0 ORDER BY attnum"
            )
            return [name for (name,) in rows]


def test_the_next_run_uses_it_and_one_that_keeps_none_drops_it(
    url: URL, schema: SqlFiles, kept: Callable[[], dict[str, int]], admin: psycopg.Connection
) -> None:
    assert columns_of_a_run(url, schema) == ["id"]
    ((name, oid),) = kept().items()
    assert name == template_name(admin, schema.fingerprint())
    mark = ownership.mark_of(admin, name)
    assert mark is not None
    assert mark.purpose is Purpose.TEMPLATE
    assert columns_of_a_run(url, schema, RUNS[1]) == ["id"]
    assert kept() == {name: oid}
    assert columns_of_a_run(url, schema, RUNS[2], keeps=False) == ["id"]
    assert not kept()


def test_after_a_change_of_the_schema_the_tests_see_the_new_one(
    url: URL, schema: SqlFiles, kept: Callable[[], dict[str, int]]
) -> None:
    assert columns_of_a_run(url, schema) == ["id"]
    (former,) = kept()
    Path(schema.folder, "1.sql").write_text("CREATE TABLE people (id int, name text)", "utf-8")
    assert columns_of_a_run(url, schema, RUNS[1]) == ["id", "name"]
    (found,) = kept()
    assert found != former, "the former one is swept"


def test_after_a_change_of_a_revision_the_tests_see_the_new_schema(
    url: URL,
    scripts: Callable[..., Alembic],
    kept: Callable[[], dict[str, int]],
    tmp_path: Path,
) -> None:
    migrator = scripts(env=ENV)
    assert columns_of_a_run(url, migrator) == ["id"]
    revision = tmp_path / "scripts" / "versions" / "one.py"
    text = revision.read_text("utf-8")
    revision.write_text(text.replace("id int", "id int, name text"), "utf-8")
    assert columns_of_a_run(url, migrator, RUNS[1]) == ["id", "name"]
    assert len(kept()) == 1


@pytest.mark.parametrize(
    "marked_and_swept", [(True, True), (True, False), (False, True)]
)  # the processes of a run do not sweep
def test_one_in_the_making_by_a_run_that_was_killed_is_not_used(
    url: URL,
    schema: SqlFiles,
    admin: psycopg.Connection,
    kept: Callable[[], dict[str, int]],
    marked_and_swept: tuple[bool, bool],
) -> None:
    is_marked, sweeping = marked_and_swept
    name = template_name(admin, schema.fingerprint())
    admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    if is_marked:
        ownership.write(admin, name, "f" * 16, Purpose.TEMPLATE_IN_THE_MAKING)
    unfinished = kept()
    assert columns_of_a_run(url, schema, sweeping=sweeping) == ["id"]
    if is_marked:
        assert kept().keys() == unfinished.keys()
        assert kept() != unfinished, "it is made again"
    else:
        assert kept() == unfinished, "it stays, and what the run made instead is dropped"


def test_runs_at_once_share_it_and_leave_one(
    url: URL, schema: SqlFiles, kept: Callable[[], dict[str, int]]
) -> None:
    with ExitStack() as first, ExitStack() as second:
        for run, cleanups, keeps in ((RUNS[0], first, False), (RUNS[1], second, True)):
            RunDatabases(url, run, schema, keeps_template=keeps).open(cleanups)
        (name,) = kept()
        first.close()
        assert [*kept()] == [name], "the other run uses it"
    assert [*kept()] == [name]


def test_a_failed_build_is_not_kept(
    url: URL,
    schema: SqlFiles,
    kept: Callable[[], dict[str, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(templates.RunDatabases, "_migrate", fails)
    with pytest.raises(KeyboardInterrupt):
        columns_of_a_run(url, schema)
    assert not kept()


def test_the_fingerprint_is_of_all_that_makes_the_schema(
    scripts: Callable[..., Alembic], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    migrator = scripts(revisions={"1": "from app.tables import names; import helper, json"})
    (tmp_path / "app" / "inner").mkdir(parents=True)
    (tmp_path / "unused.py").write_text("1", "utf-8")
    seen = {migrator.fingerprint()}
    for number, (name, text) in enumerate(
        {
            "app/tables.py": "from further import these",
            "app/inner/more.py": "",
            "further.py": "these = 1",
            "helper.py": "",
            "alembic.ini": (tmp_path / "alembic.ini").read_text("utf-8") + "# a change\n",
        }.items(),
        start=2,
    ):
        (tmp_path / name).write_text(text, "utf-8")
        seen.add(migrator.fingerprint())
        assert len(seen) == number, name
    (tmp_path / "unused.py").write_text("2", "utf-8")
    assert migrator.fingerprint() in seen
    monkeypatch.setattr(sqlalchemy, "__version__", "another")
    assert migrator.fingerprint() not in seen
