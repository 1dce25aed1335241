"""A run of several processes that is interrupted: nothing is lost, and nothing is left."""

import os
import signal
from collections.abc import Callable

import psutil
import psycopg
import pytest

from fork_server import PATIENCE
from parallel_projects import PLAIN, WITH_DATABASE, Done, Project, databases, feature, folders

WAITING = "it passes, it arrives, it goes on when it may"
SUITE = feature(
    "Waits",
    f"First: {WAITING}",
    f"Second: {WAITING}",
    *(f"Later {number}: it passes" for number in (1, 2, 3)),
)
WORKERS = ("-D", "workers=2")


def check(done: Done, reason: str, why: str | None = None) -> None:
    """Fail unless the two that were running were interrupted, and the others did not begin."""
    why = why or f"interrupted ({reason})"
    told = done.told()
    assert {told.pop("First"), told.pop("Second")} == {f"not run {why}"}
    assert {*told.values()} == {f"not run not run: the run ended before ({why})"}
    assert not done.run.success
    assert done.run.message == why
    rerun = (done.folder / "reports/rerun.txt").read_text("utf-8")
    assert len(rerun.splitlines()) == len(done.told())


@pytest.mark.parametrize("send", [os.killpg, os.kill])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all_processes(
    number: signal.Signals, send: Callable[[int, int], None], parallel_project: Project
) -> None:
    parallel_project.write(PLAIN, suite=SUITE)
    parallel_project.start(*WORKERS)
    parallel_project.arrived(2)
    send(parallel_project.pid, number)
    done = parallel_project.wait()
    assert done.code == 128 + number
    check(done, number.name)
    assert done.output.count("Interrupted: cleaning up") == 1
    assert "Cannot run" not in done.output
    assert "Traceback" not in done.output
    assert {*done.begun()} == {"before_all", "First", "Second", "after_all"}


def test_a_closed_output_ends_all_processes(parallel_project: Project) -> None:
    """Each feature that is complete is a line of the output."""
    names = ("First", "Second", "Third")
    suite = {name: feature(name, f"{name}: {WAITING}") for name in names}
    parallel_project.write(PLAIN, later=feature("Later", "Later: it passes"), **suite)
    pipe = parallel_project.folder / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    parallel_project.start("-D", "workers=3", output=pipe)
    parallel_project.arrived(3)
    os.close(reader)
    parallel_project.let_go(1)
    done = parallel_project.wait()
    assert done.code == 128 + signal.SIGPIPE
    told = done.told()
    assert sorted(told[name] for name in names) == [
        *["not run interrupted (SIGTERM)"] * 2,
        "passed",
    ]
    assert done.run.message == "interrupted (the output was closed)"


def test_a_worker_that_is_interrupted_ends_the_run(parallel_project: Project) -> None:
    parallel_project.write(PLAIN, suite=SUITE)
    parallel_project.start(*WORKERS)
    first, _ = parallel_project.arrived(2)
    process = psutil.Process(first)
    process.terminate()
    process.wait(PATIENCE)
    parallel_project.let_go(1)
    done = parallel_project.wait()
    assert done.code == 1
    told = done.told()
    assert sorted([told.pop("First"), told.pop("Second")]) == [
        "not run interrupted (SIGTERM)",
        "passed",
    ]
    why = "a worker was interrupted (SIGTERM)."
    assert {*told.values()} == {f"not run not run: the run ended before ({why})"}
    assert f"Cannot run: {why}\n3 examples were not run." in done.output


def test_workers_end_with_their_parent(parallel_project: Project) -> None:
    parallel_project.write(PLAIN, suite=SUITE)
    parallel_project.start(*WORKERS)
    parallel_project.arrived(2)
    os.kill(parallel_project.pid, signal.SIGKILL)
    done = parallel_project.wait(lets_go=2)
    assert done.code == -signal.SIGKILL
    assert {*done.begun()} == {"before_all", "First", "Second"}
    assert "Traceback" not in done.output


IN_DATABASE = feature(
    "Notes", f"First: the note one, {WAITING}", f"Second: {WAITING}", "Later: it passes"
)


def test_an_interrupted_run_drops_the_databases_of_all(
    notes_project: Project, admin: psycopg.Connection
) -> None:
    before = databases(admin)
    notes_project.write(WITH_DATABASE, suite=IN_DATABASE)
    notes_project.start(*WORKERS)
    notes_project.arrived(2)
    assert len([name for name in databases(admin) - before if "_run_" in name]) == 3
    os.killpg(notes_project.pid, signal.SIGINT)
    done = notes_project.wait()
    assert done.code == 128 + signal.SIGINT
    check(done, "SIGINT")
    assert {name for name in databases(admin) - before if "template" not in name} == set()
    assert not folders()


def test_the_next_run_sweeps_what_a_killed_one_has_left(
    notes_project: Project, admin: psycopg.Connection
) -> None:
    before = databases(admin)
    notes_project.write(WITH_DATABASE, suite=IN_DATABASE)
    notes_project.start(*WORKERS)
    processes = notes_project.arrived(2)
    for process in (notes_project.pid, *processes):
        os.kill(process, signal.SIGKILL)
    assert notes_project.wait().code == -signal.SIGKILL
    assert [name for name in databases(admin) - before if "template" not in name]
    notes_project.let_go(2)
    assert notes_project.run(*WORKERS).code == 0
    assert {name for name in databases(admin) - before if "template" not in name} == set()
    assert not folders()
