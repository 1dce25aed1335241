"""Step types of the steps about tenants."""

from typing import Final

from features.support.tenancy.attack_statements import ATTEMPTS
from features.support.tenancy.plan_cache import PLANS
from features.support.tenancy.policy_side_channels import LESSONS
from features.support.tenancy.query_plans import READINGS
from features.support.tenancy.session_leftovers import LEFTOVERS
from features.support.tenancy.single_connection_pool import ENDINGS
from features.support.vocabulary import StepTypes

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
        "Ending": ENDINGS,
        "Reading": READINGS,
        "Plans": PLANS,
    },
)
