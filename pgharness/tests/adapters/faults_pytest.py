"""Faults of the pytest plugin: what a test leaves to the tests after it, and to the run."""

from _pytest.monkeypatch import MonkeyPatch

import test_pytest_leaks
import test_pytest_scopes
import test_pytest_servers
import test_pytest_unittest
from breaking import fault
from pgharness.adapters import contained, pytest_cases
from pgharness.adapters.test_run import Harness
from pgharness.databases import leaks
from pgharness.isolation.test_database import Database
from pgharness.servers import embedded
from pgharness.servers.server_settings import WITHOUT_DURABILITY

SHORT_GRACE = 0.5
"""Seconds: these faults have every leak waited for that long."""


@fault(
    "nothing is noted of a connection that no engine opens",
    noticed_by=test_pytest_leaks.test_what_a_test_leaves_open_is_its_error_and_names_the_line,
)
def nothing_is_noted(patch: MonkeyPatch) -> None:
    patch.setattr(leaks, "GRACE", SHORT_GRACE)
    patch.setattr(leaks, "note_openers", lambda: None)


@fault(
    "a pool logs at length that a connection is gone which was ended",
    noticed_by=test_pytest_leaks.test_what_a_test_leaves_open_is_its_error_and_names_the_line,
)
def pools_are_surprised(patch: MonkeyPatch) -> None:
    patch.setattr(leaks, "GRACE", SHORT_GRACE)
    patch.setattr(leaks, "_forget", lambda _: None)


@fault(
    "what this process keeps open is waited for as if it might still end",
    noticed_by=test_pytest_leaks.test_what_is_certainly_left_is_not_waited_for,
)
def all_are_waited_for(patch: MonkeyPatch) -> None:
    patch.setattr(leaks, "GRACE", SHORT_GRACE)
    patch.setattr(leaks.Connections, "_is_kept", lambda *_: False)


@fault(
    "the error of a test's own cleanup is not reported beside what it leaves",
    noticed_by=test_pytest_leaks.test_a_clean_up_that_fails_beside_it_is_shown,
)
def only_the_last_is_reported(patch: MonkeyPatch) -> None:
    patch.setattr(pytest_cases, "_own_messages", lambda error: iter([str(error)]))


@fault(
    "a fork that comes back out of a test goes on with the tests",
    noticed_by=(
        test_pytest_unittest.test_a_fork_that_comes_back_out_of_a_test_ends_and_reports_nothing
    ),
)
def forks_go_on(patch: MonkeyPatch) -> None:
    patch.setattr(contained.OneProcess, "__exit__", lambda *_: None)


@fault(
    "a server that a test has killed stays dead",
    noticed_by=test_pytest_servers.test_a_test_may_crash_the_server_that_it_has_to_itself,
)
def servers_stay_dead(patch: MonkeyPatch) -> None:
    patch.setattr(Database, "settle", lambda _: None)


@fault(
    "a server of a test's own does not keep what is committed",
    noticed_by=test_pytest_servers.test_a_test_may_crash_the_server_that_it_has_to_itself,
)
def servers_keep_nothing(patch: MonkeyPatch) -> None:
    patch.setattr(embedded, "ALWAYS", WITHOUT_DURABILITY)


@fault(
    "what a fixture of a class stores is removed before its first test",
    noticed_by=test_pytest_scopes.test_fixtures_store_what_a_class_or_a_module_shares,
)
def scopes_begin_late(patch: MonkeyPatch) -> None:
    patch.setattr(Harness, "unended", property(lambda _: True, lambda *_: None), raising=False)
