"""What the suite `every_status/` must show, written by hand, and how it is run."""

import os
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyte

import fork_server
from pgharness.results.model import Status

SUITE: Final = Path(__file__).parent / "every_status"
COLUMNS: Final = 200
LINES: Final = 50

Key = tuple[str, int]
"""The name of a scenario, and which one of its name it is."""


@dataclass(frozen=True)
class Expected:
    """What all reports must say of a scenario."""

    place: str
    """`file:line` below `features/`."""
    status: Status
    why: str = ""
    """The reason, or the type of the exception."""


OUTCOMES: Final = "statuses/steps.feature"
HOOKS: Final = "statuses/hooks.feature"
NO_THING: Final = "no such thing"
BEFORE_FEATURE: Final = f"not run: before_feature failed: before_feature_fails: {NO_THING}"
HOSTILE: Final = (
    'A name <script>alert(1)</script> & "quotes" \x1b[31mred\x1b[0m `code` | *bold* \\n end'
)

STATUSES: Final = {
    ("All steps pass", 1): Expected(f"{OUTCOMES}:4", Status.PASSED),
    ("An assertion fails", 1): Expected(f"{OUTCOMES}:11", Status.FAILED, "AssertionError"),
    ("A table differs", 1): Expected(f"{OUTCOMES}:16", Status.FAILED, "AssertionError"),
    ("A step raises an error", 1): Expected(f"{OUTCOMES}:22", Status.ERROR, "LookupError"),
    ("A step is undefined", 1): Expected(f"{OUTCOMES}:26", Status.UNDEFINED, "UndefinedStep"),
    # behave takes its own exception only for pending
    ("A step is not implemented", 1): Expected(
        f"{OUTCOMES}:31", Status.ERROR, "NotImplementedError"
    ),
    ("A step is pending", 1): Expected(f"{OUTCOMES}:34", Status.PENDING, "StepNotImplementedError"),
    ("A step skips the rest", 1): Expected(f"{OUTCOMES}:38", Status.SKIPPED, "not on Mondays"),
    ("A hook skips it", 1): Expected(f"{OUTCOMES}:44", Status.SKIPPED, "needs a printer"),
    ("It has no steps", 1): Expected(f"{OUTCOMES}:47", Status.SKIPPED, "it has no steps"),
    ("One of three rows fails", 1): Expected(f"{OUTCOMES}:57", Status.PASSED),
    ("One of three rows fails", 2): Expected(f"{OUTCOMES}:58", Status.FAILED, "AssertionError"),
    ("One of three rows fails", 3): Expected(f"{OUTCOMES}:59", Status.PASSED),
    ("Alone", 1): Expected(f"{OUTCOMES}:63", Status.PASSED),
    ("before_scenario fails", 1): Expected(f"{HOOKS}:4", Status.ERROR, "LookupError"),
    ("after_scenario fails", 1): Expected(f"{HOOKS}:8", Status.ERROR, "LookupError"),
    ("before_tag fails", 1): Expected(f"{HOOKS}:12", Status.ERROR, "LookupError"),
    ("Its cleanup fails", 1): Expected(f"{HOOKS}:15", Status.ERROR, "OSError"),
    ("A step fails, and after_scenario", 1): Expected(f"{HOOKS}:20", Status.ERROR, "LookupError"),
    ("In a rule that cannot begin", 1): Expected(
        f"{HOOKS}:26", Status.NOT_RUN, f"not run: before_rule failed: before_rule_fails: {NO_THING}"
    ),
    ("In a rule that cannot end", 1): Expected(f"{HOOKS}:32", Status.PASSED),
    ("In a feature that cannot begin", 1): Expected(
        "statuses/before_feature.feature:4", Status.NOT_RUN, BEFORE_FEATURE
    ),
    ("In a rule of a feature that cannot begin", 1): Expected(
        "statuses/before_feature.feature:9", Status.NOT_RUN, BEFORE_FEATURE
    ),
    ("With a cleanup of the feature", 1): Expected("statuses/cleanup.feature:3", Status.PASSED),
    ("In a feature that cannot end", 1): Expected(
        "statuses/after_feature.feature:4", Status.PASSED
    ),
    ("With a background that passes", 1): Expected("statuses/backgrounds.feature:6", Status.PASSED),
    ("With a background of its rule that fails", 1): Expected(
        "statuses/backgrounds.feature:14", Status.FAILED, "AssertionError"
    ),
    ("With a background that fails", 1): Expected(
        "statuses/failing_background.feature:6", Status.ERROR, "LookupError"
    ),
    ("With a background of its feature that fails", 1): Expected(
        "statuses/failing_background.feature:14", Status.ERROR, "LookupError"
    ),
    (HOSTILE, 1): Expected("statuses/names.feature:3", Status.PASSED),
    ("Hostile text <b>", 1): Expected("statuses/names.feature:6", Status.ERROR, "ValueError"),
}
FAILED_HOOKS: Final = {
    "after_feature features/statuses/after_feature.feature:2",
    "after_rule features/statuses/hooks.feature:30",
    "before_feature features/statuses/before_feature.feature:2",
    "before_rule features/statuses/hooks.feature:24",
    "cleanup remove_file features/statuses/cleanup.feature:1",
}
REPEATED_TOO: Final = {
    "features/statuses/after_feature.feature",
    "features/statuses/cleanup.feature",
    "features/statuses/hooks.feature:32",
}
"""What is repeated although all its scenarios have passed: a hook or a cleanup failed."""


@dataclass(frozen=True)
class Done:
    """A run that has ended."""

    folder: Path
    code: int
    output: str


def counts(table: dict[Key, Expected]) -> Counter[Status]:
    """Return how many scenarios have each status."""
    return Counter(expected.status for expected in table.values())


def copied(folder: Path) -> Path:
    """Return a copy of the suite that has not been run."""
    return Path(shutil.copytree(SUITE, folder, ignore=shutil.ignore_patterns("__pycache__")))


def run(folder: Path, *arguments: str) -> Done:
    """Run the suite in a folder, its output in a pipe."""
    done = fork_server.run("behave", *arguments, folder=folder, env=_environment())
    return Done(folder, done.returncode, done.stdout)


def run_on_terminal(folder: Path, *arguments: str) -> Done:
    """Run the suite in a folder, on a terminal; the output is what is to be seen there."""
    ours, theirs = os.openpty()
    screen = pyte.HistoryScreen(COLUMNS, LINES, history=10_000)
    emulator = pyte.ByteStream(screen)
    with Path(os.devnull).open("rb") as nothing:
        process = fork_server.start(
            *("behave", *arguments),
            folder=folder,
            env={**_environment(), "TERM": "xterm-256color", "COLUMNS": str(COLUMNS)},
            streams=(nothing.fileno(), theirs, theirs),
        )
    os.close(theirs)
    try:
        while data := os.read(ours, 65536):
            emulator.feed(data.replace(b"\n", b"\r\n"))
    except OSError:  # how Linux tells that the other end is closed
        pass
    finally:
        os.close(ours)
    code = process.wait()
    gone = ["".join(line[at].data for at in range(COLUMNS)) for line in screen.history.top]
    return Done(folder, code, "\n".join(line.rstrip() for line in [*gone, *screen.display]))


def _environment() -> dict[str, str]:
    """Return the environment of the tests without what makes it CI's, and with no colours."""
    left_out = {"CI", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "FORCE_COLOR"}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**kept, "PYTHONUTF8": "1", "NO_COLOR": "1"}
