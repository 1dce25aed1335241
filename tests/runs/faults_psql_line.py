"""Faults of the line that opens a kept database."""

from types import SimpleNamespace

from _pytest.monkeypatch import MonkeyPatch

from breaking import fault
from pgharness.servers import libpq_environment, psql
from tests.runs.test_psql_line import (
    test_the_line_of_a_server_by_url_works_in_a_shell_that_sets_the_session,
    test_the_line_of_an_embedded_server,
    test_the_line_works_in_a_shell_that_is_set_up_for_another_server,
)


@fault("the psql line is not quoted", noticed_by=test_the_line_of_an_embedded_server)
def not_quoted(patch: MonkeyPatch) -> None:
    patch.setattr(psql, "shlex", SimpleNamespace(join=" ".join))


@fault("psql is looked for on the PATH alone", noticed_by=test_the_line_of_an_embedded_server)
def on_the_path_alone(patch: MonkeyPatch) -> None:
    patch.setattr(psql, "_program", lambda **_: "psql")


@fault(
    "psql is misled by what the run does without",
    noticed_by=test_the_line_works_in_a_shell_that_is_set_up_for_another_server,
)
def misled(patch: MonkeyPatch) -> None:
    patch.setattr(libpq_environment, "taken_out", list)


@fault(
    "psql does without what leads to a server by URL",
    noticed_by=test_the_line_of_a_server_by_url_works_in_a_shell_that_sets_the_session,
)
def nothing_leads_to_the_server(patch: MonkeyPatch) -> None:
    patch.setattr(libpq_environment, "taken_out", lambda: sorted(libpq_environment.ALL))
