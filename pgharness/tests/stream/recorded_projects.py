"""Tiny projects that know nothing of the harness, and the streams of behave's runs over them."""

import os
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import fork_server
from pgharness.results.model import Case, Hook, Run
from pgharness.results.stream import reading

STREAM: Final = "messages.ndjson"
MESSAGES: Final = "--format=pgharness.results:Messages"

STEPS: Final = """
import os, signal
from behave import step
from behave.api.pending_step import StepNotImplementedError

@step("it passes")
@step("it passes for {what}")
def passes(context, what=""):
    pass

@step("it fails")
def fails(context):
    assert False, "one is not two"

@step("it raises")
def raises(context):
    raise LookupError("no such thing")

@step("it is pending")
def pending(context):
    raise StepNotImplementedError("later")

@step("it skips the rest")
def skips(context):
    context.scenario.skip("not on Mondays")

@step("it runs steps of its own")
def nested(context):
    context.execute_steps("Given it passes\\nWhen it passes for others\\nThen it passes")

@step("a step of its own fails")
def nested_failure(context):
    context.execute_steps("Given it passes\\nWhen it fails\\nThen it passes")

@step("a step of its own is undefined")
def nested_undefined(context):
    context.execute_steps("Given nothing like it")

@step("it is interrupted")
def interrupted(context):
    raise KeyboardInterrupt

@step("the process is killed")
def killed(context):
    os.kill(os.getpid(), signal.SIGKILL)

@step("its cleanup fails")
def cleanup_fails(context):
    context.add_cleanup(remove)
    context.add_cleanup(remove_named, "a file", name="b")

def remove():
    raise OSError("it is gone")

def remove_named(*_, **__):
    raise AssertionError("still there")

@step("it raises what it reads")
def raises_text(context):
    raise ValueError(context.text)

@step("it attaches what it reads")
def attaches(context):
    context.attach("text/plain", context.text)
    context.attach("text/plain", context.text.encode("utf-8"))
"""


@dataclass(frozen=True)
class Recorded:
    """What a run of behave has left."""

    folder: Path
    code: int
    """The exit code; negative if a signal ended the process."""
    output: str
    files: list[str] = field(default_factory=lambda: [STREAM])

    @property
    def text(self) -> str:
        """The stream."""
        return (self.folder / self.files[0]).read_text("utf-8")

    @property
    def run(self) -> Run:
        """The run that the stream describes."""
        return reading.read(self.folder / self.files[0])

    @property
    def cases(self) -> list[str]:
        """The cases, each with its status and reason, in a line."""
        return [shown(case) for case in self.run.cases]

    def case(self, name: str) -> Case:
        """Return the case of this name."""
        [found] = [case for case in self.run.cases if case.name == name]
        return found


def shown(case: Case) -> str:
    """Return a case with its status and reason in a line."""
    reason = f" ({case.reason})" if case.reason else ""
    return f"{case.line} {case.name}: {case.status}{reason}"


def problem_of(one: Hook) -> str:
    """Return what failed, where, and why, in a line."""
    said = f"{one.problem.type}: {one.problem.message}" if one.problem else ""
    return f"{one.name} at {one.place}: {one.status} {said}".rstrip()


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write files by their paths; the indentation that all lines have is removed."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text).lstrip("\n"), "utf-8")


def record(
    folder: Path,
    feature: str = "",
    *arguments: str,
    environment: str = "",
    files: Mapping[str, str] | None = None,
) -> Recorded:
    """Run behave over `features/a.feature` with the formatter."""
    write(
        folder,
        {
            **({"features/a.feature": feature} if feature else {}),
            **({"features/environment.py": environment} if environment else {}),
            "features/steps/steps.py": STEPS,
            **(files or {}),
        },
    )
    return behave(folder, MESSAGES, f"--outfile={STREAM}", *arguments)


def behave(folder: Path, *arguments: str, started_in: Path | None = None) -> Recorded:
    """Run behave in a project with these arguments only."""
    done = fork_server.run(
        *("behave", "--no-color", *arguments),
        folder=started_in or folder,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    return Recorded(folder, done.returncode, done.stdout)
