"""Step types of the steps about transactions."""

from typing import Final

from domain import Isolation
from domain.database.connections import EXCEEDED, CommitOutcome, Limit
from features.support.operations.extreme_times import DURATIONS
from features.support.operations.fault_sweep import WAYS
from features.support.transactions.conflicts import CONFLICTS
from features.support.transactions.connection_loss import ENDS, LOSSES
from features.support.transactions.constraint_violations import BREACHES, WHEN
from features.support.transactions.mid_transaction_faults import MISHAPS
from features.support.transactions.timeouts import EXCESSES
from features.support.vocabulary import StepTypes
from pgharness.interleaving.schedules import VERDICTS

LEVELS: Final = {level.lower(): level for level in Isolation}
"""The isolation levels by SQL's names."""

TYPES: Final = StepTypes(
    words={
        "AnomalyKinds": (r"G[\w-]+(?: and G[\w-]+)*", lambda text: tuple(text.split(" and "))),
        "Priorities": (r"[A-Z]\w+ \d+(?:, [A-Z]\w+ \d+)*", str),
        "Order": (r"\w+(?:, \w+)*", lambda text: tuple(text.split(", "))),
    },
    phrases={
        "Mishap": MISHAPS,
        "Loss": LOSSES,
        "Ends": ENDS,
        "How": CONFLICTS,
        "Group": DURATIONS,
        "Excess": EXCESSES,
        "Complaint": [complaint for complaint, _ in EXCEEDED.values()],
        "Breach": BREACHES,
        "When": WHEN.values(),
        "Way": WAYS,
        "Verdict": VERDICTS,
    },
    meanings={
        "CommitOutcome": {outcome.value: outcome for outcome in CommitOutcome},
        "Level": LEVELS,
        "Limit": {limit.value: limit for limit in Limit},
    },
)
