"""Faults of what a run records and reports when it ends early."""

import re
from collections.abc import Callable, Iterable
from contextlib import nullcontext

from _pytest.monkeypatch import MonkeyPatch

import test_every_end as ends
import test_rerun
import test_writing
from breaking import fault
from pgharness.core.errors import HarnessError
from pgharness.core.exits import Interruptions
from pgharness.results import writing
from pgharness.results.files import rerun
from pgharness.results.recording import outcomes, recorder

DRIVER = "SIGTERM that is an error of a driver"
IN_STEP = "SIGINT in a step"
AT_THE_END = "SIGINT in after_all, swallowed"


@fault(
    "a driver that makes an error of a signal lets the run go on",
    noticed_by=ends.test_the_terminal,
    end=ends.ENDS[DRIVER],
    which=DRIVER,
)
def interruption_is_lost(patch: MonkeyPatch) -> None:
    patch.setattr(Interruptions, "not_lost", lambda _: nullcontext())


@fault(
    "what was interrupted does not say by what",
    noticed_by=ends.test_the_terminal,
    end=ends.ENDS[IN_STEP],
    which=IN_STEP,
)
def signal_is_not_named(patch: MonkeyPatch) -> None:
    patch.setattr(outcomes, "interruption", lambda: outcomes.INTERRUPTED)


@fault(
    "a run that is interrupted at its end has succeeded",
    noticed_by=ends.test_the_terminal,
    end=ends.ENDS[AT_THE_END],
    which=AT_THE_END,
)
def interrupted_succeeds(patch: MonkeyPatch) -> None:
    patch.setattr(recorder, "interruptions", Interruptions())


@fault(
    "a rule whose hook failed is not repeated if a scenario of the feature failed too",
    noticed_by=test_rerun.test_a_rule_with_a_failed_hook_is_repeated_beside_what_failed,
)
def hooks_are_not_repeated(patch: MonkeyPatch) -> None:
    patch.setattr(rerun, "OF_ELEMENT", re.compile("(?!)"))


@fault(
    "one report that cannot be written leaves the others out",
    noticed_by=test_writing.test_what_cannot_be_kept_leaves_no_other_report_out,
)
def first_problem_ends(patch: MonkeyPatch) -> None:
    def write(writers: Iterable[Callable[[], object]]) -> None:
        try:
            for one in writers:
                one()
        except OSError as error:
            raise HarnessError(str(error)) from None

    patch.setattr(writing, "_write", write)
