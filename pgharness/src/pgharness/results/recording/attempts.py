"""The test cases of a run, one after the other, with the attempts of those that are retried.

A project retries scenarios by `behave.contrib.scenario_autoretry`, which replaces a scenario's
method `run`. Whether an attempt was the last is known when something else begins.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from behave.model import Scenario
from behave.runner import ModelRunner

from pgharness.results.recording.cases import CaseRecorder
from pgharness.results.recording.definitions import Definitions
from pgharness.results.recording.documents import Documents
from pgharness.results.recording.events import Events


class Attempts:
    """Records scenarios."""

    def __init__(
        self, events: Events, documents: Documents, definitions: Definitions, runner: ModelRunner
    ) -> None:
        self.current: CaseRecorder | None = None
        self.failed = False
        """Whether the last attempt of any scenario has failed."""
        self._events = events
        self._documents = documents
        self._definitions = definitions
        self._runner = runner
        self._waiting: CaseRecorder | None = None
        """An attempt that has failed, and may not be the last."""

    @contextmanager
    def of(self, scenario: Scenario, run_id: str, why_ended: Callable[[], str]) -> Iterator[None]:
        """Record an attempt of a scenario, if it was selected."""
        pickle = self._documents.pickle(scenario)
        if pickle is None or self._runner.aborted:
            yield
            return
        waiting = self._waiting
        again = waiting is not None and waiting.scenario is scenario
        self.finish(will_be_retried=again)
        if waiting is not None and again:
            self.current = waiting
        else:
            self.current = CaseRecorder(
                self._events, self._definitions, self._runner, scenario, pickle, run_id
            )
        self.current.start()
        try:
            yield
        except BaseException:
            if self.current is not None:
                self.current.interrupted(why_ended())
            raise
        finally:
            if self.current is not None:  # it was not abandoned
                self.current.end()
                self._waiting, self.current = self.current, None
                if not (self._waiting.failed and "run" in vars(scenario)):
                    self.finish()

    def finish(self, *, will_be_retried: bool = False) -> None:
        """Send the end of an attempt that waits for the next one, if there is such an attempt."""
        if self._waiting is not None:
            self._waiting.finish(will_be_retried=will_be_retried)
            self.failed |= self._waiting.failed and not will_be_retried
            self._waiting = None

    def abandon(self) -> None:
        """Leave the current attempt, and one that waits, without an end: the result is unknown."""
        self.failed |= self.current is not None or self._waiting is not None
        self.current = self._waiting = None
