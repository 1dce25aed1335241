"""A worker that dies takes one scenario with it, of which the reports say how; all others run."""

import psutil
import psycopg

from parallel_projects import (
    PLAIN,
    STEPS,
    WITH_DATABASE,
    Done,
    Project,
    databases,
    feature,
    folders,
    several,
)
from pgharness.results.model import Status

DIED = "error the worker process {} while this was being executed."
KILLED = DIED.format("was killed (SIGKILL)")


def deaths(project: Project) -> None:
    """Write features in which workers die in every way, each with others around it."""
    project.write(
        PLAIN,
        steps=feature(
            "Steps",
            "First: it passes",
            "Killed: it passes, the process gets SIGKILL, it passes",
            "Exits: the process exits",
            "Crashes: the process gets SIGSEGV",
            "Strange: the process gets SIGRTMAX",
            "Last: it passes",
        ),
        hooks=feature(
            "Hooks",
            "@killed_before Killed before: it passes",
            "@exits_after Exits after: it passes",
            "Last of hooks: it passes",
        ),
    )


def test_a_worker_that_dies_is_an_error_of_what_it_was_executing(
    parallel_project: Project,
) -> None:
    deaths(parallel_project)
    done = parallel_project.run("-D", "workers=2")
    assert done.code == 1
    assert done.told() == {
        "First": "passed",
        "Killed": KILLED,
        "Exits": DIED.format("ended (exit code 0)"),
        "Crashes": DIED.format("was killed (SIGSEGV)"),
        "Strange": DIED.format("was killed (SIGRTMAX)"),
        "Last": "passed",
        "Killed before": KILLED,
        "Exits after": DIED.format("ended (exit code 3)"),
        "Last of hooks": "passed",
    }
    assert [len(processes) for processes in done.begun().values()] == [1] * 11
    [killed] = [case for case in done.run.cases if case.name == "Killed"]
    steps = [step.status for step in killed.steps]
    assert steps == [Status.PASSED, Status.ERROR, Status.SKIPPED]
    assert "Traceback" not in done.output


IN_HOOKS = """
def before_feature(context, feature):
    note(f"before {feature.name}")
    if "killed_before_feature" in feature.tags:
        os.kill(os.getpid(), signal.SIGKILL)

def after_feature(context, feature):
    note(f"after {feature.name}")
    if "killed_after_feature" in feature.tags:
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_worker_that_dies_in_a_hook_of_a_feature(parallel_project: Project) -> None:
    own = {"features/environment.py": PLAIN["features/environment.py"] + IN_HOOKS}
    parallel_project.write(
        PLAIN,
        own,
        before=feature("Before", *several("Never", 2), tags="@killed_before_feature"),
        after=feature("After", *several("Early", 2), tags="@killed_after_feature"),
        between=feature("Between", "Killed: the process gets SIGKILL", *several("Late", 2)),
        other=feature("Other", *several("Other", 2)),
    )
    done = parallel_project.run("-D", "workers=2")
    assert done.code == 1
    message = KILLED.removeprefix("error ")
    reason = f"not run not run: before_feature failed: {message}"
    assert done.told() == {
        **{f"Never {number}": reason for number in (1, 2)},
        **{f"Early {number}": "passed" for number in (1, 2)},
        "Killed": KILLED,
        **{f"Late {number}": "passed" for number in (1, 2)},
        **{f"Other {number}": "passed" for number in (1, 2)},
    }
    hooks = [hook for one in done.run.features for hook in one.hooks]
    assert [(hook.name.partition(" ")[0], hook.status) for hook in hooks] == [
        ("after_feature", Status.ERROR),
        ("before_feature", Status.ERROR),
    ]
    assert all(hook.problem and hook.problem.message == message for hook in hooks)
    begun = done.begun()
    assert [len(begun[f"before {name}"]) for name in ("Before", "After", "Between", "Other")] == [
        1,
        1,
        2,
        1,
    ]
    assert len({*begun["Killed"], *begun["Late 1"]}) == 2, "another process goes on"
    assert begun["Late 1"] == begun["Late 2"]


IN_CLEANUPS = """
@step("its cleanup kills")
def kills(context):
    context.add_cleanup(os.kill, os.getpid(), signal.SIGKILL)

@step("the cleanup of the run kills")
def kills_at_the_end(context):
    context.add_cleanup(os.kill, os.getpid(), signal.SIGKILL, layer="testrun")
