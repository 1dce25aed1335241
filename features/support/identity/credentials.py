"""Passwords as steps write them: as quoted text, or by what they are to the person."""

from collections.abc import Callable
from functools import partial
from typing import Final

from features.support.arrange.known_accounts import IdentityState
from features.support.shared_step_types import QUOTED, value
from features.support.world import World

WRONG: Final = "violet teapots hum at noon"
"""A password that no account has."""

Password = Callable[[World, str], str]
"""Returns a password, given the world and the name of the person who uses it."""


def _own(world: World, person: str) -> str:
    return world.state(IdentityState).passwords[person]


def _temporary(position: int, world: World, person: str) -> str:
    return world.state(IdentityState).temporary[person][position]


_BY_PHRASE: Final[dict[str, Password]] = {
    "her own password": _own,
    "his own password": _own,
    "a wrong password": lambda _world, _person: WRONG,
    "the temporary password": partial(_temporary, -1),
    "the first temporary password": partial(_temporary, 0),
    "the second temporary password": partial(_temporary, 1),
}

PATTERN: Final = "|".join([*_BY_PHRASE, QUOTED])


def password(text: str) -> Password:
    """Return what finds the password that is written like this."""
    if text in _BY_PHRASE:
        return _BY_PHRASE[text]
    literal = str(value(text))
    return lambda _world, _person: literal
