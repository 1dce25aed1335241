"""Faults of the limits of sessions: what is not limited, and what is not said of it."""

from collections.abc import Callable
from typing import Any

from _pytest.monkeypatch import MonkeyPatch

from breaking import fault
from pgharness.core import callers
from pgharness.sessions import errors, sessions
from pgharness.sessions.errors import Opening, PoolExhausted
from session_work import End, Kind
from test_session_limits import (
    test_a_server_that_does_not_answer_is_named,
    test_the_limits_are_in_force_in_every_session,
    test_who_finds_no_connection_is_told_who_holds_them,
)


def limit(patch: MonkeyPatch, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the options of all engines."""
    given = sessions.options

    def options(*arguments: Any) -> dict[str, Any]:
        made = given(*arguments)
        change(made)
        return made

    patch.setattr(sessions, "options", options)


@fault(
    "sessions have no limits",
    noticed_by=test_the_limits_are_in_force_in_every_session,
    kind=Kind.SYNCHRONOUS,
    end=End.ROLLED_BACK,
)
def limit_nothing(patch: MonkeyPatch) -> None:
    limit(patch, lambda made: made["connect_args"].pop("options"))


@fault(
    "a connection is waited for as long as in the service",
    noticed_by=test_the_limits_are_in_force_in_every_session,
    kind=Kind.SYNCHRONOUS,
    end=End.ROLLED_BACK,
)
def wait_for_a_connection(patch: MonkeyPatch) -> None:
    limit(patch, lambda made: made.update(pool_timeout=30))


@fault(
    "a test may have more connections than it needs",
    noticed_by=test_the_limits_are_in_force_in_every_session,
    kind=Kind.SYNCHRONOUS,
    end=End.ROLLED_BACK,
)
def have_a_large_pool(patch: MonkeyPatch) -> None:
    limit(patch, lambda made: made.update(pool_size=20))


@fault(
    "an answer of the server is waited for without end",
    noticed_by=test_the_limits_are_in_force_in_every_session,
    kind=Kind.SYNCHRONOUS,
    end=End.ROLLED_BACK,
)
def wait_for_an_answer(patch: MonkeyPatch) -> None:
    limit(patch, lambda made: made["connect_args"].pop("connect_timeout"))


@fault(
    "a pool gives out more than it has",
    noticed_by=test_who_finds_no_connection_is_told_who_holds_them,
    kind=Kind.SYNCHRONOUS,
)
def overflow(patch: MonkeyPatch) -> None:
    limit(patch, lambda made: made.update(max_overflow=1))


@fault(
    "an exhausted pool does not say who has it",
    noticed_by=test_who_finds_no_connection_is_told_who_holds_them,
    kind=Kind.SYNCHRONOUS,
)
def name_no_holders(patch: MonkeyPatch) -> None:
    given = PoolExhausted.__init__

    def init(self: PoolExhausted, opening: Opening, within: Any, _: object) -> None:
        given(self, opening, within, [])

    patch.setattr(PoolExhausted, "__init__", init)


@fault(
    "a session is said to be opened by the harness itself",
    noticed_by=test_who_finds_no_connection_is_told_who_holds_them,
    kind=Kind.SYNCHRONOUS,
)
def name_the_harness(patch: MonkeyPatch) -> None:
    patch.setattr(callers, "MACHINERY", [])


@fault(
    "the error does not name the server that did not answer",
    noticed_by=test_a_server_that_does_not_answer_is_named,
    kind=Kind.SYNCHRONOUS,
)
def name_no_server(patch: MonkeyPatch) -> None:
    patch.setattr(errors, "ConnectionTimeout", ZeroDivisionError)
