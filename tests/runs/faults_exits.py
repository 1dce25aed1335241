"""Faults in how runs end; `test_exits.py` and `test_interruptions.py` notice them."""

import signal

from _pytest.monkeypatch import MonkeyPatch

from breaking import fault
from pgharness.adapters import contained
from pgharness.adapters.behave import ending
from pgharness.core import exits
from pgharness.core.exits import Interruptions
from tests.runs import test_exits, test_interruptions, test_refusals
from tests.support.running import EACH_EXAMPLE


@fault(
    "SIGHUP ends a run at once",
    noticed_by=test_interruptions.test_an_interrupted_run_leaves_nothing,
    by=signal.SIGHUP,
)
def hang_up_is_not_handled(patch: MonkeyPatch) -> None:
    patch.setattr(exits, "ENDING", (signal.SIGINT, signal.SIGTERM))


@fault(
    "an interrupted run exits as a failed one",
    noticed_by=test_exits.test_a_signal_ends_the_run_whatever_a_step_does,
    step="SIGALRM comes",
    code=142,
)
def interrupted_is_failed(patch: MonkeyPatch) -> None:
    patch.setattr(exits, "SIGNALLED", 1 - signal.SIGALRM)


@fault(
    "a closed pipe breaks the run off",
    noticed_by=test_interruptions.test_a_closed_pipe_ends_the_run_and_leaves_nothing,
    shown=EACH_EXAMPLE,
    errors="apart",
)
def closed_pipe_is_not_noticed(patch: MonkeyPatch) -> None:
    patch.setattr(exits, "watch_outputs", dict)


@fault("a step may end the run", noticed_by=test_exits.test_no_step_ends_the_run)
def steps_may_end_the_run(patch: MonkeyPatch) -> None:
    patch.setattr(contained.Contained, "__exit__", contained.OneProcess.__exit__)


@fault(
    "a fork goes on with the run",
    noticed_by=test_exits.test_a_fork_that_comes_back_out_of_a_step_ends,
)
def forks_go_on(patch: MonkeyPatch) -> None:
    patch.setattr(contained.OneProcess, "__exit__", lambda *_: None)


@fault(
    "a swallowed interruption is forgotten",
    noticed_by=test_exits.test_a_signal_ends_the_run_whatever_a_step_does,
    step="SIGTERM is swallowed",
    code=143,
)
def swallowed_is_forgotten(patch: MonkeyPatch) -> None:
    patch.setattr(Interruptions, "first", property(lambda _: None, lambda *_: None), raising=False)


@fault(
    "the reports are not told why the run ends",
    noticed_by=test_refusals.test_server_that_dies_during_the_run,
)
def reports_are_not_told(patch: MonkeyPatch) -> None:
    patch.setattr(ending, "recorder_of", lambda _: None)


@fault(
    "Ctrl-C while modules load ends in a traceback",
    noticed_by=test_interruptions.test_a_run_that_is_interrupted_while_it_is_loaded_says_so_in_one_line,
)
def loading_is_not_watched(patch: MonkeyPatch) -> None:
    patch.setattr(signal, "getsignal", lambda _: signal.SIG_IGN)
