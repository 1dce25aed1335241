"""Step types of the steps about the harness."""

from typing import Final

from features.support.harness import rename, rename_asynchronously
from features.support.leavings import DOINGS as LEAVINGS
from features.support.step_types.registry import StepTypes

TYPES: Final = StepTypes(
    phrases={
        "Leaving": LEAVINGS,
        "HookTime": ("before", "after"),
    },
    meanings={
        "Renaming": {"a session": rename, "an asynchronous session": rename_asynchronously},
        "Sharing": {"this rule": "rule", "this feature": "feature", "the run": "run"},
    },
)
