"""What ends a run early: `--stop`, and a server that is gone."""

from contextlib import suppress

import psutil

from fork_server import PATIENCE
from parallel_projects import (
    PLAIN,
    STEPS,
    WITH_DATABASE,
    Project,
    begun_in,
    feature,
    folders,
    several,
)


def test_after_a_failure_nothing_begins(parallel_project: Project) -> None:
    """Not even in a batch that another worker has begun."""
    parallel_project.write(
        PLAIN,
        a_fails=feature("Fails", "Fails: it arrives, it fails", "Next: it passes"),
        long=feature(
            "Long",
            "Waits: it arrives, it goes on when it may",
            *several("Not", 2),
            tags="@fixture.shared",
        ),
        more=feature("More", *several("More", 2)),
    )
    parallel_project.start("-D", "workers=2", "--stop")
    arrived = parallel_project.arrived(2)
    [failing] = set(arrived) - set(begun_in(parallel_project.folder)["Waits"])
    with suppress(psutil.NoSuchProcess):  # it may have ended by now
        psutil.Process(failing).wait(PATIENCE)  # its parent has seen the failure
    parallel_project.let_go(1)
    done = parallel_project.wait()
    assert done.code == 1
    told = done.told()
    assert told.pop("Fails") == "failed one is not two"
    assert told.pop("Waits") == "passed"
    why = "stopped after the first failure"
    assert done.run.message == why
    assert {*told.values()} == {f"not run not run: the run ended before ({why})"}
    assert {*done.begun()} == {"before_all", "Fails", "Waits", "after_all"}
    assert "Cannot run" not in done.output


SERVER_ENDS = """
import psutil

@step("the server ends")
def server_ends(context):
    psutil.Process(context.database.observer.info.backend_pid).parent().send_signal(signal.SIGQUIT)
    waits(context)

@step("it waits for the server")
def waits(context):
    next(context.database.observer.notifies())
"""


def test_a_server_that_ends_is_said_once(parallel_project: Project) -> None:
    parallel_project.write(
        WITH_DATABASE,
        {"features/steps/steps.py": STEPS + SERVER_ENDS},
        a_ends=feature("Ends", "Ends: it arrives, it goes on when it may, the server ends"),
        b_waits=feature("Waits", "Waits: it arrives, it waits for the server"),
        later=feature("Later", *several("Later", 4)),
    )
    parallel_project.start("-D", "workers=2", "-D", "postgres=embedded")
    parallel_project.arrived(2)
    parallel_project.let_go(1)
    done = parallel_project.wait()
    assert done.code == 1
    said = [line for line in done.output.splitlines() if line.startswith("Cannot run: ")]
    assert len(said) == 1, done.output
    assert said[0].startswith("Cannot run: the server is gone, the run ends here (")
    assert "\n4 examples were not run.\n" in done.output
    told = done.told()
    assert {told[name].partition(" ")[0] for name in ("Ends", "Waits")} == {"error"}
    later = {told[f"Later {number}"] for number in (1, 2, 3, 4)}
    assert later == {f"not run not run: the run ended before ({said[0][len('Cannot run: ') :]})"}
    assert not folders()
