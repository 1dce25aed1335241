"""Hooks that skip and fail for some tags, and end the run where the option `end` says."""

import os
import signal

from behave.model import Feature, Rule, Scenario
from behave.runner import Context


def before_all(context: Context) -> None:
    """End the run if it is to be ended here."""
    context.end = _end
    _end(context, "before_all")


def after_all(context: Context) -> None:
    """End the run if it is to be ended here."""
    _end(context, "after_all")


def before_tag(context: Context, tag: str) -> None:
    """Skip, or fail."""
    if tag == "needs_a_printer":
        context.scenario.skip("needs a printer")
    if tag == "tag_fails":
        raise LookupError("no such fixture")


def before_feature(context: Context, feature: Feature) -> None:
    """Fail for a feature."""
    _fail(feature, "before_feature_fails")
    if feature.name == "A feature that comes later":
        _end(context, "before_feature")


def before_rule(context: Context, rule: Rule) -> None:
    """Fail for a rule."""
    _fail(rule, "before_rule_fails")


def before_scenario(context: Context, scenario: Scenario) -> None:
    """Fail for a scenario."""
    _fail(scenario, "before_scenario_fails")
    if scenario.name == "During":
        _end(context, "before_scenario")


def after_scenario(context: Context, scenario: Scenario) -> None:
    """Fail for a scenario."""
    _fail(scenario, "after_scenario_fails")
    if scenario.name == "During":
        _end(context, "after_scenario")


def after_rule(context: Context, rule: Rule) -> None:
    """Fail for a rule."""
    _fail(rule, "after_rule_fails")


def after_feature(context: Context, feature: Feature) -> None:
    """Fail for a feature."""
    _fail(feature, "after_feature_fails")


def _fail(element: Feature | Rule | Scenario, tag: str) -> None:
    if tag in element.tags:
        raise LookupError(f"{tag}: no such thing")


def _end(context: Context, where: str) -> None:
    """End the run if it is to be ended here: the option `end` is `step:SIGTERM` for example."""
    place, _, by = context.config.userdata.get("end", "").partition(":")
    if place != where:
        return
    if by == "KeyboardInterrupt":
        raise KeyboardInterrupt
    if by == "error":
        raise LookupError("no such server")
    number, _, then = by.partition(",")
    try:
        os.kill(os.getpid(), signal.Signals[number])
    except BaseException:
        if then == "driver":
            raise ConnectionError("the statement was cancelled") from None
        if then == "assertion":
            raise AssertionError("no answer") from None
        if then != "swallowed":
            raise
