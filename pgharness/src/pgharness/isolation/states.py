"""The states of a test database, and the transitions between them."""

from collections.abc import Mapping
from enum import Enum, auto
from typing import Final


class State(Enum):
    """What a test database may contain, and whether it can be used.

    ::

          +- rolled_back_world -> ROLLED_BACK -+
          |                           |        | world
          |                           |        v
        CLEAN ----------- world ---------->  USED -- crash --> DEAD -- restart --> RESTARTED
          ^ ^                         |      | ^                ^                    |  |
          | +--- empty, put_back -----+------+ |                +------- crash ------+  |
          |                                    +---------------- settle ---------------+
          +--- mend ----- BROKEN <-- (a cleanup of CLEAN, ROLLED_BACK or USED fails)

    `put_back` leads to USED if the snapshot is not the initial one. A test that is rolled back
    leaves USED as it is. `settle` first restarts a DEAD server.
    """

    CLEAN = auto()
    """It has the rows of the migrations only."""
    ROLLED_BACK = auto()
    """Tests were rolled back: no row was stored, but sequences may have moved."""
    USED = auto()
    """Rows may be stored: by a test that commits, or from a snapshot."""
    BROKEN = auto()
    """A cleanup failed: the database is replaced before the next test."""
    DEAD = auto()
    """Its server was killed."""
    RESTARTED = auto()
    """Its server runs again; pools may contain connections to the killed one."""


TRANSITIONS: Final[Mapping[State, frozenset[State]]] = {
    State.CLEAN: frozenset({State.ROLLED_BACK, State.USED, State.BROKEN}),
    State.ROLLED_BACK: frozenset({State.CLEAN, State.USED, State.BROKEN}),
    State.USED: frozenset({State.CLEAN, State.BROKEN, State.DEAD}),
    State.BROKEN: frozenset({State.CLEAN}),
    State.DEAD: frozenset({State.RESTARTED}),
    State.RESTARTED: frozenset({State.DEAD, State.USED}),
}
"""The states to which each may change, apart from itself."""


class IllegalTransition(RuntimeError):
    """An operation on a test database that its state does not allow."""


def check_transition(before: State, after: State) -> None:
    """Raise `IllegalTransition` if a test database cannot change its state in this way."""
    if after is not before and after not in TRANSITIONS[before]:
        raise IllegalTransition(f"a test database that is {before.name} cannot become {after.name}")
