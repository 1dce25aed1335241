"""Runs that are shown on a pseudo-terminal, in a pipe and in CI."""

import os
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import sample_runs as samples
from pgharness.results.model import Run, Status
from pgharness.results.terminal import Look, Terminal
from pseudo_terminals import TERM, ManualClock, Player, PseudoTerminal

FAILED, SKIPPED, NOT_RUN = Status.FAILED, Status.SKIPPED, Status.NOT_RUN
LIVE: Final = re.compile(r"\d/\d+ .*\d:\d\d")
"""The line that moves."""
COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")
LONG: Final = "A very long title " * 20


def player(tty: PseudoTerminal, environment: Mapping[str, str] = TERM, **given: Any) -> Player:
    """Return a player on this terminal; its line moves only when asked."""
    clock = ManualClock()
    look = Look(environment=environment, clock=clock, refresh=None)
    return Player(tty.users.enter_context(Terminal(tty.stream, look=look, **given)), clock)


def shown(run: Run, environment: Mapping[str, str] = {}, encoding: str = "utf-8") -> str:
    """Return what a run writes into a pipe."""
    ours, theirs = os.pipe()
    with (
        ThreadPoolExecutor(1) as pool,
        open(ours, encoding=encoding) as pipe,  # noqa: PTH123
        open(theirs, "w", encoding=encoding) as stream,  # noqa: PTH123
    ):
        received = pool.submit(pipe.read)
        clock = ManualClock()
        look = Look(environment=environment, clock=clock, refresh=None)
        terminal = Terminal(stream, look=look)
        terminal.environment("PostgreSQL 18.6, embedded")
        Player(terminal, clock).play(run)
        terminal.end(run)
        stream.close()
        return received.result()


def suite(*statuses: Status, **given: Any) -> Run:
    """Return a run of two capabilities; the first has cases of these statuses."""
    cases = [samples.case(f"Case {line}", one, line) for line, one in enumerate(statuses, 11)]
    uri = "features/tasks/claiming.feature"
    other = samples.feature(samples.case("Claimed", line=5, uri=uri), uri=uri, name="Claiming")
    return samples.run(samples.feature(*cases), other, **given)
