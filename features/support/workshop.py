"""Per-scenario state of the steps about factories and comparisons."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session

from domain.schema import Base
from pgharness.data.fingerprints import Fingerprint

Samples = list[tuple[str | None, str | None]]
"""Values of two columns, as text."""


class Workshop:
    """What was made, and what comparisons reported."""

    def __init__(self) -> None:
        self.session: Session
        """Where somebody makes something and has not committed it."""
        self.made: list[tuple[str, Base]] = []
        """What was made, with the status that it was made in."""
        self.later: list[tuple[str, Base]] = []
        """What was made of the same at a later time."""
        self.statements: list[str] = []
        """What was sent to make it."""
        self.refusal: Exception | None = None
        """Why something could not be made."""
        self.said: str | None = None
        """What a comparison complained of."""
        self.kind = ""
        """What the samples are of."""
        self.samples: Samples = []
        """What is to be changed into something else."""
        self.fingerprints: list[Fingerprint] = []
        """Before and after."""
        self.rows: list[dict[str, Any]] = []
        """What a table was read as."""

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Keep what a comparison complains of."""
        self.said = None
        try:
            yield
        except AssertionError as complaint:
            self.said = str(complaint)
