"""Step types of the steps about migrations."""

from typing import Final

from features.support.bystanders import HOLDING
from features.support.drift import BY_HAND
from features.support.step_types.registry import StepTypes
from features.support.undoing import UNDOINGS

TYPES: Final = StepTypes(
    words={
        "Revision": (r"\d{4}", str),
        "Encoding": (r"[A-Z]+[0-9]+", str),
    },
    phrases={
        "Held": HOLDING,
        "ByHand": BY_HAND,
        "Undoing": UNDOINGS,
    },
)
