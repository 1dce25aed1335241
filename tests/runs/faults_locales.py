"""Faults of encodings."""

import io
import sys
from pathlib import Path

from _pytest.monkeypatch import MonkeyPatch

from breaking import fault
from pgharness.core import console
from pgharness.core import run_directory as runs
from tests.runs.test_locales import test_a_run_in_the_c_locale


@fault("what cannot be encoded is left out", noticed_by=test_a_run_in_the_c_locale)
def left_out(patch: MonkeyPatch) -> None:
    def ignore_the_rest() -> None:
        assert isinstance(sys.stdout, io.TextIOWrapper)
        sys.stdout.reconfigure(errors="ignore")

    patch.setattr(console, "print_any_text", ignore_the_rest)


@fault("a file is read in the encoding of the locale", noticed_by=test_a_run_in_the_c_locale)
def in_the_encoding_of_the_locale(patch: MonkeyPatch) -> None:
    given = runs.abandoned
    here = Path(__file__)
    patch.setattr(runs, "abandoned", lambda: here.read_text() and given())  # noqa: PLW1514
