"""The features must stay green under each control, and each control must be in effect.

    uv run pytest tests/controls               the features that are likeliest to be brittle
    uv run pytest tests/controls -m controls   all features, as a nightly job runs them

Controls that go together are in one run. If it fails, each is run alone with what failed, so that
the message names the one that did it.
"""

import json
import sys
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Final

import pytest

import breaking
from features.support.service import ROOT
from pgharness.servers.embedded import EmbeddedServer
from tests.controls import injecting
from tests.controls.catalogue import Control, capabilities, every_control, rounds
from tests.support.forked import Preloaded
from tests.support.running import Ended, Running, plain

WORKERS: Final = ("-D", "workers=1")

CONTROLS: Final = list(every_control().values())


class Trial:
    """Runs features under controls."""

    def __init__(self, loaded: Preloaded, server: EmbeddedServer, folder: Path) -> None:
        self._loaded = loaded
        self._server = server
        self._folder = folder
        self._numbers = count()
        self.seen: set[str] = set()
        """The names of the controls that were in effect."""

    def run(self, controls: Sequence[Control], *features: str) -> Ended:
        """Run features under all of these controls at once."""
        number = next(self._numbers)
        folder, reports = self._folder / f"control{number}", self._folder / f"{number}"
        folder.mkdir()
        names = [each.name for each in controls]
        options = dict.fromkeys(tuple(each.options) for each in controls)
        arguments = [*WORKERS, *(word for each in options for word in each), *features]
        if any(each.own_process for each in controls):
            ended = self._started(controls, arguments, folder, reports)
        else:
            ended = self._loaded.run(
                *arguments,
                reports=reports,
                code="import signal; signal.alarm(0)\n"  # pytest has a limit of its own
                f"from tests.controls import injecting; injecting.inject({names}, {str(folder)!r})",
            )
        self.seen |= injecting.in_effect(folder)
        return ended

    def _started(
        self, controls: Sequence[Control], arguments: Sequence[str], folder: Path, reports: Path
    ) -> Ended:
        """Run them in an interpreter that has loaded nothing yet."""
        environment = {name: value for each in controls for name, value in each.environment.items()}
        run = Running(
            *arguments,
            reports=reports,
            environment={
                **environment,
                "TEST_DATABASE_URL": plain(self._server.url),
                injecting.VARIABLE: json.dumps([each.name for each in controls]),
                injecting.FOLDER: str(folder),
                breaking.VARIABLE: breaking.place(injecting.inject_from_environment),
            },
            program=(sys.executable, breaking.PROGRAM, "behave"),
            shown=(),
        )
        return run.wait()

    def check_green(self, controls: Sequence[Control], *features: str) -> None:
        """Fail if any feature does, and name the controls under which that fails alone."""
        ended = self.run(controls, *features)
        red = {case.file for case in ended.cases if case.verdict in ("failure", "error")}
        if ended.exit_code == 0:
            return
        culprits = [
            each.name
            for each in controls
            if len(controls) > 1 and self.run([each], *sorted(red)).exit_code
        ]
        pytest.fail(f"red under {culprits or 'all of them together'}:\n{ended.output[-5000:]}")


@pytest.fixture
def trial(loaded: Preloaded, harness_server: EmbeddedServer, tmp_path: Path) -> Trial:
    return Trial(loaded, harness_server, tmp_path)


def test_there_are_enough() -> None:
    assert len(CONTROLS) >= 30


@pytest.mark.parametrize("control", CONTROLS, ids=str)
def test_a_control_names_features_that_exist(control: Control) -> None:
    assert control.files
    assert [file for file in control.files if not (ROOT / file).is_file()] == []


@pytest.mark.faults
@pytest.mark.sampled
@pytest.mark.parametrize("control", CONTROLS, ids=str)
def test_the_likeliest_features_stay_green(control: Control, trial: Trial) -> None:
    trial.check_green([control], *control.files)
    assert trial.seen == {control.name}, "it was not in effect"


def test_what_changes_nothing_is_not_in_effect(trial: Trial) -> None:
    changes = every_control()["no table is read from its beginning to its end"]
    assert trial.run([], *changes.files[-1:]).exit_code == 0
    assert trial.seen == set()


@pytest.mark.controls
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("capability", capabilities())
@pytest.mark.parametrize("round_", rounds(CONTROLS), ids=lambda each: f"{len(each)} at once")
def test_all_features_stay_green(round_: list[Control], capability: str, trial: Trial) -> None:
    trial.check_green(round_, capability)
