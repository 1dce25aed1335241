"""Sessions in lock step: a table says who does what, in which order, and who has to wait.

There is a column for each session and a row for each step. A session begins its transaction with
its first step, and the table says how each of them ends. A cell is a phrase, and more:

    reads Clerk: 10             what it finds
    sets Clerk to 12 … waits    it is held up by another session, and is still at it
    goes on                     what was held up is done by now (`goes on: …`, with what it finds)
    is refused                  what was held up is refused as not serializable (SQLSTATE 40001)
    commits … is refused        it is refused at once, likewise

Whether a session waits is asked of the server; nothing is timed. Whatever differs from the table
fails, with a picture of who waits for whom; so does a wait that nobody is going to end.
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

PATIENCE: Final = timedelta(minutes=1)
"""How long the sessions' own timeouts let them wait: longer than any deadline here."""

GLANCE: Final = 0.02
"""Seconds in which most steps end; only after that the server is asked whether one waits."""

Operation = Callable[..., str | None]
"""Does one thing in a session, and returns what it finds, if that is what it is for."""

Phrases = Mapping[str, Operation]
"""Each phrase, as `parse` reads it, and what it does."""

Table = Sequence[Mapping[str, str]]
"""The rows; in each, a cell for every session, all of them empty but one."""


def _commit(session: Session) -> None:
    session.commit()


def _give_up(session: Session) -> None:
    session.rollback()


ENDS: Final[Phrases] = {"commits": _commit, "gives up": _give_up}
"""How every session may end, whatever it does."""


VERDICTS: Final = {
    "happens": "happens",
    "is prevented by waiting": "waits",
    "is prevented by a refusal": "refused (40001)",
    "is prevented by reading only what is committed": "sees only what is committed",
    "is prevented by reading one moment": "sees one moment",
}
"""What may become of an anomaly at a level, and how a table of them says so."""


class Done(NamedTuple):
    """Something that was done, and what it found."""

    phrase: str
    answer: str | None


