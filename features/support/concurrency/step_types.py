"""Step types of the steps about concurrent operations."""

from typing import Final

from features.support.concurrency.invariants import TROUBLES
from features.support.concurrency.raw_participant import GUARDS
from features.support.concurrency.workloads import RACES
from features.support.vocabulary import StepTypes

TYPES: Final = StepTypes(
    meanings={
        "Race": RACES,
        "Guard": GUARDS,
        "Trouble": TROUBLES,
    },
)
