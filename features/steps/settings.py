"""Settings of the service: what a scenario sets, and what is refused."""

from datetime import timedelta

from behave import given, when
from behave.runner import Context

from domain.errors import InvalidSetting
from features.support import service_settings
from features.support.world import World


@given("{setting:Setting} is set to {value:SettingValue}")
def is_set(context: Context, setting: str, value: int | timedelta) -> None:
    """The service has this setting for the rest of the scenario."""
    world: World = context.world
    world.settings = service_settings.with_setting(world.settings, setting, value)


@when("{setting:Setting} is set to {value:SettingValue}")
def set_up_with(context: Context, setting: str, value: int | timedelta) -> None:
    """The service is configured with this setting, and defaults for all others."""
    with context.world.outcome.expected(InvalidSetting):
        service_settings.check_accepted(setting, value)
