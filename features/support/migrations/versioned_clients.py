"""Clients that go on reading and writing while the schema changes under them.

Each keeps to one shape of the tables, and to the revisions for which that shape is promised. What
it was told is stored must be there in the end.
"""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from threading import Event
from typing import Any, Final

import psycopg
from psycopg import errors
from sqlalchemy import URL, Connection, event

from features.support.migrations.era_rows import HASH
from pgharness.interleaving.actors import DEADLINE
from pgharness.servers import provision

LOCK_TIMEOUT: Final = "2s"
"""How long a client waits for a lock at a time."""
TRIES: Final = 3
"""How often it tries the same once more before it gives up."""

MOMENT: Final = "2026-03-02 12:00:00"

REGISTERS_BY_USERNAME: Final = """
    INSERT INTO users (username, contact, password_hash, created_at)
    VALUES (%(tag)s, %(email)s, %(hash)s, %(moment)s)
"""
REGISTERS_BY_EMAIL: Final = """
    INSERT INTO users (email, display_name, password_hash, created_at)
    VALUES (%(email)s, %(tag)s, %(hash)s, %(moment)s)
"""
REGISTERS_AS_TODAY: Final = """
    INSERT INTO users (email, display_name, password_hash, created_at, changed_at)
    VALUES (%(email)s, %(tag)s, %(hash)s, %(moment)s, %(moment)s)
"""
SUBMITS_AS_USER: Final = """
    INSERT INTO tasks (user_id, title, payload, status, created_at)
    VALUES (1, %(tag)s, 'null', 'pending', %(moment)s)
"""
SUBMITS_AS_OWNER: Final = """
    INSERT INTO tasks (owner_id, title, payload, status, created_at)
    VALUES (1, %(tag)s, 'null', 'pending', %(moment)s)
"""
BY_USERNAME: Final = "SELECT contact FROM users WHERE username = %(tag)s"
BY_EMAIL: Final = "SELECT display_name FROM users WHERE email = %(email)s"
OF_USER: Final = "SELECT payload FROM tasks WHERE title = %(tag)s AND user_id = 1"
OF_OWNER: Final = "SELECT payload FROM tasks WHERE title = %(tag)s AND owner_id = 1"

SHAPES: Final = {
    "registers by username and contact": (REGISTERS_BY_USERNAME, BY_USERNAME),
    "registers by email and display name": (REGISTERS_BY_EMAIL, BY_EMAIL),
    "registers as today": (REGISTERS_AS_TODAY, BY_EMAIL),
    "submits a task as its user": (SUBMITS_AS_USER, OF_USER),
    "submits a task as its owner": (SUBMITS_AS_OWNER, OF_OWNER),
}
"""How a client writes, and how it reads what it wrote."""

KEPT: Final = """
    SELECT display_name FROM users WHERE email = display_name || '@example.org'
    UNION ALL SELECT title FROM tasks
"""
"""What is there at the end of all that clients have written."""


@dataclass
class Client:
    """One that writes and reads, again and again, from one revision to another."""

    does: str
    since: str
    until: str
    """The last revision for which its shape is promised."""
    acknowledged: list[str] = field(default_factory=list)
    """What it was told is stored."""
    complaints: list[str] = field(default_factory=list)
    """What did not work that should have."""
    turn: Event = field(default_factory=Event)
    """Set when it is to write and read once more."""
    done: Event = field(default_factory=Event)
    """Set each time it has, and when it does so no longer."""

    def work(self, url: URL, ended: Event) -> None:
        """Write and read at every turn, until the shape is no longer promised."""
        write, read = SHAPES[self.does]
        with provision.connect(url, name=self.does) as connection:
            # What an earlier schema has planned does not fit a later one.
            connection.prepare_threshold = None
            connection.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
            for number in count():
                self.turn.wait()
                self.turn.clear()
                if ended.is_set():
                    return
                tag = f"{self.does} {number}"
                values = {
                    "tag": tag,
                    "email": f"{tag}@example.org",
                    "hash": f"{HASH}YQ",
                    "moment": MOMENT,
                }
                try:
                    _patiently(connection, write, values)
                    self.acknowledged.append(tag)
                    assert _patiently(connection, read, values) == 1, "it was not there"
                except (psycopg.Error, AssertionError) as error:
                    if _revision(connection) <= self.until:
                        self.complaints.append(f"{self.does}: {error}")
                    return
                finally:
                    self.done.set()


def _patiently(connection: psycopg.Connection, statement: str, values: Mapping[str, Any]) -> int:
    """Run a statement, again if it had to wait too long. Return the number of rows."""
    for _ in range(TRIES):
        try:
            return connection.execute(statement.encode(), values).rowcount
        except (errors.LockNotAvailable, errors.DeadlockDetected):
            continue
    return connection.execute(statement.encode(), values).rowcount


def _revision(connection: psycopg.Connection) -> str:
    connection.execute("RESET lock_timeout")
    (found,) = connection.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
    return str(found)


class Crowd:
    """All clients of an upgrade, started and awaited as it comes to their revisions."""

    def __init__(self, clients: Iterable[Client], first: str) -> None:
        self.clients = list(clients)
        self._reached = first
        self._written = first
        self._ended = Event()
        self._working: dict[str, Future[None]] = {}

    @contextmanager
    def at_work(self, url: URL, connection: Connection) -> Iterator[None]:
        """Have them work while an upgrade is run over `connection`."""
        with ExitStack() as cleanups:
            threads = cleanups.enter_context(ThreadPoolExecutor(max_workers=len(self.clients)))
            cleanups.callback(self._end)
            event.listen(connection, "before_cursor_execute", self._before)
            event.listen(connection, "begin", self._begins)
            self._working = {
                client.does: threads.submit(client.work, url, self._ended)
                for client in self.clients
            }
            self._await_all()
            yield
        for working in self._working.values():
            working.result()

    def _end(self) -> None:
        self._ended.set()
        for client in self.clients:
            client.turn.set()

    def _promised(self) -> list[Client]:
        return [it for it in self.clients if it.since <= self._reached <= it.until]

    def _before(self, _: object, __: object, statement: str, *___: object) -> None:
        """Have everybody work while a statement of the upgrade runs."""
        for client in self._promised():
            client.turn.set()
        if statement.startswith("UPDATE alembic_version SET version_num="):
            self._written = statement.split("'")[1]

    def _begins(self, _: Connection) -> None:
        """Look around before each transaction: what was written before is committed by now."""
        if self._written != self._reached:
            self._reached = self._written
            self._await_all()

    def _await_all(self) -> None:
        """Leave nobody behind: at each revision, all who are promised to work have done so."""
        working = [it for it in self._promised() if not self._working[it.does].done()]
        for client in working:
            client.done.clear()
            client.turn.set()
        for client in working:
            if not client.done.wait(DEADLINE):
                client.complaints.append(f"{client.does}: hangs at revision {self._reached}")


def lost(url: URL, clients: Iterable[Client]) -> list[str]:
    """Return what clients were told is stored, and is not there."""
    with provision.connect(url, row_security="off") as connection:
        kept = {tag for (tag,) in connection.execute(KEPT)}
    return [tag for client in clients for tag in client.acknowledged if tag not in kept]