"""


def test_a_worker_that_dies_in_a_cleanup(parallel_project: Project) -> None:
    without_hooks = {
        "pyproject.toml": PLAIN["pyproject.toml"],
        "features/steps/steps.py": STEPS + IN_CLEANUPS,
    }
    parallel_project.write(
        without_hooks,
        cleanups=feature(
            "Cleanups",
            "Passes: its cleanup kills, it passes",
            "Fails: its cleanup kills, it fails",
            "Of the run: the cleanup of the run kills",
            *several("Other", 3),
        ),
    )
    done = parallel_project.run("-D", "workers=2")
    assert done.code == 1
    assert done.told() == {
        "Passes": KILLED,
        "Fails": f"error one is not two {KILLED.removeprefix('error ')}",
        "Of the run": "passed",
        **{f"Other {number}": "passed" for number in (1, 2, 3)},
    }
    assert "the worker process was killed (SIGKILL) outside of the examples." in done.output


EACH_DIES = """
parent = os.getpid()

def die():
    if os.getppid() == parent:
        os.kill(os.getpid(), signal.SIGKILL)

os.register_at_fork(after_in_child=die)
"""


def test_workers_that_all_die_end_the_run(parallel_project: Project) -> None:
    own = {"features/environment.py": PLAIN["features/environment.py"] + EACH_DIES}
    parallel_project.write(PLAIN, own, some=feature("Some", *several("Some", 6)))
    done = parallel_project.run("-D", "workers=2")
    assert done.code == 1
    why = "the worker process was killed (SIGKILL) outside of the examples."
    assert f"Cannot run: {why}\n6 examples were not run.\n" in done.output
    assert {*done.told().values()} == {f"not run not run: the run ended before ({why})"}
    assert [*done.begun()] == ["before_all", "after_all"]


def test_a_fork_of_a_step_keeps_nothing_from_ending(parallel_project: Project) -> None:
    """It has the pipe of its worker, which therefore does not end with that."""
    steps = """
@step("a fork is left and the process is killed")
def left(context):
    if not os.fork():
        goes_on(context)
        os._exit(0)
    os.kill(os.getpid(), signal.SIGKILL)
"""
    parallel_project.write(
        PLAIN,
        {"features/steps/steps.py": STEPS + steps},
        some=feature(
            "Some", "Killed: a fork is left and the process is killed", *several("Other", 3)
        ),
    )
    parallel_project.start("-D", "workers=2")
    done = parallel_project.wait(lets_go=1)
    assert done.told()["Killed"] == KILLED
    assert [*done.told().values()].count("passed") == 3


OWN_SERVER = """
@step("its server has a process")
def has_a_process(context):
    backend = psutil.Process(context.database.observer.info.backend_pid)
    with open("servers", "a") as file:
        file.write(f"{backend.parent().pid}\\n")
"""


def with_database(project: Project) -> None:
    """Write features whose workers die while they have a database, and a server of their own."""
    steps = "import psutil\n" + STEPS + OWN_SERVER
    project.write(
        WITH_DATABASE,
        {"features/steps/steps.py": steps},
        alone=feature("Alone", "Killed: the note one, the process gets SIGKILL", *several("Ok", 2)),
        scope=feature(
            "Scope",
            "Before: the note two",
            "Killed in the scope: the process exits",
            "After: it passes",
            tags="@fixture.cleanup.feature",
        ),
        server=feature(
            "Server",
            "@fixture.server Killed with its server: its server has a process,"
            " the process gets SIGKILL",
        ),
    )


def check_with_database(done: Done, *, server: str) -> None:
    """Fail unless what died is an error, and all others have passed."""
    assert done.code == 1
    assert done.told() == {
        "Killed": KILLED,
        "Ok 1": "passed",
        "Ok 2": "passed",
        "Before": "passed",
        "Killed in the scope": DIED.format("ended (exit code 0)"),
        "After": "passed",
        "Killed with its server": server,
    }


def test_what_a_killed_worker_had_on_the_server_is_removed(
    notes_project: Project, admin: psycopg.Connection
) -> None:
    before = databases(admin)
    with_database(notes_project)
    done = notes_project.run("-D", "workers=2")
    skipped = done.told()["Killed with its server"]
    assert skipped.startswith("skipped ")
    check_with_database(done, server=skipped)
    assert databases(admin) == before | {name for name in databases(admin) if "template" in name}
    assert not folders()


def test_the_server_of_a_killed_worker_is_ended(parallel_project: Project) -> None:
    with_database(parallel_project)
    done = parallel_project.run("-D", "workers=2", "-D", "postgres=embedded")
    check_with_database(done, server=KILLED)
    [server] = (parallel_project.folder / "servers").read_text("utf-8").split()
    assert not psutil.pid_exists(int(server))
    assert not folders()
