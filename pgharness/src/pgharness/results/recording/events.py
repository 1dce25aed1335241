"""Number and time the events of a run, and hand them to their receivers."""

import time
from collections.abc import Callable
from typing import Any

from cucumber_messages import Duration, Envelope, Timestamp
from gherkin.stream.id_generator import IdGenerator

NANOSECONDS = 10**9

Receiver = Callable[[Envelope], None]


class Events:
    """The events of one run; ids are unique within it."""

    def __init__(self, receivers: list[Receiver]) -> None:
        self.ids = IdGenerator()
        self.lost: list[Exception] = []
        """Why receivers get no more events."""
        self._receivers = receivers
        self.worker: str | None = None
        """The name of this process, if it is a fork that executes a part of the run."""

    def new_id(self) -> str:
        """Return an id that no other message of the run has."""
        return self.ids.get_next_id()

    def continue_in_fork(self, worker: str, receive: Receiver) -> None:
        """Send all further events to one receiver, with ids that no other process gives."""
        self.worker = worker
        self.ids = _PrefixedIds(f"{worker}-")
        self._receivers[:] = [receive]

    def send(self, **message: Any) -> None:
        """Send an envelope with one message: the argument's name is that of its field.

        A receiver that raises an error gets no more: what it has is a run without an end.
        """
        self.hand_on(Envelope(**message))

    def hand_on(self, envelope: Envelope) -> None:
        """Send an envelope, as `send` does."""
        for receive in tuple(self._receivers):
            try:
                receive(envelope)
            except Exception as error:  # noqa: BLE001 (neither behave nor the others are affected)
                self._receivers.remove(receive)
                self.lost.append(error)


class _PrefixedIds(IdGenerator):
    def __init__(self, prefix: str) -> None:
        super().__init__()
        self._prefix = prefix

    def get_next_id(self) -> str:
        return f"{self._prefix}{super().get_next_id()}"


def now() -> Timestamp:
    """Return the current time."""
    seconds, nanos = divmod(time.time_ns(), NANOSECONDS)
    return Timestamp(seconds=seconds, nanos=nanos)


class Stopwatch:
    """Measures one duration."""

    def __init__(self) -> None:
        self._began = time.perf_counter_ns()

    def read(self) -> Duration:
        """Return the time since the beginning."""
        seconds, nanos = divmod(time.perf_counter_ns() - self._began, NANOSECONDS)
        return Duration(seconds=seconds, nanos=nanos)


NO_TIME = Duration(seconds=0, nanos=0)
