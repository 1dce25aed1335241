"""Step types of the steps about tenants."""

from typing import Final

from features.support.intrusions import ATTEMPTS
from features.support.leftovers import LEFTOVERS
from features.support.lessons import LESSONS
from features.support.plan_cache import PLANS
from features.support.plans import READINGS
from features.support.pooled import ENDINGS
from features.support.server_channels import SERVER_CHANNELS
from features.support.side_channels import CHANNELS
from features.support.step_types.registry import StepTypes

TYPES: Final = StepTypes(
    words={
        "Learnt": (r"(?:that|how) .*|nothing", str),
    },
    phrases={
        "Verb": ("select", "insert", "update", "delete"),
        "Intrusion": ATTEMPTS,
        "Binding": ("nobody was ever bound", "nobody is bound"),
        "Leftover": LEFTOVERS,
        "Lesson": LESSONS,
        "Channel": CHANNELS | SERVER_CHANNELS,
        "Ending": ENDINGS,
        "Reading": READINGS,
        "Plans": PLANS,
    },
)
