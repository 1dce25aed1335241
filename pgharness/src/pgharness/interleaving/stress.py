"""Many at once: each in a thread and a connection of their own, all let loose at one moment.

What they do is decided by dice whose seed is told when a check fails. Nobody waits for ever: a
storm that does not end is an error that shows who waits for whom.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from threading import Barrier, BrokenBarrierError
from typing import Final, Generic, TypeVar

import psycopg
from sqlalchemy import Engine
from sqlalchemy.orm import Session

SEED: Final = 20260302
"""Of the dice of all storms."""

DEADLINE: Final = 20.0
"""Seconds in which a storm must be over."""

WATCHED_EVERY: Final = 0.005
"""Seconds."""

PATIENCE: Final = timedelta(seconds=60)
"""Longer than the deadline: a storm that is stuck is to be looked at, not to be timed out."""

NAME: Final = "storm"

S = TypeVar("S")
"""The application."""

WAITING: Final = r"""
    SELECT format('%%s (%%s) waits for %%s: %%s', pid, state,
                  coalesce(nullif(pg_blocking_pids(pid), '{}')::text, 'nobody in the server'),
                  left(regexp_replace(query, '\s+', ' ', 'g'), 200))
      FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s
     ORDER BY pid
"""
END: Final = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = %s
"""


@dataclass(frozen=True)
class Participant(Generic[S]):
    """One of those who are let loose: what they work with."""

    position: int
    """From 0."""
    subject: S
    """The application, with dice of its own."""
    dice: Random
    meet: Callable[[], object]
    """Wait at this place until all the others have come to it too."""
    session: Callable[[], Session]
    """Open a session on the same engine, without the application."""

    @property
    def word(self) -> str:
        """What only this one says."""
        return word_of(self.position)


def word_of(position: int) -> str:
    """Return what only the one in this position says."""
    return f"word{position}"


Part = Callable[[Participant[S]], object]
"""What each of them does; what it returns is kept as the answer that they got."""


@dataclass(frozen=True)
class StressTest(Generic[S]):
    """How many there are, in which database, and with what dice."""

    engine: Engine
    """With a connection for each, known to the server as `NAME`; it should wait for `PATIENCE`."""
    subject: Callable[[Random], S]
    """Returns the application for one participant's dice."""
    observer: psycopg.Connection
    number: int
    refusal: type[Exception] = Exception
    """What the application raises where it refuses something."""
    seed: int = SEED

    def rage(self, part: Part[S], watch: Callable[[], object] = lambda: None) -> Sequence[object]:
        """Let everybody do their part at once, and return what they were answered, in order.

        A refusal is an answer; any other error fails. `watch` is called over and over until the
        storm is over, and once more.
        """
        together = Barrier(self.number)
        with self._participants(together) as crowd:
            with ThreadPoolExecutor(self.number, thread_name_prefix=NAME) as threads:
                running = [threads.submit(self._take_part, each, part, together) for each in crowd]
                try:
                    self._see_to_the_end(running, watch)
                finally:
                    self._let_nobody_wait(running, together)
            self._check_none_fell_over(running)
            watch()
            return [future.result() for future in running]

    @contextmanager
    def _participants(self, together: Barrier) -> Iterator[list[Participant[S]]]:
        dice = [Random(f"{self.seed} {place}") for place in range(self.number)]  # noqa: S311
        try:
            yield [
                Participant(
                    position,
                    self.subject(own),
                    own,
                    together.wait,
                    lambda: Session(self.engine),
                )
                for position, own in enumerate(dice)
            ]
        finally:
            self.engine.dispose()

    def _see_to_the_end(self, running: list[Future[object]], watch: Callable[[], object]) -> None:
        deadline = time.monotonic() + DEADLINE
        while wait(running, timeout=WATCHED_EVERY).not_done:
            watch()
            if time.monotonic() > deadline:
                picture = [line for (line,) in self.observer.execute(WAITING, [NAME])]
                raise AssertionError("\n".join([f"a storm of seed {self.seed} is stuck", *picture]))

    def _let_nobody_wait(self, running: list[Future[object]], together: Barrier) -> None:
        """See that all threads end, also when the storm is broken off."""
        together.abort()
        if not all(future.done() for future in running):
            self.observer.execute(END, [NAME])

    def _check_none_fell_over(self, running: list[Future[object]]) -> None:
        errors = [error for future in running if (error := future.exception()) is not None]
        causes = [error for error in errors if not isinstance(error, BrokenBarrierError)]
        assert not errors, f"in a storm of seed {self.seed} some fell over: {causes or errors}"

    def _take_part(self, participant: Participant[S], part: Part[S], together: Barrier) -> object:
        try:
            with participant.session() as connected:
                connected.connection()
                participant.meet()
            return part(participant)
        except self.refusal as refusal:
            return refusal
        except BaseException:
            together.abort()  # nobody is to wait for one who does not come any more
            raise
