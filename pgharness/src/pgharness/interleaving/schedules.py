"""Schedules: a table of the steps of concurrent sessions, in order, with the expected waits.

There is a column for each session and a row for each step. A session begins its transaction with
its first step, and ends it with its last. A cell is a phrase with its outcome:

    reads Clerk: 10             the result
    sets Clerk to 12 … waits    the step waits for a lock of another session
    goes on                     the waiting step has completed (`goes on: …`, with its result)
    is refused                  the waiting step has failed with SQLSTATE 40001
    commits … is refused        the step has failed with SQLSTATE 40001, without a wait

The server is asked whether a session waits; nothing sleeps. A difference from the table fails and
shows which session waits for which; so does a deadlock, or a wait for a session without a step.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, NamedTuple, NoReturn

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from pgharness.core.extras import extras
from pgharness.interleaving.actors import DEADLINE

NOT_SERIALIZABLE: Final = "40001"  # SQLSTATE serialization_failure

SESSION_TIMEOUT: Final = timedelta(minutes=1)
"""The lock timeout of the sessions: longer than any deadline here."""

GLANCE: Final = 0.02
"""Seconds within which most steps end: then the server is asked whether the step waits."""

Operation = Callable[..., str | None]
"""Takes a session and the fields of its phrase; returns its result as text, if it has one."""

Phrases = Mapping[str, Operation]
"""Patterns of phrases in the syntax of `parse`, and their operations."""

Table = Sequence[Mapping[str, str]]
"""The rows, each with a cell for every session, of which exactly one is not empty."""


def _commit(session: Session) -> None:
    session.commit()


def _roll_back(session: Session) -> None:
    session.rollback()


ENDS: Final[Phrases] = {"commits": _commit, "rolls back": _roll_back}
"""The last steps of a session."""


class Done(NamedTuple):
    """A completed step and its result."""

    phrase: str
    answer: str | None


@dataclass(frozen=True)
class Step:
    """One cell of a schedule."""

    row: int
    who: str
    phrase: str
    """Empty if the cell is about the step that waited."""
    answer: str | None
    waits: bool
    refused: bool

    @classmethod
    def read(cls, row: int, who: str, cell: str) -> "Step":
        """Parse a cell."""
        said, _, mark = cell.partition(" … ")
        phrase, _, answer = said.partition(": ")
        if mark not in ("", "waits", "is refused"):
            raise AssertionError(f"row {row}: {cell!r} ends in neither 'waits' nor 'is refused'")
        return cls(
            row=row,
            who=who,
            phrase="" if phrase in ("goes on", "is refused") else phrase,
            answer=answer or None,
            waits=mark == "waits",
            refused="is refused" in (phrase, mark),
        )


@dataclass
class ScheduledSession:
    """One session with its own thread and connection, and its progress."""

    name: str
    engine: Engine
    """Its own engine, with the isolation level and `SESSION_TIMEOUT` as the lock timeout."""
    bind: Callable[[Session], object]
    """Called at the start of the transaction."""
    done: list[Done] = field(default_factory=list)
    pid: int = 0
    """The server process; 0 before the first step."""
    phrase: str = "nothing yet"
    """The last step."""
    held_up: bool = False
    end: str = ""
    """'commits', 'rolls back' or 'is refused'; empty before the end."""

    def __post_init__(self) -> None:
        self._session = Session(self.engine)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=self.name)
        self.step: Future[str | None] = Future()
        self.step.set_result(None)

    def start(self, phrase: str, operation: Callable[[Session], str | None]) -> None:
        """Start an operation; `step` is its future."""
        if not self.pid:
            self._thread.submit(self._begin).result(DEADLINE)
        self.phrase = phrase
        self.step = self._thread.submit(operation, self._session)

    def roll_back(self) -> None:
        """Roll back a transaction that has failed."""
        self._thread.submit(self._session.rollback).result(DEADLINE)

    def close(self, observer: psycopg.Connection) -> None:
        """Cancel a running statement and close the connection."""
        while not wait([self.step], timeout=GLANCE).done:
            observer.execute("SELECT pg_cancel_backend(%s)", [self.pid])
        self._thread.submit(self._session.close)
        self._thread.shutdown()
        self.engine.dispose()

    def _begin(self) -> None:
        driver = self._session.connection().connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        self.pid = driver.info.backend_pid
        self.bind(self._session)


class ScheduleRunner:
    """Runs the steps of a schedule, and keeps the results."""

    def __init__(
        self,
        participants: Sequence[ScheduledSession],
        phrases: Phrases,
        observer: psycopg.Connection,
        deadline: float = DEADLINE,
    ) -> None:
        self.participants = {each.name: each for each in participants}
        self.waited: set[str] = set()
        """The names of the sessions that have waited."""
        self._phrases = {**phrases, **ENDS}
        self._observer = observer
        self._deadline = deadline

    def play(self, table: Table) -> None:
        """Run all steps in order. Fails at the first that differs from the table."""
        steps = [(step, operation_of(step.phrase, self._phrases)) for step in read(table)]
        for step, operation in steps:
            self._take(self.participants[step.who], step, operation)
        for each in self.participants.values():
            assert each.end, f"the table does not say how {each.name} ends"

    def ended(self, end: str) -> list[ScheduledSession]:
        """Return the sessions that have ended in this way."""
        return [each for each in self.participants.values() if each.end == end]

    def close(self) -> None:
        """Close all sessions."""
        for each in self.participants.values():
            each.close(self._observer)

    def _take(
        self, one: ScheduledSession, step: Step, operation: Callable[[Session], str | None]
    ) -> None:
        where = f"row {step.row}, {step.who}"
        assert not one.end, f"{where}: this session has ended"
        assert one.held_up is not bool(step.phrase), f"{where}: " + (
            "its last step still waits" if one.held_up else "it does not wait"
        )
        if step.phrase:
            one.start(step.phrase, operation)
        if step.waits:
            self._see_held_up(one, where)
        else:
            self._see_end(one, step, where)

    def _see_held_up(self, one: ScheduledSession, where: str) -> None:
        deadline = time.monotonic() + self._deadline
        while not self._is_blocked(one):
            if one.step.done():
                self._fail(f"{where}: {one.phrase!r} was expected to wait, and did not")
            if time.monotonic() > deadline:
                self._fail(f"{where}: {one.phrase!r} neither waits nor ends")
        one.held_up = True
        self.waited.add(one.name)

    def _see_end(self, one: ScheduledSession, step: Step, where: str) -> None:
        deadline = time.monotonic() + self._deadline
        while not wait([one.step], timeout=min(GLANCE, self._deadline)).done:
            if self._is_blocked(one) and not one.held_up:
                self._fail(f"{where}: {one.phrase!r} waits, which the table does not expect")
            if self._is_blocked(one) and self._all_rest_but(one):
                self._fail(f"{where}: {one.phrase!r} waits for a session that runs no step")
            if time.monotonic() > deadline:
                self._fail(f"{where}: {one.phrase!r} has not ended in {self._deadline:g} s")
        one.held_up = False
        try:
            answer = one.step.result()
        except DBAPIError as error:
            self._see_refusal(one, step, where, error)
            return
        if step.refused:
            self._fail(f"{where}: {one.phrase!r} was expected to be refused, and was not")
        if answer != step.answer:
            self._fail(f"{where}: {one.phrase!r} returned {answer!r}, not {step.answer!r}")
        if one.phrase in ENDS:
            one.end = one.phrase
        else:
            one.done.append(Done(one.phrase, answer))

    def _see_refusal(
        self, one: ScheduledSession, step: Step, where: str, error: DBAPIError
    ) -> None:
        cause = error.orig
        state = cause.sqlstate if isinstance(cause, psycopg.Error) else None
        if not step.refused or state != NOT_SERIALIZABLE:
            self._fail(f"{where}: {one.phrase!r} ended in {state}, {cause}", error)
        one.roll_back()
        one.end = "is refused"

    def _is_blocked(self, one: ScheduledSession) -> bool:
        others = [each.pid for each in self.participants.values() if each is not one and each.pid]
        (blocked,) = self._observer.execute(
            "SELECT pg_isolation_test_session_is_blocked(%s, %s)", [one.pid, others]
        ).fetchone() or (False,)
        return bool(blocked)

    def _all_rest_but(self, one: ScheduledSession) -> bool:
        others = (each for each in self.participants.values() if each is not one)
        return all(each.step.done() for each in others)

    def _fail(self, what: str, cause: Exception | None = None) -> NoReturn:
        picture = "\n".join(f"  {line}" for line in self._picture())
        raise AssertionError(f"{what}\n{picture}") from cause

    def _picture(self) -> Iterator[str]:
        """Yield for each session its last step, its state, and the sessions it waits for."""
        names = {each.pid: each.name for each in self.participants.values()}
        for each in self.participants.values():
            found = self._observer.execute(
                "SELECT state, pg_blocking_pids(pid), left(query, 100)"
                " FROM pg_stat_activity WHERE pid = %s",
                [each.pid],
            ).fetchone()
            state, blockers, statement = found or ("not connected", [], "none")
            if blockers:
                holding = (names.get(pid, f"process {pid}") for pid in blockers)
                state = f"waits for {', '.join(holding)}"
            yield f"{each.name} ({each.phrase}): {each.end or state}; statement: {statement}"


def read(table: Table) -> list[Step]:
    """Parse a table. Fails if a row does not have exactly one step."""
    steps = []
    for row, cells in enumerate(table, start=1):
        said = {who: cell for who, cell in cells.items() if cell}
        assert len(said) == 1, f"row {row} has {len(said)} steps, not one"
        steps += [Step.read(row, who, cell) for who, cell in said.items()]
    return steps


def operation_of(phrase: str, phrases: Phrases) -> Callable[[Session], str | None]:
    """Return the operation of a phrase, with its fields bound. Fails for an unknown phrase."""
    with extras():
        import parse
    for pattern, operation in phrases.items():
        if found := parse.parse(pattern, phrase, case_sensitive=True):
            named: dict[str, object] = found.named
            return lambda session: operation(session, **named)
    known = "\n".join(f"  {pattern}" for pattern in [*phrases, "goes on", "is refused"])
    assert not phrase, f"there is no operation {phrase!r}; there are:\n{known}"
    return lambda _: None
