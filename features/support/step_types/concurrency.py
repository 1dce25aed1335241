"""Step types of the steps about concurrent operations."""

from typing import Final

from features.support.by_hand import GUARDS
from features.support.races import RACES
from features.support.step_types.registry import StepTypes
from features.support.troubles import TROUBLES

TYPES: Final = StepTypes(
    meanings={
        "Race": RACES,
        "Guard": GUARDS,
        "Trouble": TROUBLES,
    },
)
