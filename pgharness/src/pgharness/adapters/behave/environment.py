"""The hooks for `features/environment.py`, for the application in `[tool.pgharness]`."""

from behave.model import Feature, Rule, Scenario
from behave.runner import Context

from pgharness.adapters.behave import hooks, own_hooks, scope_tags


def before_all(context: Context) -> None:
    """Start a server and create the run's database."""
    hooks.begin_configured(context)


def before_tag(context: Context, tag: str) -> None:
    """Set up the fixtures that tags ask for."""
    if own_hooks.goes_on(context):
        own_hooks.note(context, tag)
        hooks.before_tag(context, tag)


def before_feature(context: Context, feature: Feature) -> None:
    """Begin the scopes of the feature."""
    if own_hooks.goes_on(context):
        own_hooks.note(context, "before_feature")
        scope_tags.begin(context, feature)


def before_rule(context: Context, rule: Rule) -> None:
    """Begin the scopes of the rule."""
    if own_hooks.goes_on(context):
        own_hooks.note(context, "before_rule")
        scope_tags.begin(context, rule)


def before_scenario(context: Context, scenario: Scenario) -> None:
    """Give the scenario a database without rows, except those that it shares with others."""
    if own_hooks.goes_on(context):
        own_hooks.note(context, "before_scenario")
        own_hooks.check_before(context, scenario)
    if own_hooks.goes_on(context):
        scope_tags.begin(context, scenario)
        hooks.before_scenario(context, scenario)


def after_scenario(context: Context, scenario: Scenario) -> None:
    """Fail the scenario if it left a connection open; clean up."""
    if own_hooks.goes_on(context):
        own_hooks.check_after(context, scenario)
    hooks.after_scenario(context, scenario)
