"""Step types of the steps about transactions."""

from typing import Final

from psycopg import errors

from domain import Isolation
from features.support.transactions.anomaly_operations import VERDICTS
from features.support.transactions.conflicts import Conflicts
from features.support.transactions.connection_loss import COMMIT_ENDS
from features.support.transactions.mid_transaction_faults import FAULTS
from features.support.transactions.open_transaction import Handling
from features.support.vocabulary import StepTypes

LEVELS: Final = {level.lower(): level for level in Isolation}
"""The isolation levels by SQL's names."""


def anomalies(text: str) -> tuple[str, ...]:
    """Return the anomalies that a history has: none, or those of "only G-single and G2"."""
    return () if text == "no anomalies" else tuple(text.removeprefix("only ").split(" and "))


TYPES: Final = StepTypes(
    words={
        "Anomalies": (r"no anomalies|only G[\w-]+(?: and G[\w-]+)*", anomalies),
        "Attempts": (r"\d+ attempts?", lambda text: int(text.split()[0])),
        "Conflicts": (Conflicts.PATTERN, Conflicts.read),
        "PoolConnections": (r"\d+ connections?", lambda text: int(text.split()[0])),
        "Order": (r"\w+(?:, \w+)*", lambda text: tuple(text.split(", "))),
        "Priorities": (r"[A-Z]\w+ \d+(?:, [A-Z]\w+ \d+)*", str),
    },
    phrases={
        "CommitEnd": COMMIT_ENDS,
        "Fault": FAULTS,
        "Verdict": VERDICTS,
    },
    meanings={
        "DriverError": {"DataError": errors.DataError, "DiskFull": errors.DiskFull},
        "InSavepoint": {"": False, " in a savepoint": True},
        "Handling": {handling.value: handling for handling in Handling},
        "Level": LEVELS,
    },
)
