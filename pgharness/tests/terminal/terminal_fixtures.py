"""Fixtures with a pseudo-terminal."""

from collections.abc import Iterator

import pytest

from pseudo_terminals import PseudoTerminal


@pytest.fixture
def tty() -> Iterator[PseudoTerminal]:
    """A terminal of 80 columns."""
    made = PseudoTerminal()
    yield made
    made.close()


@pytest.fixture
def narrow() -> Iterator[PseudoTerminal]:
    """A terminal of 40 columns."""
    made = PseudoTerminal(40)
    yield made
    made.close()
