"""The hooks of the sample `hooks-undefined`."""

from typing import Any


def before_scenario(context: Any, scenario: Any) -> None:
    pass


def after_scenario(context: Any, scenario: Any) -> None:
    pass
