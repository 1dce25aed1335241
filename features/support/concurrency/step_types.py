"""Step types of the steps about concurrent operations."""

from typing import Final

from features.support.concurrency.invariants import VIOLATIONS
from features.support.concurrency.raw_participant import PROTECTIONS
from features.support.concurrency.workloads import WORKLOADS
from features.support.vocabulary import StepTypes


def share(text: str) -> int | None:
    """Return the number of "7 of them are", or None for all of them."""
    number = text.split(maxsplit=1)[0]
    return None if number == "all" else int(number)


TYPES: Final = StepTypes(
    words={
        "Share": (r"(?:all|\d+) of them(?: is| are)", share),
        "TaskCount": (r"\d+ tasks?", lambda text: int(text.split()[0])),
    },
    phrases={"AllOrNot": ("all", "not all"), "CommitOrder": ("after", "before")},
    meanings={
        "Found": {"no": False, "a": True, "an": True},
        "Protection": PROTECTIONS,
        "InvariantViolation": VIOLATIONS,
        "Workload": WORKLOADS,
    },
)
