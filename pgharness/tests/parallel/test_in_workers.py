"""What projects and options do in several processes."""

import psycopg

from parallel_projects import (
    PLAIN,
    STEPS,
    WITH_DATABASE,
    Project,
    databases,
    feature,
    folders,
    several,
)

OWN = """
import os
from pathlib import Path
from pgharness.adapters import behave as ours
from pgharness.adapters.behave import *

BEGUN = Path.cwd() / "begun"

def note(line):
    with BEGUN.open("a") as file:
        file.write(f"{os.getpid()} {line}\\n")

def before_all(context):
    ours.before_all(context)
    context.add_cleanup(note, "cleanup of the first process")
    context.number = 1
    note("before_all")

def after_all(context):
    assert "world" not in context
    note("after_all")

def before_scenario(context, scenario):
    ours.before_scenario(context, scenario)
    assert context.number == 1
    if "left" not in context:
        context._root["left"] = True
        context.add_cleanup(note, "cleanup of a worker", layer="testrun")
    note("before")
"""


def test_hooks_cleanups_and_options(notes_project: Project, admin: psycopg.Connection) -> None:
    before = databases(admin)
    notes_project.write(
        WITH_DATABASE,
        {"features/environment.py": OWN, "features/steps/steps.py": STEPS},
        some=feature(
            "Some",
            "Fails: the note one, it arrives, it goes on when it may, it fails",
            "Fails too: the note two, it arrives, it goes on when it may, it fails",
            *several("Passes", 4, "the note three"),
            "@fixture.server Skipped: it passes",
        ),
    )
    arguments = ("-D", "keep=failed", "-D", "timing=on", "-D", "sql=on")
    notes_project.start(*arguments, "-D", "workers=2")
    processes = notes_project.arrived(2)
    notes_project.let_go(2)
    done = notes_project.wait()
    assert done.code == 1
    begun = done.begun()
    first = notes_project.pid
    assert begun["before_all"] == begun["after_all"] == [first]
    assert begun["cleanup of the first process"] == [first]
    assert {*begun["before"]} == {*processes} == {*begun["cleanup of a worker"]}
    assert len(begun["before"]) == 7
    assert len(begun["cleanup of a worker"]) == 2
    assert "per test (median of 6)" in done.output
    assert "\nSkipped 1 test: " in done.output
    assert done.output.count("\nKept until the next run on this server:\n") == 1
    kept = databases(admin) - before
    copies = {name for name in kept if "_kept_" in name}
    assert len(copies) == 2
    assert all(name in done.output for name in copies), done.output
    assert {name for name in kept - copies if "template" not in name} == set()
    for case in done.run.cases:
        texts = [one.body for each in case.executed for one in each.attachments]
        if case.name.startswith("Fails"):
            assert any("INSERT INTO notes" in text for text in texts)
            assert any("psql " in text for text in texts)
    notes_project.let_go(2)
    assert notes_project.run("-D", "workers=1", "--tags=not @fixture.server").code == 1
    assert not {name for name in databases(admin) - before if "template" not in name}
    assert not folders()


def test_a_project_without_hooks(parallel_project: Project) -> None:
    left_out = {name: text for name, text in PLAIN.items() if "environment" not in name}
    parallel_project.write(left_out, some=feature("Some", *several("Some", 4), "Fails: it fails"))
    done = parallel_project.run("-D", "workers=2")
    assert done.code == 1
    assert done.told() == {
        **{f"Some {number}": "passed" for number in (1, 2, 3, 4)},
        "Fails": "failed one is not two",
    }
