"""Suggest definitions for undefined steps."""

import json
from typing import Final

from behave.model import Step

DEFINITION: Final = """\
from behave.api.pending_step import StepNotImplementedError

@{kind}({pattern})
def _(context: Context) -> None:
    raise StepNotImplementedError("what this step does")
"""


def snippet(step: Step) -> str:
    """Return a definition for the step, which is pending until it does something."""
    pattern = step.name.replace("{", "{{").replace("}", "}}")
    return DEFINITION.format(kind=step.step_type, pattern=json.dumps(pattern, ensure_ascii=False))
