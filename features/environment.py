"""Behave's hooks: those of the harness, for the service and with its step types."""

from behave.runner import Context

from features.support import step_types
from features.support.service import ROOT, SERVICE
from pgharness.adapters.behave import (
    after_scenario,
    before_feature,
    before_rule,
    before_scenario,
    before_tag,
    hooks,
)

__all__ = [
    "after_scenario",
    "before_all",
    "before_feature",
    "before_rule",
    "before_scenario",
    "before_tag",
]

step_types.register()


def before_all(context: Context) -> None:
    """Start a server and make the run's database."""
    hooks.begin(context, SERVICE, ROOT)
