"""Suggest definitions for undefined steps."""

import json

from behave.model import Step


def snippet(step: Step) -> str:
    """Return a definition for the step that raises `NotImplementedError`."""
    pattern = step.name.replace("{", "{{").replace("}", "}}")
    return (
        f"@{step.step_type}({json.dumps(pattern, ensure_ascii=False)})\n"
        "def _(context: Context) -> None:\n"
        '    raise NotImplementedError("what this step does")\n'
    )
