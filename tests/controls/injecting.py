"""Puts controls into a run, and has it write down which of them were in effect."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from _pytest.monkeypatch import MonkeyPatch

from features.support.world import World
from pgharness.adapters.test_run import Harness
from tests.controls import revising
from tests.controls.catalogue import Control, every_control
from tests.faults.fitting import check_fitting

VARIABLE: Final = "CONTROLS"
"""The names of the controls, as JSON, for a process that is started with them."""
FOLDER: Final = "CONTROLS_FOLDER"
"""Where such a process writes down what was in effect."""

IN_EFFECT: Final = "in_effect"
"""The file of that; each line is a control's name."""


def inject(names: Iterable[str], folder: str) -> None:
    """Inject controls in this process, before `behave` runs in it."""
    patch = MonkeyPatch()
    chosen = [every_control()[name] for name in names]
    for each in chosen:
        if each.revises:
            each.inject(patch)
    revising.publish(patch, Path(folder))  # while databases are what they usually are
    for each in chosen:
        if not each.revises:
            each.inject(patch)
    check_fitting(patch)
    observe(patch, chosen, Path(folder) / IN_EFFECT)


def inject_from_environment(_: MonkeyPatch) -> None:
    """Inject those that the environment names."""
    inject(json.loads(os.environ[VARIABLE]), os.environ[FOLDER])


def observe(patch: MonkeyPatch, controls: Iterable[Control], file: Path) -> None:
    """After each scenario, look for the effects that were not seen yet; write down what is."""
    unseen = list(controls)
    original = Harness.after_scenario

    def after(self: Harness[World], world: World, scenario: Any) -> Any:
        for each in [each for each in unseen if _is_in_effect(each, world)]:
            unseen.remove(each)
            with file.open("a", encoding="utf-8") as written:
                written.write(f"{each.name}\n")
        return original(self, world, scenario)

    patch.setattr(Harness, "after_scenario", after)


def _is_in_effect(control: Control, world: World) -> bool:
    """Look for an effect, in a world that may have lost its server or be in one transaction."""
    try:
        return control.effect(world)
    except Exception:  # noqa: BLE001 (another scenario will do)
        return False


def in_effect(folder: Path) -> set[str]:
    """Return what a run has written down."""
    file = folder / IN_EFFECT
    return set(file.read_text("utf-8").splitlines()) if file.exists() else set()
