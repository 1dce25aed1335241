"""Step types of the steps about the harness."""

from typing import Final

from features.support.forged_marks import CLAIMS
from features.support.leavings import DOINGS as LEAVINGS
from features.support.rolled_back import ENDS as UNIT_ENDS
from features.support.rolled_back import SCENARIOS, WISHES
from features.support.session_limits import SLOWNESS
from features.support.session_mistakes import MISTAKES
from features.support.session_names import TROUBLES as TROUBLES_TOLD
from features.support.session_names import WORKS
from features.support.session_work import KINDS
from features.support.sketches import CHANGES, TRIGGERS
from features.support.step_types.registry import StepTypes

TYPES: Final = StepTypes(
    phrases={
        "Mistake": MISTAKES,
        "SessionWork": WORKS,
        "SessionTrouble": TROUBLES_TOLD,
        "Slowness": SLOWNESS,
        "Leaving": LEAVINGS,
        "HookTime": ("before", "after"),
        "Habit": TRIGGERS,
        "Change": CHANGES,
        "Says": CLAIMS,
        "UnitEnd": UNIT_ENDS,
        "ScenarioEnd": SCENARIOS,
        "Wish": WISHES,
    },
    meanings={
        "Sharing": {"this rule": "rule", "this feature": "feature", "the run": "run"},
        "SessionKind": KINDS,
    },
)
