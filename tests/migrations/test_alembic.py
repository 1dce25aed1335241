"""`alembic` as a user runs it."""

import os
import subprocess

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL

import breaking
import fork_server
from features.support.service import ROOT
from pgharness.servers import provision
from tests.support.running import SERVICE, plain


def alembic(*arguments: str, url: URL | None = None) -> tuple[int, str]:
    """Run it to its end; return the exit code and what was printed."""
    done = fork_server.run(
        *("alembic", *arguments), folder=ROOT, env=environment(url), preloaded=SERVICE
    )
    return done.returncode, done.stdout


def start_alembic(*arguments: str, url: URL | None = None) -> "subprocess.Popen[str]":
    """Start it in an interpreter of its own."""
    return subprocess.Popen(
        [*breaking.program("alembic"), *arguments],
        cwd=ROOT,
        env=environment(url),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def environment(url: URL | None) -> dict[str, str]:
    others = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    return others if url is None else {**others, "DATABASE_URL": plain(url)}


def finished(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    output, errors = process.communicate(timeout=60)
    return process.returncode, output, errors


def tables(url: URL) -> set[str]:
    with provision.connect(url) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name for (name,) in found}


def leftovers(url: URL) -> list[str]:
    """Return the types and functions of the schema, but for the version table's own."""
    with provision.connect(url) as connection:
        found = connection.execute(
            "SELECT typname::text FROM pg_type WHERE typnamespace = 'public'::regnamespace"
            " AND typname !~ 'alembic_version$'"
            " UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        )
        return [name for (name,) in found]


def test_up_and_down_by_an_option(unmarked: URL) -> None:
    at = ("-x", f"url={plain(unmarked)}")
    assert alembic(*at, "upgrade", "head")[0] == 0
    assert "users" in tables(unmarked)
    assert alembic(*at, "downgrade", "base")[0] == 0
    assert tables(unmarked) == {"alembic_version"}
    assert leftovers(unmarked) == []
    assert alembic(*at, "upgrade", "head")[0] == 0


def test_up_by_the_environment(unmarked: URL) -> None:
    assert alembic("upgrade", "head", url=unmarked)[0] == 0
    assert "users" in tables(unmarked)


def test_the_models_agree_with_the_migrated_schema(unmarked: URL) -> None:
    assert alembic("upgrade", "head", url=unmarked)[0] == 0
    exit_code, output = alembic("check", url=unmarked)
    assert exit_code == 0, output


def test_the_sql_text_does_the_same(unmarked: URL) -> None:
    exit_code, script, errors = finished(start_alembic("upgrade", "head", "--sql"))
    assert exit_code == 0, errors
    with provision.connect(unmarked) as connection:
        # One by one, as psql does it: some of them may not be in a transaction.
        for statement in script.split(";\n\n"):
            connection.execute(statement)
    assert "users" in tables(unmarked)
    assert alembic("check", url=unmarked)[0] == 0


def test_two_upgrades_at_once(unmarked: URL) -> None:
    upgrades = [start_alembic("upgrade", "head", url=unmarked) for _ in range(2)]
    ended = [finished(upgrade) for upgrade in upgrades]
    assert [exit_code for exit_code, _, _ in ended] == [0, 0], ended
    assert sum("Running upgrade" in output + errors for _, output, errors in ended) <= 1
    assert "users" in tables(unmarked)


def test_a_revision_that_cannot_get_its_lock_changes_nothing(unmarked: URL) -> None:
    at_once = "SET lock_timeout = 0"
    with provision.connect(unmarked) as connection, connection.transaction():
        connection.execute(at_once)
        connection.execute("CREATE TABLE alembic_version (version_num varchar(32) NOT NULL)")
        exit_code, output = alembic("upgrade", "head", url=unmarked)
        assert exit_code != 0
        assert "lock timeout" in output
    assert tables(unmarked) == {"alembic_version"}


@pytest.mark.parametrize(("limit", "reached"), [("300ms", "nothing was changed"), ("1ms", "")])
def test_a_limit_of_the_role_ends_an_upgrade_in_one_sentence(
    limit: str, reached: str, unmarked: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGOPTIONS", f"-c statement_timeout={limit}")
    with provision.connect(unmarked) as connection, connection.transaction():
        connection.execute("CREATE TABLE alembic_version (version_num varchar(32) NOT NULL)")
        exit_code, output = alembic("upgrade", "head", url=unmarked)
    assert exit_code != 0
    assert output.count("canceling statement due to statement timeout") == 1, output
    assert reached in output
    assert "Traceback" not in output
    assert tables(unmarked) <= {"alembic_version"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "no database given: add -x url="),
        (["-x", "url=nonsense"], "the URL is malformed"),
        (["-x", "url=sqlite:///x"], "the URL is for sqlite"),
        (["-x", "url=postgresql://ada:s3cret@127.0.0.1:1/x"], "cannot connect to x at 127.0.0.1:"),
        (["-x", "url=postgresql://127.0.0.1:1/x?password=s3cret"], "cannot connect to x at 127."),
        (["-x", "url=postgresql://127.0.0.1:1/x?pasword=s3cret"], 'the parameter "pasword"'),
        (["-x", "url=postgresql://h/x?sslmode=a&sslmode=b"], '"sslmode" more than once: leave'),
        (["-x", "url=postgresql://ada:x@s3cret@127.0.0.1:1/x"], "the URL is malformed"),
        (["-x", "url=postgresql://ada:x@s3cret:y@127.0.0.1:1/x"], "the URL is malformed"),
        (["-x", "url=postgresql://ada:x@y/s3cret@127.0.0.1:1/x"], "the URL is malformed"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(arguments: list[str], sentence: str) -> None:
    exit_code, output = alembic(*arguments, "upgrade", "head")
    assert exit_code != 0
    assert output.count(sentence) == 1
    assert "s3cret" not in output
    assert "Traceback" not in output


def test_the_search_for_a_database_quotes_names(admin: psycopg.Connection, url: URL) -> None:
    odd = 'fresh; DROP "x"'
    admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(odd)))
    try:
        assert alembic("upgrade", "head", url=url.set(database=odd))[0] == 0
    finally:
        admin.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(odd)))
