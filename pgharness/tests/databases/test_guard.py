"""Nothing is reset but a database with a valid mark, of this process's run or of one that is over.

Each refusal says why, and that nothing was touched; and nothing was.
"""

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL

import inventory
import schemas
from pgharness import SqlFiles
from pgharness.core.errors import HarnessError
from pgharness.core.run_directory import Run
from pgharness.databases import ownership
from pgharness.databases.ownership import Mark, Purpose
from pgharness.databases.templates import RunDatabases
from pgharness.reset import reset as resets
from pgharness.reset.reset import Reset, reset
from pgharness.servers import embedded, provision
from pgharness.servers.embedded import EmbeddedServer

ANOTHER_RUN = "0badc0de0badc0de"
"""The id of a run that this process does not have."""

NAMES = [
    "app_test",
    "production",
    "prod",
    "app_production",
    "app-prod-eu",
    "live",
    "staging",
    "postgres_acceptance",
    "acceptance_run_0123456789abcdef",  # as the harness itself calls its databases
    "acceptance_reset",
    'Prod "EU"; 100%s',
]

UNMARKED = "it carries no mark of this suite: "
INCOMPLETE = f"{UNMARKED}its comment is not complete"
SOMETHING_ELSE = f"{UNMARKED}its comment says something else"


@dataclass(frozen=True)
class Comment:
    """A comment on a database, made of what a valid mark says, and why it is no such mark."""

    made_of: Callable[[dict[str, Any]], object]
    refusal: str


COMMENTS = {
    "none": Comment(lambda _: None, f"{UNMARKED}it has no comment"),
    "a note": Comment(lambda _: "made by postgres-acceptance", SOMETHING_ELSE),
    "no object": Comment(list, SOMETHING_ELSE),
    "of another suite": Comment(lambda mark: mark | {"made_by": "another suite"}, SOMETHING_ELSE),
    "of an older format": Comment(
        lambda mark: mark | {"format": 0}, f"{UNMARKED}its comment is one of format 0, not 1"
    ),
    "without a run": Comment(
        lambda mark: {key: mark[key] for key in mark if key != "run"}, INCOMPLETE
    ),
    "of a run that cannot be": Comment(lambda mark: mark | {"run": "%"}, INCOMPLETE),
    "with a further entry": Comment(lambda mark: mark | {"extra": True}, INCOMPLETE),
    "for an unknown purpose": Comment(lambda mark: mark | {"purpose": "production"}, INCOMPLETE),
    "of another database": Comment(
        lambda mark: mark | {"database": "app"}, "its mark is that of a database called app"
    ),
    "of an earlier database": Comment(
        lambda mark: mark | {"oid": mark["oid"] - 1},
        "its mark is that of an earlier database of this name",
    ),
    "of a template": Comment(
        lambda mark: mark | {"purpose": "template"},
        "by its mark it was not made for tests (template)",
    ),
    "of a template in the making": Comment(
        lambda mark: mark | {"purpose": "template in the making"},
        "by its mark it was not made for tests (template in the making)",
    ),
    "of a database that is kept": Comment(
        lambda mark: mark | {"purpose": "kept"},
        "by its mark it was not made for tests (kept)",
    ),
}


def refusal(what: URL | Reset) -> str | None:
    """Reset a database; return what is said where it is refused, or None where it is not."""
    try:
        if isinstance(what, URL):
            reset(what)
        else:
            what()
    except HarnessError as error:
        return str(error)
    return None


def check_refused(what: URL | Reset, connection: psycopg.Connection, because: str) -> None:
    """Check that a reset is refused, that it says so, and that all contents are as they were."""
    before = inventory.contents(connection)
    said = refusal(what) or "it was not refused"
    assert f"the database {connection.info.dbname} is not reset: {because}" in said
    assert said.endswith("; nothing in it was touched.")
    assert inventory.contents(connection) == before
    assert any(inventory.rows_of(connection).values()), "there was something to lose"


def comment_on(connection: psycopg.Connection) -> str:
    """Return the comment on the connected database."""
    (comment,) = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
        " WHERE datname = current_database()"
    ).fetchone() or ("",)
    return str(comment)


def comment(connection: psycopg.Connection, text: str | None) -> None:
    """Change the comment on the connected database."""
    connection.execute(
        sql.SQL("COMMENT ON DATABASE {} IS {}").format(
            sql.Identifier(connection.info.dbname), sql.Literal(text)
        )
    )


def forge(connection: psycopg.Connection, kind: str) -> None:
    """Make the comment on the connected database one of `COMMENTS`."""
    forged = COMMENTS[kind].made_of(json.loads(comment_on(connection)))
    comment(connection, None if forged is None else json.dumps(forged))


