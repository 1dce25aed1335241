"""libpq's variables that reach a server of our own, or that one by URL does without."""

import os

from _pytest.monkeypatch import MonkeyPatch

import test_libpq_environment
from breaking import fault
from pgharness.servers import embedded, libpq_environment


@fault(
    "libpq's variables reach the embedded server",
    noticed_by=test_libpq_environment.test_a_server_of_our_own_ignores_every_variable,
)
def variables_reach_our_server(patch: MonkeyPatch) -> None:
    patch.setattr(libpq_environment, "ALL", frozenset())
    patch.setattr(embedded, "START_DEADLINE", 1.0)  # it is not waited for what never comes


@fault(
    "libpq's variables are gone after a run",
    noticed_by=test_libpq_environment.test_the_variables_come_back,
)
def variables_are_gone(patch: MonkeyPatch) -> None:
    patch.setattr(os.environ, "update", lambda _: None)


@fault(
    "a variable of libpq's sets the session of a server by URL",
    noticed_by=test_libpq_environment.test_a_server_by_url_is_reached_as_they_say,
)
def variables_set_the_session(patch: MonkeyPatch) -> None:
    patch.setattr(libpq_environment, "SESSION", frozenset())
