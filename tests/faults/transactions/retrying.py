"""Trying again, and the limits of a unit of work: what can be wrong with them."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from _pytest.monkeypatch import MonkeyPatch

from domain import settings, transactions
from domain.clock import SystemClock
from domain.database.connections import ConnectionLost
from domain.errors import TransactionConflict
from domain.settings import Retries, Timeouts
from domain.transactions import Domain
from tests.faults.catalogue import fault


@fault(
    "a duration may be of any length", noticed_by="transactions/retrying", tags="@transactions-10"
)
def duration_may_be_of_any_length(patch: MonkeyPatch) -> None:
    patch.setattr(settings, "_check_durations", lambda *_: None)


@fault("a session may last no time", noticed_by="transactions/retrying", tags="@transactions-10")
def session_may_last_no_time(patch: MonkeyPatch) -> None:
    patch.setattr(settings, "SECOND", settings.NOTHING)


@fault(
    "no duration may be as long as it may",
    noticed_by="transactions/retrying",
    tags="@transactions-10",
)
def no_duration_may_be_as_long_as_it_may(patch: MonkeyPatch) -> None:
    patch.setattr(
        settings, "LONGEST_DURATION", settings.LONGEST_DURATION - timedelta(milliseconds=1)
    )


@fault("there is no bound to the tries", noticed_by="transactions/retrying", tags="@transactions-8")
def there_is_no_bound_to_tries(patch: MonkeyPatch) -> None:
    def run(self: Domain, opening: Any, work: Any) -> Any:
        while True:
            with suppress(TransactionConflict), opening() as tx:
                return work(tx)

    patch.setattr(Domain, "run", run)


@fault("one try too many", noticed_by="transactions/retrying", tags="@transactions-8")
def one_try_too_many(patch: MonkeyPatch) -> None:
    original = Domain.run

    def run(self: Domain, *arguments: Any) -> Any:
        retries = self._settings.retries
        more = replace(retries, attempts=retries.attempts + 1)
        self._settings = replace(self._settings, retries=more)
        return original(self, *arguments)

    patch.setattr(Domain, "run", run)


@fault("nothing is tried again", noticed_by="transactions/retrying", tags="@transactions-8")
def nothing_is_tried_again(patch: MonkeyPatch) -> None:
    def run(self: Domain, opening: Any, work: Any) -> Any:
        with opening() as tx:
            return work(tx)

    patch.setattr(Domain, "run", run)


@fault("the waits grow without end", noticed_by="transactions/retrying", tags="@transactions-8")
def waits_grow_without_end(patch: MonkeyPatch) -> None:
    patch.setattr(Retries, "longest_wait", lambda self, attempt: self.first * 2 ** (attempt - 1))


@fault("everything is tried again", noticed_by="transactions/retrying", tags="@transactions-9")
def everything_is_tried_again(patch: MonkeyPatch) -> None:
    patch.setattr(transactions, "TransactionConflict", Exception)


@fault(
    "a lost connection is tried again", noticed_by="transactions/retrying", tags="@transactions-9"
)
def lost_connection_is_tried_again(patch: MonkeyPatch) -> None:
    patch.setattr(transactions, "TransactionConflict", (TransactionConflict, ConnectionLost))


@fault("a limit can be set to for ever", noticed_by="transactions/retrying")
def limit_can_be_set_to_for_ever(patch: MonkeyPatch) -> None:
    patch.setattr(Timeouts, "__post_init__", lambda self: None)


@fault("the system's clock does not wait", noticed_by="transactions/retrying")
def system_clock_does_not_wait(patch: MonkeyPatch) -> None:
    patch.setattr(SystemClock, "wait", lambda self, duration: None)
