"""Stress tests: many participants, each in its own thread and connection, start at one moment.

Their choices are random, with a seed that a failure shows. A test that does not end in time fails,
and shows which connections wait for which.
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
"""The default seed of all stress tests."""

DEADLINE: Final = 20.0
"""Seconds within which a stress test must end."""

WATCHED_EVERY: Final = 0.005
"""Seconds between two calls of `watch`."""

SESSION_TIMEOUT: Final = timedelta(seconds=60)
"""The lock timeout of participants: longer than the deadline, so that a failure shows the waits."""

APPLICATION_NAME: Final = "stress test"

S = TypeVar("S")
"""The application."""

WAITING: Final = r"""
    SELECT format('%%s (%%s) waits for %%s: %%s', pid, state,
                  coalesce(nullif(pg_blocking_pids(pid), '{}')::text, 'no other connection'),
                  left(regexp_replace(query, '\s+', ' ', 'g'), 200))
      FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s
     ORDER BY pid
"""
TERMINATE: Final = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = %s
"""


@dataclass(frozen=True)
class Participant(Generic[S]):
    """One thread of a stress test, with its own random choices."""

    position: int
    """From 0."""
    subject: S
    """The application, with the same generator as `dice`."""
    dice: Random
    meet: Callable[[], object]
    """Waits until all participants have called it (a barrier)."""
    session: Callable[[], Session]
    """Opens a session on the same engine, without the application."""

    @property
    def word(self) -> str:
        """A word that no other participant has."""
        return word_of(self.position)


def word_of(position: int) -> str:
    """Return the word of the participant in this position."""
    return f"word{position}"


Workload = Callable[[Participant[S]], object]
"""What each participant executes; its result is the participant's answer."""


@dataclass(frozen=True)
class StressTest(Generic[S]):
    """A number of participants on one database."""

    engine: Engine
    """With a connection for each participant.

    Its connections have `APPLICATION_NAME`, and `SESSION_TIMEOUT` as the lock timeout.
    """
    subject: Callable[[Random], S]
    """Returns the application for the random generator of one participant."""
    observer: psycopg.Connection
    number: int
    refusal: type[Exception] = Exception
    """The base class of the application's refusals."""
    seed: int = SEED

    def run(
        self, part: Workload[S], watch: Callable[[], object] = lambda: None
    ) -> Sequence[object]:
        """Run the workload in all participants at once; return their answers, in order.

        A refusal is an answer; any other error fails the test. `watch` is called repeatedly until
        all have ended, and once more.
        """
        together = Barrier(self.number)
        with self._participants(together) as crowd:
            with ThreadPoolExecutor(self.number, thread_name_prefix=APPLICATION_NAME) as threads:
                running = [threads.submit(self._run_one, each, part, together) for each in crowd]
                try:
                    self._wait_for_all(running, watch)
                finally:
                    self._release_threads(running, together)
            self._check_no_errors(running)
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

    def _wait_for_all(self, running: list[Future[object]], watch: Callable[[], object]) -> None:
        deadline = time.monotonic() + DEADLINE
        while wait(running, timeout=WATCHED_EVERY).not_done:
            watch()
            if time.monotonic() > deadline:
                picture = [line for (line,) in self.observer.execute(WAITING, [APPLICATION_NAME])]
                stuck = f"the stress test of seed {self.seed} did not end within {DEADLINE:g} s"
                raise AssertionError("\n".join([stuck, *picture]))

    def _release_threads(self, running: list[Future[object]], together: Barrier) -> None:
        """Let all threads end, also after a failure."""
        together.abort()
        if not all(future.done() for future in running):
            self.observer.execute(TERMINATE, [APPLICATION_NAME])

    def _check_no_errors(self, running: list[Future[object]]) -> None:
        errors = [error for future in running if (error := future.exception()) is not None]
        causes = [error for error in errors if not isinstance(error, BrokenBarrierError)]
        assert not errors, f"the stress test of seed {self.seed} raised errors: {causes or errors}"

    def _run_one(self, participant: Participant[S], part: Workload[S], together: Barrier) -> object:
        try:
            with participant.session() as connected:
                connected.connection()
                participant.meet()
            return part(participant)
        except self.refusal as refusal:
            return refusal
        except BaseException:
            together.abort()  # or the others would wait at the barrier forever
            raise
