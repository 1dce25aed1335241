"""Settings that a role was given for other programs (ALTER ROLE … SET) change nothing in a test."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy import URL, text
from sqlalchemy.orm import Session

from accounts import Account, Task, name_of, rename
from rolled_back_cases import rolled_back_case, titles, unit_of_work
from session_work import Done, End, Kind, do, of_both_kinds

SETTINGS: Final = {
    "DateStyle": "German, DMY",
    "IntervalStyle": "iso_8601",
    "TimeZone": "Pacific/Kiritimati",
    "bytea_output": "escape",
    "client_encoding": "SQL_ASCII",
    "default_tablespace": "nowhere",
    "default_transaction_deferrable": "on",
    "default_transaction_isolation": "serializable",
    "default_transaction_read_only": "on",
    "extra_float_digits": "-15",
    "idle_in_transaction_session_timeout": "1",
    "lock_timeout": "1",
    "quote_all_identifiers": "on",
    "search_path": "nowhere",
    "standard_conforming_strings": "off",
    "statement_timeout": "1",
    "transform_null_equals": "on",
}

READ: Final = text(
    "SELECT 0.1::float8 + 0.2, interval '1 day 2 hours', timestamptz '2026-01-31 12:00Z',"
    " 'a\\b', (SELECT count(*) FROM accounts WHERE email = NULL),"
    " current_setting('transaction_isolation')"
)


@contextmanager
def as_role(url: URL, admin: psycopg.Connection) -> Iterator[URL]:
    """Yield the URL for a role with these settings, which is removed again."""
    admin.execute("CREATE ROLE hurried SUPERUSER LOGIN PASSWORD 'hurried'")
    try:
        for name, value in SETTINGS.items():
            admin.execute(
                sql.SQL("ALTER ROLE hurried SET {} = {}").format(
                    sql.Identifier(name), sql.SQL(value) if "," in value else value
                )
            )
        yield url.set(username="hurried", password="hurried")
    finally:
        admin.execute("DROP ROLE hurried")


def read(session: Session) -> tuple[object, ...]:
    return tuple(session.execute(READ).one())


@of_both_kinds
def test_in_a_session(kind: Kind, accounts: URL, admin: psycopg.Connection) -> None:
    with as_role(accounts, admin) as hurried:
        assert do(hurried, read, kind=kind) == do(accounts, read, kind=kind)
        assert do(hurried, rename, kind=kind, end=End.COMMITTING) == Done()
    assert do(accounts, name_of, kind=kind) == Done("Ada King")


def test_in_a_case_that_is_rolled_back(accounts: URL, admin: psycopg.Connection) -> None:
    with as_role(accounts, admin) as hurried, rolled_back_case(hurried) as case:
        with unit_of_work(case.engine, "Sïng"):
            pass
        assert titles(case) == ["Sïng"]
        with Session(case.engine) as session:
            assert read(session) == do(accounts, read).result
            assert session.query(Task).one().title == "Sïng"
            assert session.query(Account).count() == 2
