"""The states of a test database, and how it gets from one to another."""

from collections.abc import Mapping
from enum import Enum, auto
from typing import Final


class State(Enum):
    """What a test database may hold, and whether it can be used.

    ::

          +-- rolled_back_world --> COUNTED --+
          |                           |       | world
          |                           |       v
        CLEAN ----------- world --------->  USED -- crash --> DEAD -- restart --> RESTARTED
          ^ ^                         |     | ^                ^                    |  |
          | +--- empty, put_back -----+-----+ |                +------- crash ------+  |
          |                                   +---------------- settle ---------------+
          +--- mend --- OWED <-- (a clean-up of CLEAN, COUNTED or USED fails)

    `put_back` leads to USED where what is put back is not empty. A scenario that is rolled back
    leaves USED as it is. `settle` first restarts a server that is DEAD.
    """

    CLEAN = auto()
    """It holds what the migrations have left."""
    COUNTED = auto()
    """Rolled-back scenarios have run: no row was stored, but sequences may have moved."""
    USED = auto()
    """Rows may be stored: a scenario has run that commits, or a snapshot was put back."""
    OWED = auto()
    """A clean-up failed: a new database must take its place before the next scenario."""
    DEAD = auto()
    """Its server was killed."""
    RESTARTED = auto()
    """Its server runs again; the domain's pool may hold connections to the one that was killed."""


TRANSITIONS: Final[Mapping[State, frozenset[State]]] = {
    State.CLEAN: frozenset({State.COUNTED, State.USED, State.OWED}),
    State.COUNTED: frozenset({State.CLEAN, State.USED, State.OWED}),
    State.USED: frozenset({State.CLEAN, State.OWED, State.DEAD}),
    State.OWED: frozenset({State.CLEAN}),
    State.DEAD: frozenset({State.RESTARTED}),
    State.RESTARTED: frozenset({State.DEAD, State.USED}),
}
"""To which states each may change; it may always stay."""


class IllegalTransition(RuntimeError):
    """Something was asked of a test database that its state does not allow."""


def check_transition(before: State, after: State) -> None:
    """Raise `IllegalTransition` unless a test database may change its state so, or keep it."""
    if after is not before and after not in TRANSITIONS[before]:
        raise IllegalTransition(f"a test database that is {before.name} cannot become {after.name}")
