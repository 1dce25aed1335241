"""Faults of waiting for sessions that leave a database."""

from _pytest.monkeypatch import MonkeyPatch

import test_departures as tests
from breaking import fault
from pgharness.databases import departures


@fault(
    "the session that asks is waited for",
    noticed_by=tests.test_the_session_that_asks_does_not_wait_for_itself,
)
def own_session_is_waited_for(patch: MonkeyPatch) -> None:
    own = departures.INSIDE.replace(" AND pid <> pg_backend_pid()", "")
    patch.setattr(departures, "INSIDE", own)


@fault(
    "a session that stays looks as if it had left",
    noticed_by=tests.test_a_session_that_stays_is_not_waited_for_without_end,
)
def session_that_stays_has_left(patch: MonkeyPatch) -> None:
    patch.setattr(departures, "INSIDE", f"{departures.INSIDE} AND false")
