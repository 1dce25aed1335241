"""Clients that read and write while the schema is migrated.

Each uses the columns of one time, at the revisions that are promised to support them. A row whose
INSERT was acknowledged must exist in the end.
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
"""How often it repeats a statement after a lock timeout or a deadlock."""

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
    "registers with a time of change": (REGISTERS_AS_TODAY, BY_EMAIL),
    "submits a task as its user": (SUBMITS_AS_USER, OF_USER),
    "submits a task as its owner": (SUBMITS_AS_OWNER, OF_OWNER),
}
"""The statements of each client: an INSERT, and the SELECT of that row."""

KEPT: Final = """
    SELECT display_name FROM users WHERE email = display_name || '@example.org'
    UNION ALL SELECT title FROM tasks
"""
"""All rows that clients have written, at the latest revision."""


@dataclass
class VersionedClient:
    """A client that writes and reads repeatedly, from one revision to another."""

    does: str
    since: str
    until: str
    """The last revision that is promised to support its columns."""
    acknowledged: list[str] = field(default_factory=list)
    """The names of the rows whose INSERT succeeded."""
    complaints: list[str] = field(default_factory=list)
    """Errors at revisions at which it is promised to work."""
    turn: Event = field(default_factory=Event)
    """Set to let it write and read once more."""
    done: Event = field(default_factory=Event)
    """Set after each time, and when it has ended."""

    def work(self, url: URL, ended: Event) -> None:
        """Write and read at every turn, until its columns are no longer supported."""
        write, read = SHAPES[self.does]
        with provision.connect(url, name=self.does) as connection:
            # A plan for an earlier schema does not fit a later one.
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
                    _with_retries(connection, write, values)
                    self.acknowledged.append(tag)
                    assert _with_retries(connection, read, values) == 1, "the row is missing"
                except (psycopg.Error, AssertionError) as error:
                    if _revision(connection) <= self.until:
                        self.complaints.append(f"{self.does}: {error}")
                    return
                finally:
                    self.done.set()


def _with_retries(connection: psycopg.Connection, statement: str, values: Mapping[str, Any]) -> int:
    """Run a statement, again after a lock timeout. Return the number of rows."""
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
    """All clients of an upgrade, which work while it is at their revisions."""

    def __init__(self, clients: Iterable[VersionedClient], first: str) -> None:
        self.clients = list(clients)
        self._reached = first
        self._written = first
        self._ended = Event()
        self._working: dict[str, Future[None]] = {}

    @contextmanager
    def at_work(self, url: URL, connection: Connection) -> Iterator[None]:
        """Let them work while an upgrade is run over `connection`."""
        with ExitStack() as cleanups:
            threads = cleanups.enter_context(ThreadPoolExecutor(max_workers=len(self.clients)))
            cleanups.callback(self._end)
            event.listen(connection, "before_cursor_execute", self._before)
            event.listen(connection, "begin", self._begins)
            self._working = {
                client.does: threads.submit(client.work, url, self._ended)
                for client in self.clients
            }
            self._wait_for_all()
            yield
        for working in self._working.values():
            working.result()

    def _end(self) -> None:
        self._ended.set()
        for client in self.clients:
            client.turn.set()

    def _promised(self) -> list[VersionedClient]:
        return [it for it in self.clients if it.since <= self._reached <= it.until]

    def _before(self, _: object, __: object, statement: str, *___: object) -> None:
        """Let each client work while a statement of the upgrade runs."""
        for client in self._promised():
            client.turn.set()
        if statement.startswith("UPDATE alembic_version SET version_num="):
            self._written = statement.split("'")[1]

    def _begins(self, _: Connection) -> None:
        """At the begin of a transaction, the one before it has committed its revision."""
        if self._written != self._reached:
            self._reached = self._written
            self._wait_for_all()

    def _wait_for_all(self) -> None:
        """Wait until all clients that are promised to work at this revision have worked."""
        working = [it for it in self._promised() if not self._working[it.does].done()]
        for client in working:
            client.done.clear()
            client.turn.set()
        for client in working:
            if not client.done.wait(DEADLINE):
                client.complaints.append(f"{client.does}: hangs at revision {self._reached}")


def lost(url: URL, clients: Iterable[VersionedClient]) -> list[str]:
    """Return the acknowledged rows that do not exist."""
    with provision.connect(url, row_security="off") as connection:
        kept = {tag for (tag,) in connection.execute(KEPT)}
    return [tag for client in clients for tag in client.acknowledged if tag not in kept]
