"""Step types of the steps about passwords, sessions and tokens."""

from typing import Final

from domain.settings import Argon2Cost
from features.support.defaults import UncheckedCost
from features.support.error_phrases import SESSION_ENDS
from features.support.identity.concurrent_operations import ADMINISTERING, DOING
from features.support.identity.key_files import KEY_FILES
from features.support.identity.logins_in_transactions import WITHIN
from features.support.identity.token_tampering import ALTERATIONS
from features.support.shared_step_types import DEVICES
from features.support.vocabulary import StepTypes


def cost(text: str) -> Argon2Cost:
    """Return the cost that is written as in a PHC string: m=8,t=1,p=1."""
    memory, passes, lanes = (int(part.partition("=")[2]) for part in text.split(","))
    return UncheckedCost(memory_kib=memory, passes=passes, lanes=lanes)


TYPES: Final = StepTypes(
    words={
        "Cost": (r"m=\d+,t=\d+,p=\d+", cost),
    },
    phrases={
        "Device": DEVICES,
        "Fate": ("was ended", "expired", "became idle"),
        "Part": ("header", "claim"),
        "Alteration": ALTERATIONS,
        "KeyFile": KEY_FILES,
        "UnitOfWork": WITHIN,
    },
    meanings={
        "SessionEnd": SESSION_ENDS,
        "Administering": ADMINISTERING,
        "Doing": DOING,
    },
)
