"""Step types of the steps about migrations."""

from typing import Final

from features.support.migrations.lock_holders import HOLDING
from features.support.migrations.schema_drift import BY_HAND
from features.support.migrations.server_side_channels import SERVER_CHANNELS
from features.support.tenancy.policy_side_channels import POLICY_CHANNELS
from features.support.tenancy.sql_side_channels import SQL_CHANNELS
from features.support.vocabulary import StepTypes

TYPES: Final = StepTypes(
    words={
        "Revision": (r"\d{4}", str),
        "Encoding": (r"[A-Z]+[0-9]+", str),
    },
    phrases={
        "Held": HOLDING,
        "ByHand": BY_HAND,
    },
    meanings={
        "SideChannel": POLICY_CHANNELS | SQL_CHANNELS | SERVER_CHANNELS,
    },
)
