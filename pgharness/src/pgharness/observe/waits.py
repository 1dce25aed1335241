"""Who waits for whom: the sessions of a database that wait for locks or have open transactions.

`read` asks the server; `text` and `waits_svg.svg` show its answer, without values.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg.rows import tuple_row

from pgharness.core.foreign_text import shown
from pgharness.observe.sql_log import readable

MOST: Final = 12
"""How many sessions are shown; those that wait or are waited for come first."""

ACTIVITY: Final = """
    SELECT pid, datname = current_database(), backend_type, coalesce(application_name, ''),
           coalesce(state, 'state unknown'), coalesce(query, ''), xact_start IS NOT NULL,
           CASE WHEN wait_event_type = 'Lock' THEN wait_event ELSE '' END,
           CASE WHEN datname = current_database() THEN pg_blocking_pids(pid) ELSE '{}' END,
           pid = pg_backend_pid()
      FROM pg_stat_activity
     ORDER BY backend_start, pid
"""
"""All processes of the server: a session may wait for one that is outside of the database."""

FEW: Final = 4
"""How many names stand in one list."""

PREPARED: Final = 0
"""What `pg_blocking_pids` has for a prepared transaction."""

OBSERVER: Final = "the observer"
OTHER: Final = "a session outside of this database"


@dataclass(frozen=True)
class Session:
    """A session of the database; or what one of them waits for, which may be no session."""

    name: str
    """The `application_name`, with a number where several have the same."""
    state: str = ""
    """As in `pg_stat_activity`: `active`, `idle in transaction`."""
    statement: str = ""
    """The statement that it executes, or its last one, without values."""
    waits_for: tuple[str, ...] = ()
    """The names of those that hold, or wait earlier for, the lock that it waits for."""
    lock: str = ""
    """PostgreSQL's name for the kind of that lock: `transactionid`, `relation`."""

    @property
    def statement_label(self) -> str:
        """What the statement is to the session."""
        return "statement" if self.state == "active" else "last statement"


def read(observer: psycopg.Connection[Any]) -> tuple[Session, ...]:
    """Return the sessions that wait for a lock, hold one that is waited for, or have a transaction.

    The transaction of the observer itself does not count. Raises `psycopg.Error`.
    """
    cursor = observer.cursor(row_factory=tuple_row)
    rows = {row[0]: row for row in cursor.execute(ACTIVITY).fetchall()}
    waited_for = {blocker for row in rows.values() for blocker in row[8]}
    shown_pids = [
        pid
        for pid, row in rows.items()
        if pid in waited_for or row[8] or (row[1] and row[6] and not row[9])
    ]
    shown_pids += sorted(waited_for - rows.keys())  # a prepared transaction, or one that has ended
    names = _names(shown_pids, rows)
    return tuple(_session(pid, rows.get(pid), names) for pid in shown_pids)


def _names(pids: Iterable[int], rows: dict[int, Any]) -> dict[int, str]:
    found: dict[int, str] = {}
    seen: Counter[str] = Counter()
    for pid in pids:
        name = _name(pid, rows.get(pid))
        seen[name] += 1
        found[pid] = name if seen[name] == 1 else f"{name} ({seen[name]})"
    return found


def _name(pid: int, row: Any) -> str:
    if row is None:
        return "a prepared transaction" if pid == PREPARED else "a session that has ended"
    _, is_here, kind, name, *_, is_observer = row
    if is_observer:
        return OBSERVER
    if not is_here:
        return OTHER
    return shown(name) or "unnamed" if kind == "client backend" else str(kind)


def _session(pid: int, row: Any, names: dict[int, str]) -> Session:
    if row is None or not row[1]:
        return Session(names[pid])
    _, _, _, _, state, query, _, lock, blockers, is_observer = row
    statement = "" if is_observer else shown(readable(query))
    waits_for = tuple(names[blocker] for blocker in dict.fromkeys(blockers))
    return Session(names[pid], state, statement, waits_for, lock or "")


def in_order(sessions: Sequence[Session]) -> tuple[list[Session], int]:
    """Return the sessions to show, each after those that it waits for, and the number left out."""
    waited_for = {name for one in sessions for name in one.waits_for}
    involved = [one for one in sessions if one.waits_for or one.name in waited_for]
    others = [one for one in sessions if one not in involved]
    depths = _depths(sessions)
    ordered = sorted(involved, key=lambda one: depths[one.name]) + others
    return ordered[:MOST], len(ordered[MOST:])


def _depths(sessions: Sequence[Session]) -> dict[str, int]:
    """Return by name the length of the longest chain of waits; a circle ends the search."""
    depths = dict.fromkeys((one.name for one in sessions), 0)
    for _ in sessions:
        for one in sessions:
            if one.waits_for:
                depths[one.name] = 1 + max(depths.get(name, 0) for name in one.waits_for)
    return depths


def holders(sessions: Sequence[Session]) -> set[str]:
    """Return the names of those that others wait for and that do not wait themselves."""
    waited_for = {name for one in sessions for name in one.waits_for}
    return waited_for - {one.name for one in sessions if one.waits_for}


def title(sessions: Sequence[Session]) -> str:
    """Return what the sessions show, in one sentence."""
    waiting: dict[tuple[str, ...], list[str]] = {}
    for one in sessions:
        if one.waits_for:
            waiting.setdefault(one.waits_for, []).append(one.name)
    if waiting:
        waits = [
            f"{listed(names)} {'waits' if len(names) == 1 else 'wait'} for {listed(others)}"
            for others, names in waiting.items()
        ]
        return f"{'; '.join(waits[:MOST])}."
    number = len(sessions)
    return f"{number} {'transaction is' if number == 1 else 'transactions are'} open."


def text(sessions: Sequence[Session]) -> str:
    """Return the sessions as text: holders first, each waiting one after those it waits for."""
    ordered, left_out = in_order(sessions)
    lines = [title(sessions)]
    for one in ordered:
        lines += ["", f"{one.name}: {', '.join(facts(one, holders(sessions)))}".removesuffix(": ")]
        if one.statement:
            lines.append(f"  {one.statement_label}: {one.statement}")
    if left_out:
        lines += ["", f"{left_out} more"]
    return "\n".join(lines)


def facts(session: Session, holders: set[str]) -> list[str]:
    """Return the state of a session and its part in the waits, in words."""
    found = [session.state] if session.state else []
    if session.waits_for:
        kind = f" (lock: {session.lock})" if session.lock else ""
        found.append(f"waits for {listed(session.waits_for)}{kind}")
    if session.name in holders:
        found.append("holds the lock")
    return found


def listed(names: Sequence[str]) -> str:
    """Return names as a list in a sentence, shortened if it is long."""
    if len(names) > FEW:
        names = [*names[: FEW - 1], f"{len(names) - FEW + 1} more"]
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
