"""Step types of the steps about the test database."""

from typing import Final

from features.support.harness.trials import rename, rename_asynchronously
from features.support.vocabulary import StepTypes

TYPES: Final = StepTypes(
    meanings={"Renaming": {"a session": rename, "an asynchronous session": rename_asynchronously}},
)
