"""Trying the harness itself: on which database, and what came of it."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from sqlalchemy import URL

from features.support import inventory
from pgharness.core.errors import HarnessError
from pgharness.core.outcomes import check_claimed
from pgharness.observe.log_capture import LogCapture
from pgharness.reset.catalog import Name
from pgharness.reset.execute import Done
from pgharness.reset.foreign_keys import DependencyMap
from pgharness.reset.reset import LOG, Reset


@dataclass
class Rehearsal:
    """A database that the harness is tried on, and what came of it: a part of the `World`."""

    url: URL = field(init=False)
    connection: psycopg.Connection = field(init=False)
    """Somebody's connection to it, other than the harness's own."""
    parents: dict[Name, list[Name]] = field(default_factory=dict)
    """What each of its tables refers to."""
    before: Mapping[str, Any] = field(default_factory=dict)
    """What was in it before it was reset."""
    files: Mapping[Name, int] = field(default_factory=dict)
    """In which file each table was; one that is truncated gets a new one."""
    resetting: Reset = field(init=False)
    """What it was reset by before."""
    used: psycopg.Connection = field(init=False)
    """The connection by which it was."""
    done: Done | None = None
    refusal: HarnessError | None = None
    tried: bool = False
    """Whether there is an outcome that no Then has asked about yet."""
    heard: list[str] = field(default_factory=list)
    """What was logged."""
    map: DependencyMap = field(init=False)

    @contextmanager
    def expected(self) -> Iterator[None]:
        """Keep a refusal for the Then that names it, and what was logged."""
        check_claimed(self.unclaimed())
        self.before, self.files = (
            inventory.contents(self.connection),
            inventory.files(self.connection),
        )
        self.tried, self.done, self.refusal = True, None, None
        ear, level = LogCapture(), LOG.level
        LOG.addHandler(ear)
        LOG.setLevel(logging.INFO)
        try:
            yield
        except HarnessError as refusal:
            self.refusal = refusal
        finally:
            LOG.setLevel(level)
            LOG.removeHandler(ear)
            self.heard = ear.lines

    def claim(self) -> HarnessError | None:
        """Return the refusal, or None if it went through, and count it as judged."""
        assert self.tried, "nothing was tried that could have been refused"
        self.tried = False
        return self.refusal

    def unclaimed(self) -> HarnessError | None:
        """Return the refusal that no Then has asked about, if there is one."""
        return self.refusal if self.tried else None
