"""Faults of the line that opens a kept database."""

from types import SimpleNamespace

from _pytest.monkeypatch import MonkeyPatch

from features.support import psql
from tests.breaking import fault
from tests.runs.test_psql_line import test_the_line_of_an_embedded_server


@fault("the psql line is not quoted", noticed_by=test_the_line_of_an_embedded_server)
def not_quoted(patch: MonkeyPatch) -> None:
    patch.setattr(psql, "shlex", SimpleNamespace(join=" ".join))


@fault("psql is looked for on the PATH alone", noticed_by=test_the_line_of_an_embedded_server)
def on_the_path_alone(patch: MonkeyPatch) -> None:
    patch.setattr(psql, "_program", lambda **_: "psql")
