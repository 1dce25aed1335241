"""Python and its surroundings: hashes, time zones, locales, the order of scenarios."""

import os
import sys
import time
from typing import Final

from _pytest.monkeypatch import MonkeyPatch

from tests.controls.catalogue import control

SOME: Final = ("accounts/registration", "sessions/tokens", "workspace/projects", "tasks/reporting")


@control(
    "sets and dictionaries of text have another order",
    *SOME,
    environment={"PYTHONHASHSEED": "1"},
    effect=lambda _: ("PYTHONHASHSEED", "1") in os.environ.items(),
)
def other_hashes(_: MonkeyPatch) -> None:
    """Change nothing in the process itself."""


@control(
    "Python is in Kiribati",
    *SOME,
    environment={"TZ": "<+14>-14"},
    effect=lambda _: time.timezone == -14 * 3600,
)
def in_kiribati(_: MonkeyPatch) -> None:
    """Change nothing in the process itself."""


@control(
    "Python reads and writes ASCII",
    *SOME,
    environment={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    effect=lambda _: sys.getfilesystemencoding() == "ascii" or not sys.flags.utf8_mode,
)
def in_ascii(_: MonkeyPatch) -> None:
    """Change nothing in the process itself."""


@control(
    "Python is in its development mode",
    *SOME,
    environment={"PYTHONDEVMODE": "1"},
    effect=lambda _: sys.flags.dev_mode,
)
def development_mode(_: MonkeyPatch) -> None:
    """Change nothing in the process itself."""


@control(
    "scenarios have a random order",
    *SOME,
    arguments=("-D", "order=random"),
    effect=lambda _: True,
)
def random_order(_: MonkeyPatch) -> None:
    """Change nothing in the process itself."""
