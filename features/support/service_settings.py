"""Single settings of the service, by the names that its errors give them: "timeouts.lock"."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from domain import Settings
from domain.settings import (
    Argon2Cost,
    Lockout,
    PasswordRules,
    Retries,
    SessionRules,
    Timeouts,
    TokenRules,
)

GROUPS: Final[dict[str, Callable[..., object]]] = {
    "timeouts": Timeouts,
    "retries": Retries,
    "argon2": Argon2Cost,
    "passwords": PasswordRules,
    "lockout": Lockout,
    "sessions": SessionRules,
    "tokens": TokenRules,
}
"""The groups that `Settings` has, by name."""

NAME: Final = rf"(?:{'|'.join(GROUPS)})\.[a-z0-9_]+"
VALUE: Final = r"-?\d+(?: ms)?"


def value(text: str) -> int | timedelta:
    """Return a number, or a duration that is written in milliseconds."""
    number, _, unit = text.partition(" ")
    return timedelta(milliseconds=int(number)) if unit else int(number)


def with_setting(settings: Settings, name: str, value_: Any) -> Settings:
    """Return the settings with another value for one of them."""
    group, _, field = name.partition(".")
    changed: Any = replace(getattr(settings, group), **{field: value_})
    return replace(settings, **{group: changed})


def check_accepted(name: str, value_: object) -> None:
    """Raise `InvalidSetting` unless the default settings may have this value for one of them."""
    group, _, field = name.partition(".")
    GROUPS[group](**{field: value_})
