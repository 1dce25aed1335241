"""Step types of the steps about every operation of the service."""

from typing import Final

from features.support.operations.examples import WRONG_PASSWORDS
from features.support.operations.fault_sweep import STATEMENT_FAULTS
from features.support.vocabulary import StepTypes

TYPES: Final = StepTypes(
    phrases={
        "Swept": ("every operation", *WRONG_PASSWORDS),
        "WrongPassword": WRONG_PASSWORDS,
    },
    meanings={"StatementFault": STATEMENT_FAULTS},
)