@pytest.mark.parametrize("called", NAMES)
def test_a_database_of_any_name_is_refused_without_a_mark(
    called: str, admin: psycopg.Connection, url: URL
) -> None:
    with ExitStack() as cleanups:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(called)))
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(called))
        cleanups.callback(admin.execute, drop)
        database = url.set(database=called)
        connection = cleanups.enter_context(provision.connect(database))
        connection.execute(schemas.FAMILY)
        check_refused(database, connection, f"{UNMARKED}it has no comment")


@pytest.mark.parametrize("kind", COMMENTS)
def test_a_comment_that_is_no_valid_mark_is_refused(
    kind: str, marked: URL, connection: psycopg.Connection
) -> None:
    connection.execute(schemas.FAMILY)
    forge(connection, kind)
    check_refused(marked, connection, COMMENTS[kind].refusal)


def test_a_copy_with_the_comment_of_the_original_is_refused(
    marked: URL, admin: psycopg.Connection, url: URL
) -> None:
    with provision.connect(marked) as connection:
        connection.execute(schemas.FAMILY)
        original = comment_on(connection)
    with ExitStack() as cleanups:
        admin.execute("CREATE DATABASE acceptance_restored TEMPLATE acceptance_reset")
        cleanups.callback(admin.execute, "DROP DATABASE acceptance_restored WITH (FORCE)")
        restored = url.set(database="acceptance_restored")
        connection = cleanups.enter_context(provision.connect(restored))
        comment(connection, original)
        check_refused(
            restored, connection, "its mark is that of a database called acceptance_reset"
        )


@pytest.mark.parametrize("kind", ["none", "of a database that is kept"])
def test_the_mark_is_read_at_each_reset(
    kind: str, marked: URL, connection: psycopg.Connection
) -> None:
    connection.execute(schemas.FAMILY)
    with resets.connect(marked) as own:
        again = Reset(own)
        assert refusal(again) is None
        connection.execute("INSERT INTO people DEFAULT VALUES")
        forge(connection, kind)
        check_refused(again, connection, COMMENTS[kind].refusal)


def test_the_database_of_a_run_that_is_over_is_reset(
    marked: URL, connection: psycopg.Connection
) -> None:
    connection.execute(schemas.FAMILY)
    ownership.write(connection, str(marked.database), ANOTHER_RUN, Purpose.RUN)
    assert refusal(marked) is None
    assert not any(inventory.rows_of(connection).values())


def test_the_database_of_another_run_that_is_alive_is_refused(
    marked: URL, url: URL, connection: psycopg.Connection
) -> None:
    connection.execute(schemas.FAMILY)
    ownership.write(connection, str(marked.database), ANOTHER_RUN, Purpose.RUN)
    with provision.connect(url) as of_another_run:
        ownership.announce(of_another_run, ANOTHER_RUN)
        check_refused(
            marked,
            connection,
            f"by its mark it belongs to another run, {ANOTHER_RUN}, which is still going on",
        )


def test_the_database_of_a_run_of_this_process_is_reset(url: URL, tmp_path: Path) -> None:
    (tmp_path / "empty.sql").touch()
    with ExitStack() as cleanups:
        databases = RunDatabases(url, "c" * 16, SqlFiles(tmp_path))
        databases.open(cleanups)
        own = databases.empty("guard", cleanups)
        connection = cleanups.enter_context(provision.connect(own))
        assert ownership.is_alive(connection, "c" * 16)
        connection.execute(schemas.FAMILY)
        assert refusal(own) is None
        assert not any(inventory.rows_of(connection).values())


def test_a_replica_is_refused_even_with_a_valid_mark(server: EmbeddedServer) -> None:
    with ExitStack() as cleanups:
        run = Run.begin()
        cleanups.callback(run.close)
        replica = embedded.start_durable(server, run, "replica", cleanups)
        database = replica.url.set(database="acceptance_reset")
        with provision.connect(replica.url) as admin:
            admin.execute("CREATE DATABASE acceptance_reset")
            ownership.write(admin, "acceptance_reset", ANOTHER_RUN, Purpose.RUN)
        with provision.connect(database) as connection:
            connection.execute(schemas.FAMILY)
            (data,) = connection.execute("SHOW data_directory").fetchone() or ("",)
            signal = sql.Literal(str(Path(data) / "standby.signal"))
            connection.execute(sql.SQL("COPY (SELECT) TO {}").format(signal))
        replica.crash()
        replica.restart()
        with provision.connect(database) as connection:
            assert Mark.parse(comment_on(connection)) is not None
            check_refused(database, connection, "its server is a replica of another one")
