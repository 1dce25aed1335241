"""Faults of where runs have their files."""

from argparse import Namespace
from io import StringIO

from _pytest.monkeypatch import MonkeyPatch
from alembic.config import Config
from sqlalchemy import Connection

from breaking import fault
from features.support.migrations import alembic_commands
from features.support.service import ROOT
from pgharness.adapters.behave import hooks
from pgharness.core import run_directory as runs
from pgharness.servers import embedded
from tests.runs.test_places import (
    ODD,
    test_a_checkout_at_an_odd_path,
    test_a_server_runs_in_any_tmpdir,
    test_behave_started_in_another_folder_is_refused,
)


def give_up_soon(patch: MonkeyPatch) -> None:
    """A server that cannot be reached is not waited for."""
    patch.setattr(embedded, "START_DEADLINE", 1.0)


@fault(
    "the path of a socket may have a comma",
    noticed_by=test_a_server_runs_in_any_tmpdir,
    place=f"{ODD}, e",
    sockets="elsewhere",
)
def comma(patch: MonkeyPatch) -> None:
    give_up_soon(patch)
    patch.setattr(runs, "_has_sockets", lambda _: True)


@fault(
    "the path of a socket is not quoted",
    noticed_by=test_a_server_runs_in_any_tmpdir,
    place=ODD,
    sockets="there",
)
def not_quoted(patch: MonkeyPatch) -> None:
    give_up_soon(patch)
    patch.setattr(embedded, "_as_list", lambda folder: f'"{folder}"')


@fault(
    "behave runs without our settings",
    noticed_by=test_behave_started_in_another_folder_is_refused,
)
def whatever_settings(patch: MonkeyPatch) -> None:
    patch.setattr(hooks, "check_settings", lambda *_: None)


@fault("the path of a checkout is interpolated", noticed_by=test_a_checkout_at_an_odd_path)
def interpolated(patch: MonkeyPatch) -> None:
    def config(*options: str, connection: Connection | None = None) -> Config:
        assert connection is None
        made = Config(cmd_opts=Namespace(x=list(options)), stdout=StringIO())
        made.set_main_option("script_location", str(ROOT / "migrations"))
        return made

    patch.setattr(alembic_commands, "config", config)
