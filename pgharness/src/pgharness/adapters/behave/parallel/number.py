"""How many processes execute a run, `-D workers=…` or `-j …`, and in which order, `-D order=…`."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from behave.configuration import Configuration
from behave.formatter.null import NullFormatter

from pgharness.adapters.behave.orderly import OrderlyRunner
from pgharness.core.errors import HarnessError
from pgharness.core.option_names import ORDER, WORKERS
from pgharness.results.recording.formatter import EventFormatter

AUTO: Final = "auto"
RANDOM: Final = "random"
DIGITS: Final = 9
MOST: Final = 256
"""A greater number is a mistake: each worker has connections and a database."""
UNITS: Final = 10
"""By `auto`, a worker has at least so many scenarios: it takes as long to start as they run."""


def asked(config: Configuration, settings: Mapping[str, Any]) -> int | None:
    """Return the number of workers that was asked for; None is `auto`.

    `settings` is `[tool.pgharness]`. Raises `HarnessError`.
    """
    if config.jobs != 1 and WORKERS in config.userdata:
        raise HarnessError(f"-j and -D {WORKERS} mean the same: leave one out.")
    if WORKERS in config.userdata:
        return _number(config.userdata[WORKERS], f"-D {WORKERS}={{}}")
    if config.jobs != 1:  # behave's default; who wants one process says so by -D
        return _number(str(config.jobs), "-j {}")
    if WORKERS in settings:
        return _number(str(settings[WORKERS]), f"{WORKERS} = {{}} in [tool.pgharness]")
    return None


def _number(value: str, written: str) -> int | None:
    if value == AUTO:
        return None
    if value.isascii() and value.isdigit() and len(value) <= DIGITS and 1 <= int(value) <= MOST:
        return int(value)
    shown = written.format(value if value.isalnum() or value[1:].isdigit() else "…")
    raise HarnessError(f"{shown} means nothing: use {AUTO}, or a number from 1 to {MOST}.")


def order(config: Configuration) -> int | None:
    """Return the seed of a random order, or None if none was asked for. Raises `HarnessError`."""
    value = config.userdata.get(ORDER)
    if value is None:
        return None
    if value == RANDOM:
        return secrets.randbelow(10**DIGITS)
    if value.isascii() and value.isdigit() and len(value) <= DIGITS:
        return int(value)
    shown = value if value.isalnum() else "…"
    raise HarnessError(
        f"-D {ORDER}={shown} means nothing: use {RANDOM}, or the number of an order,"
        f" which has at most {DIGITS} digits."
    )


def number_of(asked_for: int | None, runner: OrderlyRunner, units: int, *, ordered: bool) -> int:
    """Return the number of workers; 1 means that this process does it all.

    Raises `HarnessError` if several were asked for, or an order, and something else that was asked
    for needs that there is one process.
    """
    obstacle = _obstacle(runner)
    if obstacle and ordered:
        raise HarnessError(f"-D {ORDER} needs a worker, which is not possible: {obstacle}.")
    if obstacle and asked_for is not None and asked_for > 1:
        raise HarnessError(f"several workers are not possible: {obstacle}.")
    if obstacle:
        return 1
    if asked_for is not None:
        return min(asked_for, max(units, 1))
    if not all(Path(path).is_dir() for path in runner.config.paths):
        return 1
    return max(1, min(_processors(), units // UNITS))


def _obstacle(runner: OrderlyRunner) -> str:
    """Return why only one process can execute the scenarios, or an empty text."""
    if not hasattr(os, "fork"):
        return "this system cannot fork a process"
    if runner.config.dry_run:
        return "a dry run executes nothing"
    ours = (EventFormatter, NullFormatter)
    others = [one for one in runner.formatters if not isinstance(one, ours)]
    if others:
        return f"the formatter {others[0].name} can show one process only"
    if runner.config.reporters:
        return "the summary counts the steps of one process only (--no-summary leaves it out)"
    return ""


def _processors() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
