"""A session that is rolled back sees what it has stored, and leaves nothing of it."""

import asyncio
from collections.abc import Callable
from typing import Final

import psycopg
import pytest
from sqlalchemy import URL, text
from sqlalchemy.orm import Session

import inventory
from accounts import ADA, BRAM, ROLE, WORK, name_of, names, rename
from pgharness.sessions.sessions import Pool, TestSessionFactory
from pgharness.sessions.sessions_async import AsyncTestSessionFactory
from session_work import AT_ONCE, OPENER, Done, Kind, do, do_all, of_both_kinds, shown


@of_both_kinds
@pytest.mark.parametrize(
    ("work", "seen"),
    [
        ("rename", "Ada King"),
        ("rename, commit", "Ada King"),
        ("rename, roll back", "Ada"),
        ("rename, commit, rename, roll back", "Ada King"),
        ("rename, undo a savepoint", "Ada King"),
        ("rename, undo a savepoint in a savepoint", "Ada King"),
        ("rename, commit, undo a savepoint, commit", "Ada King"),
    ],
)
def test_a_session_sees_its_own_work_and_leaves_nothing(
    work: str, seen: str, kind: Kind, accounts: URL, connection: psycopg.Connection
) -> None:
    def then_look(session: Session) -> str:
        WORK[work](session)
        return name_of(session)

    before = inventory.rows_of(connection)
    assert do(accounts, then_look, kind=kind) == Done(seen)
    assert inventory.rows_of(connection) == before


@of_both_kinds
@pytest.mark.parametrize(
    ("work", "error"),
    [
        ("rename, fail", "InjectedError: the mail server is away"),
        ("rename, commit, fail", "InjectedError: the mail server is away"),
        ("rename, be refused", "SessionFailed: DivisionByZero (SQLSTATE 22012)"),
        ("rename, swallow a refusal, go on", "SessionFailed: an error was swallowed"),
        ("rename, lose the connection", "SessionFailed: AdminShutdown (SQLSTATE 57P01)"),
        ("rename, commit, lose the connection", "SessionFailed: AdminShutdown (SQLSTATE 57P01)"),
        ("rename, lose the connection, fail", "InjectedError: the mail server is away"),
    ],
)
def test_a_session_that_fails_raises_its_first_error_and_leaves_nothing(
    work: str, error: str, kind: Kind, accounts: URL, connection: psycopg.Connection
) -> None:
    before = inventory.rows_of(connection)
    done = do(accounts, WORK[work], kind=kind)
    assert shown(done.error).startswith(error)
    assert inventory.rows_of(connection) == before


SETTINGS: Final = {"role": ROLE, "app.tenant": "7", "statement_timeout": "4s"}
"""What an application may set for one transaction."""

STATE: Final = """
    SELECT current_user = session_user, coalesce(current_setting('app.tenant', true), ''),
           current_setting('statement_timeout')
"""


@of_both_kinds
@pytest.mark.parametrize("ends", [Session.commit, Session.rollback], ids=["commit", "rollback"])
@pytest.mark.parametrize("local", ["true", "false"], ids=["SET LOCAL", "SET"])
def test_settings_end_with_the_transaction(
    ends: Callable[[Session], None], local: str, kind: Kind, accounts: URL
) -> None:
    def work(session: Session) -> tuple[object, ...]:
        for name, value in SETTINGS.items():
            session.execute(text(f"SELECT set_config('{name}', '{value}', {local})"))
        ends(session)
        return tuple(session.execute(text(STATE)).one())

    assert do(accounts, work, kind=kind) == Done((True, "", "5s"))


def test_open_sessions_see_nothing_of_each_other(
    accounts: URL, connection: psycopg.Connection
) -> None:
    async def both() -> list[list[str]]:
        async with AsyncTestSessionFactory(accounts, opener=OPENER) as asynchronous:
            with TestSessionFactory(accounts, opener=OPENER) as synchronous:
                async with asynchronous.rolled_back() as one:
                    with synchronous.rolled_back() as other:
                        await one.run_sync(rename, "Ada King", ADA)
                        await one.commit()
                        rename(other, "Bram King", BRAM)
                        other.commit()
                        return [await one.run_sync(names), names(other)]

    before = inventory.rows_of(connection)
    assert asyncio.run(both()) == [["Ada King", "Bram"], ["Ada", "Bram King"]]
    assert inventory.rows_of(connection) == before


@of_both_kinds
@pytest.mark.parametrize("work", WORK)
def test_a_session_returns_its_connection_to_the_pool(work: str, kind: Kind, accounts: URL) -> None:
    one = Pool(1, AT_ONCE)
    _, second = do_all(accounts, [WORK[work], name_of], kind=kind, pool=one)
    assert second == Done("Ada")


def test_a_cancelled_task_leaves_nothing_and_returns_the_connection(
    accounts: URL, connection: psycopg.Connection
) -> None:
    async def cancelled() -> str:
        one = Pool(1, AT_ONCE)
        async with AsyncTestSessionFactory(accounts, opener=OPENER, pool=one) as sessions:
            began, never = asyncio.Future[None](), asyncio.Future[None]()

            async def work() -> None:
                async with sessions.rolled_back() as session:
                    await session.run_sync(rename)
                    await session.commit()
                    began.set_result(None)
                    await never

            task = asyncio.create_task(work())
            await began
            task.cancel()
            (ended,) = await asyncio.gather(task, return_exceptions=True)
            assert isinstance(ended, asyncio.CancelledError)
            async with sessions.rolled_back() as session:
                return await session.run_sync(name_of)

    before = inventory.rows_of(connection)
    assert asyncio.run(cancelled()) == "Ada"
    assert inventory.rows_of(connection) == before