@dataclass(frozen=True)
class Step:
    """One cell."""

    row: int
    who: str
    phrase: str
    """Empty if it is about what the session was held up in."""
    answer: str | None
    waits: bool
    refused: bool

    @classmethod
    def read(cls, row: int, who: str, cell: str) -> "Step":
        """Return what a cell says."""
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
class Participant:
    """One session: a thread and a connection of its own, and how far it has come."""

    name: str
    engine: Engine
    """Its own, with the isolation level; it should wait for as long as `PATIENCE`."""
    bind: Callable[[Session], object]
    """What it begins its transaction with."""
    done: list[Done] = field(default_factory=list)
    pid: int = 0
    """Its server process; none before its first step."""
    phrase: str = "nothing yet"
    """What it was told last."""
    held_up: bool = False
    end: str = ""
    """'commits', 'gives up' or 'is refused', once it has."""

    def __post_init__(self) -> None:
        self._session = Session(self.engine)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=self.name)
        self.step: Future[str | None] = Future()
        self.step.set_result(None)

    def start(self, phrase: str, operation: Callable[[Session], str | None]) -> None:
        """Begin to do something; `step` tells what becomes of it."""
        if not self.pid:
            self._thread.submit(self._begin).result(DEADLINE)
        self.phrase = phrase
        self.step = self._thread.submit(operation, self._session)

    def roll_back(self) -> None:
        """Give up what is left of a transaction that was refused."""
        self._thread.submit(self._session.rollback).result(DEADLINE)

    def close(self, observer: psycopg.Connection) -> None:
        """End the session, whatever it is at."""
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
    """Plays a table, and keeps what came of it."""

    def __init__(
        self,
        participants: Sequence[Participant],
        phrases: Phrases,
        observer: psycopg.Connection,
        deadline: float = DEADLINE,
    ) -> None:
        self.participants = {each.name: each for each in participants}
        self.waited: set[str] = set()
        """Who was held up."""
        self._phrases = {**phrases, **ENDS}
        self._observer = observer
        self._deadline = deadline

    def play(self, table: Table) -> None:
        """Take all steps in their order. Fails as soon as one differs from what the table says."""
        steps = [(step, operation_of(step.phrase, self._phrases)) for step in read(table)]
        for step, operation in steps:
            self._take(self.participants[step.who], step, operation)
        for each in self.participants.values():
            assert each.end, f"the table does not say how {each.name} ends"

    def ended(self, end: str) -> list[Participant]:
        """Return those who have ended like this."""
        return [each for each in self.participants.values() if each.end == end]

    def close(self) -> None:
        """End all sessions, whatever they are at."""
        for each in self.participants.values():
            each.close(self._observer)

    def _take(
        self, one: Participant, step: Step, operation: Callable[[Session], str | None]
    ) -> None:
        where = f"row {step.row}, {step.who}"
        assert not one.end, f"{where}: this session has ended"
        assert one.held_up is not bool(step.phrase), f"{where}: " + (
            "it has not gone on yet" if one.held_up else "it is not held up"
        )
        if step.phrase:
            one.start(step.phrase, operation)
        if step.waits:
            self._see_held_up(one, where)
        else:
            self._see_end(one, step, where)

    def _see_held_up(self, one: Participant, where: str) -> None:
        deadline = time.monotonic() + self._deadline
        while not self._is_blocked(one):
            if one.step.done():
                self._fail(f"{where}: {one.phrase!r} was to wait, and did not")
            if time.monotonic() > deadline:
                self._fail(f"{where}: {one.phrase!r} neither waits nor ends")
        one.held_up = True
        self.waited.add(one.name)

    def _see_end(self, one: Participant, step: Step, where: str) -> None:
        deadline = time.monotonic() + self._deadline
        while not wait([one.step], timeout=min(GLANCE, self._deadline)).done:
            if self._is_blocked(one) and not one.held_up:
                self._fail(f"{where}: {one.phrase!r} waits, which the table does not say")
            if self._is_blocked(one) and self._all_rest_but(one):
                self._fail(f"{where}: {one.phrase!r} never ends: those it waits for do nothing")
            if time.monotonic() > deadline:
                self._fail(f"{where}: {one.phrase!r} has not ended in {self._deadline:g} s")
        one.held_up = False
        try:
            answer = one.step.result()
        except DBAPIError as error:
            self._see_refusal(one, step, where, error)
            return
        if step.refused:
            self._fail(f"{where}: {one.phrase!r} was to be refused, and was not")
        if answer != step.answer:
            self._fail(f"{where}: {one.phrase!r} finds {answer!r}, not {step.answer!r}")
        if one.phrase in ENDS:
            one.end = one.phrase
        else:
            one.done.append(Done(one.phrase, answer))

    def _see_refusal(self, one: Participant, step: Step, where: str, error: DBAPIError) -> None:
        cause = error.orig
        state = cause.sqlstate if isinstance(cause, psycopg.Error) else None
        if not step.refused or state != NOT_SERIALIZABLE:
            self._fail(f"{where}: {one.phrase!r} ended in {state}, {cause}", error)
        one.roll_back()
        one.end = "is refused"

    def _is_blocked(self, one: Participant) -> bool:
        others = [each.pid for each in self.participants.values() if each is not one and each.pid]
        (blocked,) = self._observer.execute(
            "SELECT pg_isolation_test_session_is_blocked(%s, %s)", [one.pid, others]
        ).fetchone() or (False,)
        return bool(blocked)

    def _all_rest_but(self, one: Participant) -> bool:
        others = (each for each in self.participants.values() if each is not one)
        return all(each.step.done() for each in others)

    def _fail(self, what: str, cause: Exception | None = None) -> NoReturn:
        picture = "\n".join(f"  {line}" for line in self._picture())
        raise AssertionError(f"{what}\n{picture}") from cause

    def _picture(self) -> Iterator[str]:
        """Yield for each session what it was told last, how it is, and whom it waits for."""
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
    """Return the steps of a table. Fails if a row has not exactly one."""
    steps = []
    for row, cells in enumerate(table, start=1):
        said = {who: cell for who, cell in cells.items() if cell}
        assert len(said) == 1, f"row {row} has {len(said)} steps, not one"
        steps += [Step.read(row, who, cell) for who, cell in said.items()]
    return steps


def operation_of(phrase: str, phrases: Phrases) -> Callable[[Session], str | None]:
    """Return what a phrase does in a session. Fails if it is not one of those that are known."""
    with extras():
        import parse
    for pattern, operation in phrases.items():
        if found := parse.parse(pattern, phrase, case_sensitive=True):
            named: dict[str, object] = found.named
            return lambda session: operation(session, **named)
    known = "\n".join(f"  {pattern}" for pattern in [*phrases, "goes on", "is refused"])
    assert not phrase, f"nobody knows how one {phrase!r}; these are known:\n{known}"
    return lambda _: None
