"""Faults of the harness with what keeps a database from being dropped."""

from contextlib import redirect_stdout, suppress

import psycopg
from _pytest.monkeypatch import MonkeyPatch

from breaking import fault
from pgharness.databases import leaks
from pgharness.databases.ownership import Mark
from pgharness.databases.templates import RunDatabases
from tests.servers.test_leftovers import (
    test_a_database_that_the_run_cannot_drop_is_named_and_left_to_the_next as named,
)
from tests.servers.test_leftovers import (
    test_a_scenario_that_leaves_what_outlives_its_connections_fails_alone as alone,
)
from tests.servers.test_leftovers import (
    test_a_session_of_a_role_that_is_not_the_runs_is_none_of_a_scenarios as not_ours,
)
from tests.servers.test_leftovers import (
    test_what_cannot_be_swept_up_is_named_and_stops_no_run as swept,
)


@fault("what outlives a scenario's connections is not looked for", noticed_by=alone)
def only_connections(patch: MonkeyPatch) -> None:
    patch.setattr(leaks, "LEFT", leaks.LEFT.partition("UNION ALL")[0])


@fault("every session counts as one of the scenario's", noticed_by=not_ours)
def any_role(patch: MonkeyPatch) -> None:
    of_all_roles = leaks.LEFT.replace("pg_has_role(usesysid, 'MEMBER')", "true")
    patch.setattr(leaks, "LEFT", of_all_roles)


@fault("a database that is not dropped at the end is not named", noticed_by=named)
def undropped_unnamed(patch: MonkeyPatch) -> None:
    def drop(self: RunDatabases, name: str) -> None:
        with suppress(psycopg.Error):
            self._drop(name)

    patch.setattr(RunDatabases, "_drop_at_the_end", drop)


@fault("what cannot be swept up is passed over in silence", noticed_by=swept)
def passed_over(patch: MonkeyPatch) -> None:
    given = RunDatabases._sweep_up

    def sweep_up(self: RunDatabases, name: str, mark: Mark) -> None:
        with redirect_stdout(None):
            given(self, name, mark)

    patch.setattr(RunDatabases, "_sweep_up", sweep_up)
