"""What a crash or a full disk leaves behind, and crashes that are none."""

from collections.abc import Iterator
from contextlib import contextmanager
from signal import SIGINT
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from psycopg.errors import DiskFull
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from domain.database.late_sessions import SEES_EACH_MOMENT, LateSession
from domain.database.schema import Role
from domain.database.tenancy import bind
from domain.work.turns_and_events import Event, Turn
from domain.work.workspace import Workspace
from pgharness.servers.embedded import EmbeddedServer
from pgharness.servers.server_process import STOP_DEADLINE
from tests.faults.catalogue import fault


@contextmanager
def apart(mine: Session, owner_id: int) -> Iterator[LateSession]:
    """Open a transaction of the same tenant's, in which no foreign key is checked; commit it."""

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        bind(connection, Role.TENANT, owner_id)

    assert isinstance(mine.bind, Engine)
    with LateSession(mine.bind, SEES_EACH_MOMENT, begin) as session:
        yield session
        session.commit()


@fault(
    "what is said about a task is stored past its transaction and its foreign key",
    noticed_by="transactions/durability",
    own_server=True,
    tags="@transactions-34",
)
def turns_are_stored_past_foreign_key(patch: MonkeyPatch) -> None:
    original = Workspace.say

    def say(self: Workspace, *arguments: Any, **options: Any) -> Turn:
        with apart(self._session, self._owner_id) as session, MonkeyPatch.context() as saying:
            saying.setattr(self, "_session", session)
            return original(self, *arguments, **options)

    patch.setattr(Workspace, "say", say)


@fault(
    "a crash of the server is an orderly stop",
    noticed_by="transactions/durability",
    own_server=True,
    tags="@transactions-36",
)
def crash_is_orderly_stop(patch: MonkeyPatch) -> None:
    def stop(self: EmbeddedServer) -> None:
        assert self._process is not None
        self._process.send_signal(SIGINT)
        self._process.wait(STOP_DEADLINE)

    patch.setattr(EmbeddedServer, "crash", stop)


@fault(
    "an event for which there is no room is left out",
    noticed_by="transactions/durability",
    own_server=True,
    tags="@transactions-37",
)
def event_without_room_is_left_out(patch: MonkeyPatch) -> None:
    original = Workspace.record

    def record(self: Workspace, *arguments: Any, **options: Any) -> Event | None:
        try:
            with self._session.begin_nested():
                return original(self, *arguments, **options)
        except DBAPIError as error:
            if not isinstance(error.orig, DiskFull):
                raise
        return None

    patch.setattr(Workspace, "record", record)
